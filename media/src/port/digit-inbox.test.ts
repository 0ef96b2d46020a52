import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { DigitInbox } from './digit-inbox.js';
import type { CollectOptions } from './live-call.js';

const options: CollectOptions = {
  maxDigits: 2,
  finishOnKey: '#',
  firstDigitTimeoutMs: 5000,
  interDigitTimeoutMs: 2000,
};

function inbox() {
  const clock = new ManualClock();
  return { clock, digits: new DigitInbox(clock) };
}

describe("a leg's digits", () => {
  it('are kept for the next collection, and the rest for the one after', async () => {
    const { digits, clock } = inbox();
    for (const digit of '123') digits.push(digit);
    expect(await digits.collect(options)).toEqual({ digits: '12', end: 'complete' });
    const second = digits.collect(options);
    digits.push('4');
    expect(await second).toEqual({ digits: '34', end: 'complete' });
    expect(clock.pending).toBe(0);
  });

  it('are forgotten on flush', async () => {
    const { digits, clock } = inbox();
    digits.push('1');
    const result = digits.collect({ ...options, flush: true });
    clock.advance(5000);
    expect(await result).toEqual({ digits: '', end: 'timeout' });
  });

  it('each give the inter-digit time anew', async () => {
    const { digits, clock } = inbox();
    const result = digits.collect({ ...options, maxDigits: 9 });
    clock.advance(4999);
    digits.push('1');
    clock.advance(1999);
    digits.push('2');
    clock.advance(2000);
    expect(await result).toEqual({ digits: '12', end: 'timeout' });
  });

  it('go to the later of two collections; the earlier is interrupted with what it had', async () => {
    const { digits } = inbox();
    const first = digits.collect(options);
    digits.push('1');
    const second = digits.collect(options);
    digits.push('2');
    digits.push('3');
    expect(await first).toEqual({ digits: '1', end: 'interrupted' });
    expect(await second).toEqual({ digits: '23', end: 'complete' });
  });

  it('stop being collected when the signal aborts', async () => {
    const { digits, clock } = inbox();
    const abort = new AbortController();
    const result = digits.collect({ ...options, signal: abort.signal });
    abort.abort();
    expect(await result).toEqual({ digits: '', end: 'interrupted' });
    expect(clock.pending).toBe(0);
    expect(await digits.collect({ ...options, signal: abort.signal })).toEqual({ digits: '', end: 'interrupted' });
  });

  it('end with the call', async () => {
    const { digits, clock } = inbox();
    const result = digits.collect(options);
    digits.push('7');
    digits.close();
    expect(await result).toEqual({ digits: '7', end: 'call-ended' });
    digits.push('8');
    expect(await digits.collect(options)).toEqual({ digits: '', end: 'call-ended' });
    expect(clock.pending).toBe(0);
  });

  it('nobody collects are kept up to a bound, the newest ones', async () => {
    const { digits } = inbox();
    for (let at = 0; at < 1000; at += 1) digits.push(String(at % 10));
    const { digits: got } = await digits.collect({ ...options, maxDigits: 256 });
    expect(got).toHaveLength(256);
    expect(got.endsWith('789')).toBe(true);
  });
});
