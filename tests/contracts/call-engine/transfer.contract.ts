import type { TransferRequest } from '@hookswitch/media/port/transfer';
import { describe, expect, it } from 'vitest';
import {
  answeredCall,
  dial,
  dialledCall,
  type EngineTest,
  endOf,
  idle,
  ringingCall,
  settled,
  trunkCall,
  type Up,
  untilIdle,
  type Watched,
} from './test-calls.js';

/** Transfers that the far end asks for, transfers that we ask for, and calls that take another's place. */
export function transferSentences(up: Up): void {
  describe('a far end that asks for a transfer (REFER)', () => {
    it('is told what becomes of it: 100, what was said, and the first final status', async () => {
      const test = await up();
      const { call, request } = await referred(test, '<sip:100@far.example>', { referredBy: '<sip:anna@far.example>' });
      expect(request.to).toMatchObject({ uri: 'sip:100@far.example', user: '100', host: 'far.example' });
      expect(request.to).toMatchObject({ isOurs: false, headers: {} });
      expect(request.referredBy).toBe('<sip:anna@far.example>');
      request.accept();
      for (const status of [180, 486, 200]) request.progress(status);
      await test.world.until('it is told the end', () => call.far.notified.includes(486));
      await test.world.pass(200);
      expect([call.far.referAnswers, call.far.notified]).toEqual([[202], [100, 180, 486]]);
      expect(call.leg.status).toBe('answered');
    });

    it('is told although it has hung up', async () => {
      const test = await up();
      const { call, request } = await referred(test, '<sip:100@far.example>');
      request.accept();
      await test.world.until('it is told 100', () => call.far.notified.length === 1);
      call.leg.hangUp();
      await endOf(test, call);
      request.progress(200);
      await untilIdle(test);
      expect(test.engine.gauges()).toEqual(idle);
    });

    it('is told nothing where it wants that (RFC 4488)', async () => {
      const test = await up();
      const { call, request } = await referred(test, '<sip:100@far.example>', { quiet: true });
      request.accept();
      request.progress(200);
      await test.world.until('it is answered', () => call.far.referAnswers.length === 1);
      await test.world.pass(200);
      expect([call.far.referAnswers, call.far.notified]).toEqual([[202], []]);
    });

    it('can be refused, and may ask again', async () => {
      const test = await up();
      const { call, request, requests } = await referred(test, '<sip:100@far.example>');
      request.refuse(403);
      request.accept();
      request.progress(200);
      await test.world.until('it is refused', () => call.far.referAnswers.length === 1);
      call.far.refer('<sip:101@far.example>');
      await test.world.until('it asks again', () => requests.length === 2);
      requests[1]!.accept();
      await test.world.until(
        'it is taken on',
        () => call.far.notified.length === 1 && call.far.referAnswers.length === 2,
      );
      expect([call.far.referAnswers, call.far.notified]).toEqual([[403, 202], [100]]);
      requests[1]!.progress(603);
      await test.world.until('it is told', () => call.far.notified.length === 2);
    });

    it('is refused with 491 while another is under way, and with 603 where nobody listens', async () => {
      const test = await up();
      const { call, request } = await referred(test, '<sip:100@far.example>');
      request.accept();
      call.far.refer('<sip:101@far.example>');
      await test.world.until('the second is refused', () => call.far.referAnswers.includes(491));
      request.progress(200);
      const alone = await answeredCall(test);
      alone.far.refer('<sip:100@far.example>');
      await test.world.until('it is refused', () => alone.far.referAnswers.length === 1);
      expect(alone.far.referAnswers).toEqual([603]);
    });
  });

  describe('a far end that we send elsewhere (REFER)', () => {
    it('tells what came of its call, and the leg stays', async () => {
      const test = await up();
      const call = await dialledCall(test, { answersAfterMs: 0, onRefer: { notifies: [100, 180, 200] } });
      const heard: number[] = [];
      const result = call.leg.refer({ to: 'sip:100@far.example', onProgress: (status) => heard.push(status) });
      expect(await settled(test, result)).toEqual({ end: 'transferred', referStatus: 202, notifyStatus: 200 });
      // One that is overtaken by the next is not taken (RFC 3261 12.2.2).
      expect([100, 180, 200]).toEqual(expect.arrayContaining(heard));
      expect(heard.at(-1)).toBe(200);
      expect(call.far.referredTo).toEqual(['sip:100@far.example']);
      expect(call.leg.status).toBe('answered');
    });

    it.each([
      ['refuses', { answer: 603 }, { end: 'refused', referStatus: 603 }],
      ['fails', { notifies: [100, 486] }, { end: 'failed', referStatus: 202, notifyStatus: 486 }],
      ['tells nothing', {}, { end: 'untold', referStatus: 202 }],
    ] as const)('%s', async (_name, onRefer, result) => {
      const test = await up();
      const call = await dialledCall(test, { answersAfterMs: 0, onRefer });
      const refer = call.leg.refer({ to: 'sip:100@far.example', timeoutMs: 1_000 });
      expect(await settled(test, refer)).toEqual(result);
    });

    it('settles when the leg ends, and on a leg that is not up or a target that is none', async () => {
      const test = await up();
      const call = await dialledCall(test, { answersAfterMs: 0, onRefer: {} });
      expect(await call.leg.refer({ to: 'javascript:alert(1)' })).toEqual({ end: 'refused', referStatus: 400 });
      const refer = call.leg.refer({ to: 'sip:100@far.example' });
      expect(await settled(test, call.leg.refer({ to: 'sip:101@far.example' }))).toEqual({
        end: 'refused',
        referStatus: 491,
      });
      await test.world.until('it is asked', () => call.far.referredTo.length === 1);
      await test.world.pass(100);
      call.leg.hangUp();
      expect(await settled(test, refer)).toEqual({ end: 'untold', referStatus: 202 });
      expect(await call.leg.refer({ to: 'sip:100@far.example' })).toEqual({ end: 'not-answered' });
      await untilIdle(test);
    });

    it('is sent to the far end of another leg, in its place', async () => {
      const test = await up();
      const call = await dialledCall(test, { answersAfterMs: 0, onRefer: { notifies: [200] } });
      const other = await dialledCall(test);
      expect(await settled(test, call.leg.refer({ to: other.leg }))).toMatchObject({ end: 'transferred' });
      expect(call.far.referredTo[0]).toMatch(/^sips?:.*\?Replaces=/);
    });
  });

  describe('a call that asks to take the place of a leg (Replaces)', () => {
    it('is told with the leg, takes it over with its connection, and the old far end is let go', async () => {
      const test = await up();
      const [call, peer] = [await answeredCall(test), await dialledCall(test)];
      test.engine.connect(call.leg, peer.leg);
      let replaced = 0;
      call.leg.events.on('replaced', () => (replaced += 1));
      const before = test.incoming.length;
      const next = await test.world.placeCall({ ...trunkCall, replaces: call });
      await test.world.until('it comes in', () => test.incoming.length > before);
      expect(test.incoming[before]!.replaces).toBe(call.leg);
      await settled(test, test.incoming[before]!.takePlace());
      await test.world.until('it is answered', () => next.answered);
      await test.world.until('the old one is let go', () => call.far.ended);
      expect([replaced, call.leg.status, call.events]).toEqual([1, 'answered', ['answered']]);
      next.speak(700);
      peer.far.speak(1_100);
      await test.world.until('they hear each other', () => peer.far.hears(700) && next.hears(1_100));
      next.hangUp();
      expect(await endOf(test, call)).toMatchObject({ result: 'completed', by: 'remote' });
      peer.leg.hangUp();
      await untilIdle(test);
    });

    it('answers a leg of ours that still rings', async () => {
      const test = await up();
      const callee = await test.world.callee({ rings: true });
      const call = dial(test, callee.target);
      await test.world.until('it rings', () => call.events.includes('ringing'));
      const next = await test.world.placeCall({ ...trunkCall, replaces: { leg: call.leg, far: callee.calls[0]! } });
      await test.world.until('it comes in', () => test.incoming.length === 1);
      await settled(test, test.incoming[0]!.takePlace());
      await test.world.until('it is answered', () => next.answered && call.leg.status === 'answered');
      await test.world.until('the phone stops ringing', () => callee.calls[0]!.ended);
      call.leg.hangUp();
      await test.world.until('it is let go', () => next.ended);
      await untilIdle(test);
    });

    it('is refused: 603 where the leg has ended, 486 where it was answered and only an early one would do', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const early = await test.world.placeCall({ ...trunkCall, replaces: { ...call, earlyOnly: true } });
      await test.world.until('it is refused', () => early.refusedWith !== undefined);
      const { leg, far } = call;
      const late = test.world.placeCall({ ...trunkCall, replaces: { leg, far } });
      leg.hangUp();
      const refused = await late;
      await test.world.until('it is refused, too', () => refused.refusedWith !== undefined);
      expect([early.refusedWith, refused.refusedWith]).toEqual([486, 603]);
    });

    it('is found by Call-ID and both tags for a REFER of another node, be it answered or ringing (RFC 3891 3)', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const ringing = await ringingCall(test);
      ringing.leg.ring();
      await test.world.until('it rings', () => ringing.far.toldRinging);
      const named = test.world.replacesOf(call);
      const [callId, ...tags] = named.split(';');
      const tag = (name: string) => tags.find((each) => each.startsWith(`${name}-tag=`))!;
      const status = (value: string) => {
        const found = test.engine.legNamed(value);
        return 'leg' in found ? found.leg.id : found.status;
      };
      expect(status(named)).toBe(call.leg.id);
      expect(status(`${callId};${tags.toReversed().join(';')}`)).toBe(call.leg.id);
      expect(status(test.world.replacesOf(ringing))).toBe(ringing.leg.id);
      const others = [
        `x${named}`,
        named.toUpperCase(),
        `${callId};${tag('to')}x;${tag('from')}`,
        `${callId};${tag('to')};${tag('from')}x`,
        `${callId};to-tag=${tag('from').slice(9)};from-tag=${tag('to').slice(7)}`,
      ];
      for (const other of others) expect([other, status(other)]).toEqual([other, 481]);
      expect([status(`${callId};${tag('to')}`), status(''), status(`${named};early-only`)]).toEqual([400, 400, 486]);
      call.far.hangUp();
      await endOf(test, call);
      expect(status(named)).toBe(603);
      ringing.leg.hangUp();
      await untilIdle(test);
    });

    it('can be refused by the product, and the leg stays as it was', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const next = await test.world.placeCall({ ...trunkCall, replaces: call });
      await test.world.until('it comes in', () => test.incoming.length === 2);
      test.incoming[1]!.refuse(481);
      await test.world.until('it is refused', () => next.refusedWith !== undefined);
      expect([next.refusedWith, call.leg.status, call.far.ended]).toEqual([481, 'answered', false]);
    });

    it('that has no codec of ours is refused with 488, and the leg stays as it was', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const next = await test.world.placeCall({ ...trunkCall, replaces: call, withoutCommonCodec: true });
      await test.world.until('it comes in', () => test.incoming.length === 2);
      await expect(settled(test, test.incoming[1]!.takePlace())).rejects.toMatchObject({ code: 'no-common-codec' });
      await test.world.until('it is refused', () => next.refusedWith !== undefined);
      expect([next.refusedWith, call.leg.status, call.far.ended]).toEqual([488, 'answered', false]);
    });

    it('of a caller who was not answered is refused: nobody else may answer for us', async () => {
      const test = await up();
      const call = await ringingCall(test);
      call.leg.ring();
      await test.world.until('it rings', () => call.far.toldRinging);
      const next = await test.world.placeCall({ ...trunkCall, replaces: call });
      await test.world.until('it is refused', () => next.refusedWith !== undefined);
      expect([next.refusedWith, call.leg.status]).toEqual([481, 'ringing']);
    });
  });
}

/** An answered call whose far end asked for a transfer. */
async function referred(
  test: EngineTest,
  to: string,
  options: { quiet?: boolean; referredBy?: string } = {},
): Promise<{ call: Watched; request: TransferRequest; requests: TransferRequest[] }> {
  const call = await answeredCall(test);
  const requests: TransferRequest[] = [];
  call.leg.events.on('referred', (request) => requests.push(request));
  call.far.refer(to, options);
  await test.world.until('the wish is told', () => requests.length === 1);
  return { call, request: requests[0]!, requests };
}
