import { describe, expect, it } from 'vitest';
import { answeredCall, dial, endOf, ringingCall, settled, steadyTone, type Up, untilIdle } from './test-calls.js';

/** Early media and changes without a re-INVITE, with carriers that want provisional answers acknowledged (RFC 3262, RFC 3311). */
export function earlyAnswersSentences(up: Up): void {
  describe('early answers', () => {
    it.each([
      ['whose caller requires acknowledged provisionals', { requiresPrack: true }],
      ['whose caller leaves the offer to us', { withoutOffer: true }],
      ['whose caller requires them and leaves the offer to us', { requiresPrack: true, withoutOffer: true }],
    ])('of a call %s ring, sound, and are followed by the answer', async (_whose, how) => {
      const test = await up();
      const { leg, far, events } = await ringingCall(test, how);
      leg.ring();
      await test.world.until('the caller hears that it rings', () => far.toldRinging);
      await settled(test, leg.earlyMedia());
      void leg.play(steadyTone(700));
      await test.world.until('the caller hears us before the answer', () => far.hears(700));
      expect([leg.status, far.answered]).toEqual(['ringing', false]);
      await settled(test, leg.answer());
      await test.world.until('the caller is answered', () => far.answered);
      await test.world.pass(300);
      expect([leg.status, far.hears(700)]).toEqual(['answered', true]);
      expect(events).toEqual(['answered']);
      far.press('5');
      await test.world.until('we hear the caller', () => events.includes('digit 5'));
      far.hangUp();
      await test.world.until('it ends', () => events.includes('ended'));
      await untilIdle(test);
    });

    it.each([
      ['makes the offer', { requiresPrack: true }],
      ['leaves it to us', { requiresPrack: true, withoutOffer: true }],
    ])('are no hindrance to a caller who %s and gives up', async (_who, how) => {
      const test = await up();
      const call = await ringingCall(test, how);
      call.leg.ring();
      void call.leg.earlyMedia();
      void call.leg.answer();
      call.far.hangUp();
      const end = await endOf(test, call);
      expect(['canceled', 'completed']).toContain(end.result);
      await test.world.until('the caller is done', () => call.far.ended);
      await untilIdle(test);
    });

    it('of a callee that wants them acknowledged are heard, and the answer follows', async () => {
      const test = await up();
      const callee = await test.world.callee({ rings: true, sendsEarlyMedia: true, wantsPrack: true });
      const caller = await ringingCall(test);
      await settled(test, caller.leg.answer());
      const out = dial(test, callee.target);
      test.engine.connect(caller.leg, out.leg);
      await test.world.until('early media', () => out.events.includes('earlyMedia'));
      const [far] = callee.calls;
      far!.speak(1_300);
      caller.far.speak(900);
      await test.world.until(
        'both hear each other before the answer',
        () => caller.far.hears(1_300) && far!.hears(900),
      );
      expect(out.leg.status).toBe('ringing');
      far!.answer();
      await test.world.until('the answer', () => out.events.includes('answered'));
      await test.world.pass(300);
      expect([caller.far.hears(1_300), far!.hears(900)]).toEqual([true, true]);
    });

    it('may be followed by hold and resume through UPDATE', async () => {
      const test = await up();
      const { leg, far, events } = await answeredCall(test);
      void leg.play(steadyTone(700));
      await test.world.until('the caller hears us', () => far.hears(700));
      far.hold('UPDATE');
      await test.world.until('we are held', () => events.includes('held'));
      await test.world.until('the caller hears nothing of ours', () => !far.hears(700));
      far.resume('UPDATE');
      await test.world.until('it is taken back', () => events.includes('resumed'));
      await test.world.until('the caller hears us again', () => far.hears(700));
    });
  });
}
