import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { OutboxHints } from './outbox-hints.js';

function setUp(settings = {}) {
  const clock = new ManualClock();
  const batches: string[][] = [];
  const finish: ((error?: Error) => void)[] = [];
  const hints = new OutboxHints({
    handOn: (_source, ids) => {
      batches.push([...ids]);
      return new Promise((resolve, reject) => finish.push((error) => (error ? reject(error) : resolve())));
    },
    clock,
    logger: silentLogger,
    settings: { gatherMs: 40, largestBatch: 3, concurrency: 2, ...settings },
  });
  return { clock, hints, batches, finish };
}

describe('OutboxHints', () => {
  it('gathers hints for a while and names each call once', async () => {
    const { clock, hints, batches } = setUp();
    for (const callId of ['a', 'b', 'a']) hints.hint('calls', callId);
    await clock.advanceAsync(39);
    expect(batches).toEqual([]);
    await clock.advanceAsync(1);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('hands on so many batches of such a size at once, the rest when one is done', async () => {
    const { clock, hints, batches, finish } = setUp();
    for (const callId of 'abcdefgh') hints.hint('calls', callId);
    await clock.advanceAsync(40);
    expect(batches.map((batch) => batch.join(''))).toEqual(['abc', 'def']);
    finish[0]!();
    await clock.advanceAsync(0);
    expect(batches.map((batch) => batch.join(''))).toEqual(['abc', 'def', 'gh']);
  });

  it('hands a call on again after its batch when a hint came meanwhile, not beside it', async () => {
    const { clock, hints, batches, finish } = setUp();
    hints.hint('calls', 'a');
    await clock.advanceAsync(40);
    hints.hint('calls', 'a');
    hints.hint('calls', 'b');
    await clock.advanceAsync(40);
    expect(batches).toEqual([['a'], ['b']]);
    finish[0]!();
    await clock.advanceAsync(0);
    expect(batches).toEqual([['a'], ['b'], ['a']]);
  });

  it('survives a batch that fails', async () => {
    const { clock, hints, batches, finish } = setUp();
    hints.hint('calls', 'a');
    await clock.advanceAsync(40);
    finish[0]!(new Error('store is down'));
    hints.hint('calls', 'a');
    await clock.advanceAsync(40);
    expect(batches).toEqual([['a'], ['a']]);
  });

  it('hands on what waits when it is closed, and waits for it', async () => {
    const { clock, hints, batches, finish } = setUp();
    hints.hint('calls', 'a');
    let closed = false;
    const closing = hints.close().then(() => {
      closed = true;
    });
    await clock.advanceAsync(0);
    expect([batches, closed]).toEqual([[['a']], false]);
    finish[0]!();
    await closing;
    expect(clock.pending).toBe(0);
  });
});
