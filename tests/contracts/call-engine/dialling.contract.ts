import { describe, expect, it } from 'vitest';
import { dial, endOf, type Up } from './test-calls.js';

/** How a call goes out. */
export function diallingSentences(up: Up): void {
  describe('dialling', () => {
    it('rings, then is answered; the callee sees who calls and our own headers only', async () => {
      const test = await up();
      const callee = await test.world.callee({ rings: true, answersAfterMs: 300 });
      const call = dial(test, callee.target, { headers: { 'X-Case': '12', Subject: 'no' } });
      expect([call.leg.direction, call.leg.status]).toEqual(['outbound', 'dialing']);
      await test.world.until('it is answered', () => call.leg.status === 'answered');
      // A 180 may be repeated, by the callee or on the way.
      expect([...new Set(call.events)]).toEqual(['ringing', 'answered']);
      const far = callee.calls[0]!;
      expect(far.fromUser).toBe('+14155550199');
      const named = Object.fromEntries(Object.entries(far.headers).map(([key, value]) => [key.toLowerCase(), value]));
      expect(named['x-case']).toBe('12');
      expect(named.subject).toBeUndefined();
      far.hangUp();
      expect(await endOf(test, call)).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
    });

    it('hears early media before the answer', async () => {
      const test = await up();
      const callee = await test.world.callee({ sendsEarlyMedia: true });
      const call = dial(test, callee.target);
      await test.world.until('early media', () => call.events.includes('earlyMedia'));
      expect(call.leg.status).toBe('ringing');
      callee.calls[0]!.answer();
      await test.world.until('the answer', () => call.events.includes('answered'));
      expect(call.events).toEqual(['earlyMedia', 'answered']);
    });

    it.each([
      ['busy', 486, { result: 'busy', reason: 'busy' }],
      ['declined', 603, { result: 'busy', reason: 'rejected' }],
      ['forbidden', 403, { result: 'failed', reason: 'rejected' }],
      ['not there', 404, { result: 'failed', reason: 'not-found' }],
      ['unavailable', 480, { result: 'no-answer', reason: 'ring-timeout' }],
      ['broken', 500, { result: 'failed', reason: 'remote-error' }],
    ] as const)('is refused: %s (%i)', async (_name, status, termination) => {
      const test = await up();
      const callee = await test.world.callee({ refusesWith: status });
      const call = dial(test, callee.target);
      expect(await endOf(test, call)).toMatchObject({ ...termination, by: 'remote', sip: status });
      expect(call.events.at(-1)).toBe('ended');
    });

    it('is no-answer after the ring timeout, and the callee stops ringing', async () => {
      const test = await up();
      const callee = await test.world.callee({ rings: true });
      const call = dial(test, callee.target, { ringTimeoutMs: 700 });
      expect(await endOf(test, call)).toMatchObject({ result: 'no-answer', by: 'system', reason: 'ring-timeout' });
      await test.world.until('the callee stops ringing', () => callee.calls[0]!.ended);
      expect(call.leg.status).toBe('ended');
    });

    it('is canceled by us while it rings', async () => {
      const test = await up();
      const callee = await test.world.callee({ rings: true });
      const call = dial(test, callee.target);
      await test.world.until('it rings', () => call.events.includes('ringing'));
      call.leg.hangUp();
      expect(await endOf(test, call)).toMatchObject({ result: 'canceled', by: 'local', reason: 'hangup' });
      await test.world.until('the callee stops ringing', () => callee.calls[0]!.ended);
    });

    it('hung up at once reaches nobody, or is taken back', async () => {
      const test = await up();
      const callee = await test.world.callee({ rings: true, answersAfterMs: 50 });
      const call = dial(test, callee.target);
      call.leg.hangUp();
      expect(await endOf(test, call)).toMatchObject({ result: 'canceled', by: 'local' });
      await test.world.pass(500);
      expect(callee.calls.every((far) => far.ended)).toBe(true);
    });

    it('fails where the callee has no codec of ours', async () => {
      const test = await up();
      const callee = await test.world.callee({ answersAfterMs: 0, withoutCommonCodec: true });
      const call = dial(test, callee.target);
      expect(await endOf(test, call)).toMatchObject({ result: 'failed', reason: 'no-common-codec', sip: 488 });
      expect(call.events).toEqual(['ended']);
    });

    it('never goes out in the clear where its media must be encrypted: where it cannot be it fails, to an address and to a phone', async () => {
      const test = await up();
      const { target } = await test.world.callee({ answersAfterMs: 0 });
      await test.world.registered('SE-3', { answersAfterMs: 0 });
      for (const to of [target, { kind: 'endpoint', endpointId: 'SE-3' } as const]) {
        for (const mediaEncryption of ['sdes', 'dtls'] as const) {
          const call = dial(test, { ...to, mediaEncryption });
          const { result, reason } = await endOf(test, call);
          // An engine that can encrypt has it from the far end that they have nothing in common.
          expect([result, ['no-encryption', 'no-common-codec'].includes(reason)]).toEqual(['failed', true]);
          expect(call.events).toEqual(['ended']);
        }
      }
    });

    it('goes on to the next proxy where one is overloaded or cannot be reached', async () => {
      const test = await up();
      const callee = await test.world.callee({ answersAfterMs: 0 });
      if (callee.target.kind !== 'sip') throw new Error('a callee is a SIP address');
      const proxies = [test.world.deadProxy, await test.world.overloadedProxy(), callee.target.uri];
      const call = dial(test, { ...callee.target, proxies });
      await test.world.until('it is answered', () => call.leg.status === 'answered');
      expect(callee.calls).toHaveLength(1);
    });

    it('is a network error where nobody can be reached', async () => {
      const test = await up();
      const callee = await test.world.callee({ answersAfterMs: 0 });
      if (callee.target.kind !== 'sip') throw new Error('a callee is a SIP address');
      const call = dial(test, { ...callee.target, proxies: [test.world.deadProxy] });
      expect(await endOf(test, call)).toMatchObject({ result: 'failed', by: 'system', reason: 'network-error' });
      expect(callee.calls).toHaveLength(0);
    });

    it('of an endpoint nobody registered for is not-registered', async () => {
      const test = await up();
      const call = dial(test, { kind: 'endpoint', endpointId: 'SE-nobody' });
      expect(await endOf(test, call)).toMatchObject({ result: 'failed', by: 'system', reason: 'not-registered' });
    });

    it('of an endpoint rings every phone; the first that answers has it and the others stop', async () => {
      const test = await up();
      const slow = await test.world.registered('SE-1', { rings: true });
      const quick = await test.world.registered('SE-1', { rings: true, answersAfterMs: 300 });
      const busy = await test.world.registered('SE-1', { refusesWith: 486 });
      const call = dial(test, { kind: 'endpoint', endpointId: 'SE-1' });
      await test.world.until('it is answered', () => call.leg.status === 'answered');
      await test.world.until('the other stops ringing', () => slow.calls[0]?.ended === true);
      expect([quick.calls.length, busy.calls.length]).toEqual([1, 1]);
      expect(quick.calls[0]!.ended).toBe(false);
      call.leg.hangUp();
      await test.world.until('the phone is free', () => quick.calls[0]!.ended);
    });

    it('of an endpoint whose phones all refuse ends with what says most', async () => {
      const test = await up();
      await test.world.registered('SE-2', { refusesWith: 480 });
      await test.world.registered('SE-2', { refusesWith: 486 });
      const call = dial(test, { kind: 'endpoint', endpointId: 'SE-2' });
      expect(await endOf(test, call)).toMatchObject({ result: 'busy', reason: 'busy' });
    });
  });
}
