import { join } from 'node:path';
import { NoCommonCodecError } from '@hookswitch/media/port/engine-errors';
import { describe, expect, it } from 'vitest';
import {
  answeredCall,
  dial,
  dialledCall,
  digits,
  endOf,
  idle,
  ringingCall,
  settled,
  steadyTone,
  trunkCall,
  type Up,
  untilIdle,
  watch,
} from './test-calls.js';

/** How a call comes in, what holds while it is up, and after it. */
export function callSentences(up: Up): void {
  describe('a call that comes in', () => {
    it('is told once, with who sent it and what signalling says, and nothing but that it is tried', async () => {
      const test = await up();
      const { world, incoming } = test;
      const far = await world.placeCall({ ...trunkCall, headers: { 'X-Case': '7' } });
      await world.until('it comes in', () => incoming.length > 0);
      await world.pass(100);
      expect(incoming).toHaveLength(1);
      const { source, facts } = incoming[0]!;
      expect(source.kind).toBe('trunk');
      expect(facts).toMatchObject({ from: '+14155550100', to: '+14155550199' });
      const named = Object.entries(facts.headers).map(([header, value]) => [header.toLowerCase(), value]);
      expect(Object.fromEntries(named)).toMatchObject({ 'x-case': '7' });
      expect([far.toldRinging, far.answered, far.refusedWith]).toEqual([false, false, undefined]);
      incoming[0]!.refuse(486);
      await world.until('it is refused', () => far.refusedWith !== undefined);
      expect(far.refusedWith).toBe(486);
    });

    it('is not told where its sender is unknown', async () => {
      const { world, incoming } = await up();
      const far = await world.placeCall({ ...trunkCall, as: 'stranger' });
      await world.until('it is refused', () => far.refusedWith !== undefined);
      expect([401, 403, 407]).toContain(far.refusedWith);
      expect(incoming).toHaveLength(0);
    });

    it('is refused with 480 where nobody listens', async () => {
      const { world } = await up({ listens: false });
      const far = await world.placeCall(trunkCall);
      await world.until('it is refused', () => far.refusedWith !== undefined);
      expect(far.refusedWith).toBe(480);
    });

    it('can be refused with a status and Retry-After', async () => {
      const { world, incoming } = await up();
      const far = await world.placeCall(trunkCall);
      await world.until('it comes in', () => incoming.length > 0);
      incoming[0]!.refuse(503, { retryAfterSeconds: 7 });
      await world.until('it is refused', () => far.refusedWith !== undefined);
      expect([far.refusedWith, far.retryAfter]).toEqual([503, '7']);
    });

    it('rings, sounds early and is answered, in order', async () => {
      const test = await up();
      const { leg, far, events } = await ringingCall(test);
      expect([leg.direction, leg.status]).toEqual(['inbound', 'ringing']);
      leg.ring();
      await test.world.until('the caller hears that it rings', () => far.toldRinging);
      await leg.earlyMedia();
      void leg.play(steadyTone(700));
      await test.world.until('the caller hears us before the answer', () => far.hears(700));
      expect([leg.status, far.answered]).toEqual(['ringing', false]);
      await leg.answer();
      await leg.answer();
      await test.world.until('the caller is answered', () => far.answered);
      expect(leg.status).toBe('answered');
      expect(events).toEqual(['answered']);
    });

    it('can be rejected before the answer', async () => {
      const test = await up();
      const call = await ringingCall(test);
      call.leg.reject(486);
      expect(await endOf(test, call)).toEqual({ result: 'busy', by: 'local', reason: 'busy', sip: 486 });
      await test.world.until('the caller knows', () => call.far.refusedWith !== undefined);
      expect(call.far.refusedWith).toBe(486);
    });

    it('is canceled by a caller who gives up, and then cannot be answered', async () => {
      const test = await up();
      const call = await ringingCall(test);
      call.leg.ring();
      await test.world.until('it rings', () => call.far.toldRinging);
      call.far.hangUp();
      expect(await endOf(test, call)).toMatchObject({ result: 'canceled', by: 'remote', reason: 'caller-canceled' });
      await call.leg.answer();
      expect(call.leg.status).toBe('ended');
      await test.world.until('the caller is done', () => call.far.ended);
    });

    it('that was canceled before it was accepted ends at once', async () => {
      const test = await up();
      const far = await test.world.placeCall(trunkCall);
      await test.world.until('it comes in', () => test.incoming.length > 0);
      far.hangUp();
      await test.world.pass(200);
      const leg = test.incoming[0]!.accept('CA-late');
      const watched = watch(leg);
      expect(await endOf(test, watched)).toMatchObject({ result: 'canceled', reason: 'caller-canceled' });
    });

    it('without a codec that we speak cannot be answered: 488', async () => {
      const test = await up();
      const call = await ringingCall(test, { withoutCommonCodec: true });
      await expect(call.leg.answer()).rejects.toThrow(NoCommonCodecError);
      expect(await endOf(test, call)).toMatchObject({ result: 'failed', reason: 'no-common-codec', sip: 488 });
      await test.world.until('the caller knows', () => call.far.refusedWith !== undefined);
      expect(call.far.refusedWith).toBe(488);
    });

    it('is refused with a failure when we hang up before the answer', async () => {
      const test = await up();
      const call = await ringingCall(test);
      call.leg.hangUp({ reason: 'denied', result: 'failed', by: 'system' });
      expect(await endOf(test, call)).toEqual({ result: 'failed', by: 'system', reason: 'denied', sip: 403 });
      await test.world.until('the caller knows', () => call.far.refusedWith !== undefined);
      expect(call.far.refusedWith).toBe(403);
    });
  });

  describe('an answered call', () => {
    it('ends by the far end, once', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.hangUp();
      expect(await endOf(test, call)).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
      await test.world.pass(200);
      expect(call.events).toEqual(['answered', 'ended']);
      expect(call.leg.termination).toEqual(call.ends[0]);
    });

    it('ends by us, with the reason given, once, however often we say so', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.leg.hangUp({ reason: 'time-limit', by: 'system' });
      call.leg.hangUp();
      expect(await endOf(test, call)).toEqual({ result: 'completed', by: 'system', reason: 'time-limit' });
      await test.world.until('the caller is gone', () => call.far.ended);
      expect(call.ends).toHaveLength(1);
    });

    it('ends once where both hang up together', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.hangUp();
      call.leg.hangUp();
      await endOf(test, call);
      await test.world.pass(300);
      expect(call.ends).toHaveLength(1);
      expect(call.far.ended).toBe(true);
    });

    it('ends when nothing comes from the far end any more', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.speak(400);
      await test.world.pass(300);
      call.far.vanish();
      expect(await endOf(test, call)).toMatchObject({ result: 'completed', by: 'system', reason: 'media-lost' });
    });

    it('is held and resumed by the far end, and hears nothing of ours meanwhile', async () => {
      const test = await up();
      const call = await answeredCall(test);
      void call.leg.play(steadyTone(700));
      await test.world.until('it hears us', () => call.far.hears(700));
      call.far.hold();
      await test.world.until('it is held', () => call.events.includes('held'));
      await test.world.until('it hears nothing', () => !call.far.hears(700));
      call.far.resume();
      await test.world.until('it is resumed', () => call.events.includes('resumed'));
      await test.world.until('it hears us again', () => call.far.hears(700));
      expect(call.events).toEqual(['answered', 'held', 'resumed']);
    });

    it('says what its media came to', async () => {
      const test = await up();
      const call = await answeredCall(test);
      call.far.speak(400);
      void call.leg.play(steadyTone(700));
      await test.world.pass(1_000);
      const stats = await call.leg.mediaStats();
      expect(['PCMU', 'PCMA', 'G722']).toContain(stats.codec?.toUpperCase());
      expect(stats.packetsSent).toBeGreaterThan(30);
      expect(stats.packetsReceived).toBeGreaterThan(30);
      expect(stats.mos).toBeGreaterThan(3.5);
    });
  });

  describe('after the end', () => {
    it('every operation of a leg settles at once, without an error', async () => {
      const test = await up();
      const { leg, ends, events } = await answeredCall(test);
      leg.hangUp();
      await endOf(test, { ends });
      const before = events.length;
      leg.ring();
      leg.reject(486);
      leg.hangUp();
      leg.mute('in', true);
      leg.flushDigits();
      await Promise.all([leg.answer(), leg.earlyMedia(), leg.sendDigits('1')]);
      expect(await leg.play(steadyTone(700))).toEqual({ end: 'call-ended', playedMs: 0 });
      expect(await leg.collect(digits)).toEqual({ digits: '', end: 'call-ended' });
      const recording = leg.record({ recordingId: 'RE', path: join(test.world.folder, 'no.wav'), channels: 1 });
      expect(await recording.stop()).toMatchObject({ end: 'call-ended', durationMs: 0 });
      await leg.mediaStats();
      await test.world.pass(100);
      expect(events).toHaveLength(before);
      expect(test.engine.calls()).toEqual([]);
    });

    it('of every call nothing stays open', async () => {
      const test = await up();
      const answered = await answeredCall(test);
      const dialled = await dialledCall(test);
      test.engine.connect(answered.leg, dialled.leg);
      const canceled = await ringingCall(test);
      canceled.far.hangUp();
      const rejected = await ringingCall(test);
      rejected.leg.reject(404);
      await test.world.until('two calls are left', () => test.engine.calls().length === 2);
      answered.far.hangUp();
      dialled.leg.hangUp();
      for (const call of [answered, dialled, canceled, rejected]) await endOf(test, call);
      await untilIdle(test);
      expect(test.engine.gauges()).toEqual(idle);
    });

    it('of the engine every leg has ended, new calls are refused, and nothing is open', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const callee = await test.world.callee({ rings: true });
      const ringing = dial(test, callee.target);
      await test.world.until('it rings', () => ringing.events.includes('ringing'));
      await settled(test, test.engine.stop(0));
      expect([call.ends, ringing.ends].map(([end]) => end?.reason)).toEqual(['shutdown', 'shutdown']);
      expect(test.engine.gauges()).toEqual(idle);
      const late = dial(test, callee.target);
      expect(await endOf(test, late)).toMatchObject({ result: 'failed', reason: 'shutdown' });
    });

    it('waits for calls to end while it drains', async () => {
      const test = await up();
      const call = await answeredCall(test);
      const stopping = test.engine.stop(60_000);
      const far = await test.world.placeCall(trunkCall);
      await test.world.until('a new one is refused', () => far.refusedWith !== undefined);
      expect(far.refusedWith).toBe(503);
      expect(call.leg.status).toBe('answered');
      call.far.hangUp();
      await settled(test, stopping);
      expect(call.ends[0]).toMatchObject({ by: 'remote', reason: 'hangup' });
    });
  });
}
