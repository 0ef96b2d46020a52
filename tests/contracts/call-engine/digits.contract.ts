import { describe, expect, it } from 'vitest';
import { answeredCall, digits, endOf, settled, steadyTone, type Up } from './test-calls.js';

/** Keys that are pressed, collected and sent. */
export function digitSentences(up: Up): void {
  describe('digits', () => {
    it('come as events and are collected up to the most wanted', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const collected = call.leg.collect({ ...digits, maxDigits: 3 });
      call.far.press('12*');
      expect(await settled(test, collected)).toEqual({ digits: '12*', end: 'complete' });
      expect(call.events.filter((event) => event.startsWith('digit'))).toEqual(['digit 1', 'digit 2', 'digit *']);
    });

    it('end at the finish key', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const collected = call.leg.collect(digits);
      call.far.press('45#');
      expect(await settled(test, collected)).toEqual({ digits: '45', end: 'finish-key', finishKey: '#' });
    });

    it('time out', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const none = call.leg.collect({ ...digits, firstDigitTimeoutMs: 300 });
      expect(await settled(test, none)).toEqual({ digits: '', end: 'timeout' });
      const some = call.leg.collect(digits);
      call.far.press('8');
      expect(await settled(test, some)).toEqual({ digits: '8', end: 'timeout' });
    });

    it('that came before are taken first, unless flushed', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.press('12');
      await test.world.until('both came', () => call.events.includes('digit 2'));
      expect(await settled(test, call.leg.collect({ ...digits, maxDigits: 1 }))).toMatchObject({ digits: '1' });
      call.leg.flushDigits();
      const rest = call.leg.collect({ ...digits, firstDigitTimeoutMs: 200 });
      expect(await settled(test, rest)).toMatchObject({ digits: '', end: 'timeout' });
    });

    it('break into a prompt and are kept (barge-in)', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const abort = new AbortController();
      call.leg.events.once('digit', () => abort.abort());
      const prompt = call.leg.play(steadyTone(700), { signal: abort.signal });
      const collected = call.leg.collect({ ...digits, maxDigits: 2 });
      await test.world.until('the prompt is heard', () => call.far.hears(700));
      call.far.press('56');
      expect((await settled(test, prompt)).end).toBe('interrupted');
      expect(await settled(test, collected)).toEqual({ digits: '56', end: 'complete' });
    });

    it('stop being collected by the signal and by the end of the call', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const abort = new AbortController();
      const first = call.leg.collect({ ...digits, signal: abort.signal });
      call.far.press('9');
      await test.world.until('it came', () => call.events.includes('digit 9'));
      abort.abort();
      expect(await first).toEqual({ digits: '9', end: 'interrupted' });
      const second = call.leg.collect(digits);
      call.far.hangUp();
      await endOf(test, call);
      expect(await second).toEqual({ digits: '', end: 'call-ended' });
    });

    it('are sent to the far end', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const sent = call.leg.sendDigits('12w#9');
      await test.world.until('it has them', () => call.far.receivedDigits.length >= 4);
      await settled(test, sent);
      expect(call.far.receivedDigits).toBe('12#9');
    });
  });
}
