import { join } from 'node:path';
import type { DialRequest, DialTarget, EngineGauges, IncomingCall } from '@hookswitch/media/port/call-engine';
import { NoCommonCodecError } from '@hookswitch/media/port/engine-errors';
import type { CollectOptions, LegEvents, LiveCall } from '@hookswitch/media/port/live-call';
import type { AudioRef, ToneSound } from '@hookswitch/media/port/sound';
import type { Termination } from '@hookswitch/media/port/termination';
import { afterEach, describe, expect, it } from 'vitest';
import { readSoundFile } from '../ear/read-sound-file.js';
import { toneLevel } from '../ear/tone-level.js';
import type { Callee, CalleeScript, EngineUnderTest, FarEnd, PlacedCall } from './call-engine-worlds/call-world.js';

const idle: EngineGauges = {
  calls: 0,
  dialogs: 0,
  transactions: 0,
  mediaPorts: 0,
  timers: 0,
  recordings: 0,
  conferences: 0,
};
const steadyTone = (hz: number, ms = 600_000): ToneSound => ({
  kind: 'tone',
  frequencies: [hz],
  levelDbm0: -13,
  cadenceMs: [ms],
});
const digits: CollectOptions = { finishOnKey: '#', firstDigitTimeoutMs: 5_000, interDigitTimeoutMs: 600 };

/** A second of a sine at 8 kHz, as decoded audio. */
function sine(hz: number, ms: number): AudioRef {
  const samples = Int16Array.from({ length: ms * 8 }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hz * at) / 8_000));
  return { kind: 'audio', key: `sine-${hz}-${ms}`, sampleRate: 8_000, samples };
}

/** A leg with all it emitted. */
interface Watched {
  readonly leg: LiveCall;
  readonly events: string[];
  readonly ends: Termination[];
  readonly far: FarEnd;
}

/** The sentences that hold on every call engine. */
export function callEngineContract(name: string, make: () => Promise<EngineUnderTest>) {
  describe(`call engine contract: ${name}`, () => {
    let under: EngineUnderTest | undefined;
    let lastId = 0;

    async function up() {
      under = await make();
      return { ...under, incoming: takeCalls(under) };
    }

    afterEach(async () => {
      const made = under;
      under = undefined;
      await made?.close();
    });

    /** Calls that come in from now on. */
    function takeCalls({ engine }: EngineUnderTest): IncomingCall[] {
      const calls: IncomingCall[] = [];
      engine.events.on('incoming', (call) => calls.push(call));
      return calls;
    }

    function watch(leg: LiveCall): { events: string[]; ends: Termination[] } {
      const events: string[] = [];
      const ends: Termination[] = [];
      const names = ['ringing', 'earlyMedia', 'answered', 'held', 'resumed'] as const satisfies (keyof LegEvents)[];
      for (const event of names) leg.events.on(event, () => events.push(event));
      leg.events.on('digit', (digit) => events.push(`digit ${digit}`));
      leg.events.on('ended', (termination) => {
        events.push('ended');
        ends.push(termination);
      });
      return { events, ends };
    }

    const trunkCall: PlacedCall = { from: '+14155550100', to: '+14155550199', as: 'trunk' };

    /** A call that came in, accepted but not answered. */
    async function ringingCall(
      { world, incoming }: Awaited<ReturnType<typeof up>>,
      call: Partial<PlacedCall> = {},
    ): Promise<Watched> {
      const before = incoming.length;
      const far = await world.placeCall({ ...trunkCall, ...call });
      await world.until('the call comes in', () => incoming.length > before);
      const leg = incoming[before]!.accept(`CA-in-${++lastId}`);
      return { leg, far, ...watch(leg) };
    }

    async function answeredCall(test: Awaited<ReturnType<typeof up>>): Promise<Watched> {
      const call = await ringingCall(test);
      await call.leg.answer();
      await test.world.until('the caller is answered', () => call.far.answered);
      return call;
    }

    function dial(test: EngineUnderTest, target: DialTarget, more: Partial<DialRequest> = {}) {
      const leg = test.engine.dial({
        callId: `CA-out-${++lastId}`,
        target,
        from: '+14155550199',
        ringTimeoutMs: 60_000,
        ...more,
      });
      return { leg, ...watch(leg) };
    }

    async function dialledCall(test: EngineUnderTest, script: CalleeScript = { answersAfterMs: 0 }): Promise<Watched> {
      const callee = await test.world.callee(script);
      const out = dial(test, callee.target);
      await test.world.until('it is answered', () => out.leg.status === 'answered');
      await test.world.until('the callee is connected', () => callee.calls[0]?.answered === true);
      return { ...out, far: callee.calls[0]! };
    }

    async function endOf(test: EngineUnderTest, { ends }: { ends: Termination[] }): Promise<Termination> {
      await test.world.until('it ends', () => ends.length > 0);
      return ends[0]!;
    }

    async function untilIdle(test: EngineUnderTest): Promise<void> {
      const open = () => Object.values(test.engine.gauges()).some((value) => value !== 0);
      await test.world.until(`nothing is open: ${JSON.stringify(test.engine.gauges())}`, () => !open());
    }

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
        under = await make();
        const far = await under.world.placeCall(trunkCall);
        await under.world.until('it is refused', () => far.refusedWith !== undefined);
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
        expect(['PCMU', 'PCMA']).toContain(stats.codec?.toUpperCase());
        expect(stats.packetsSent).toBeGreaterThan(30);
        expect(stats.packetsReceived).toBeGreaterThan(30);
        expect(stats.mos).toBeGreaterThan(3.5);
      });
    });

    describe('playing', () => {
      it('is heard, and finishes after the length of the sound', async () => {
        const test = await up();
        const call = await answeredCall(test);
        const playing = call.leg.play(sine(700, 400));
        await test.world.until('it is heard', () => call.far.hears(700));
        let result: Awaited<typeof playing> | undefined;
        void playing.then((end) => {
          result = end;
        });
        await test.world.until('it finishes', () => result !== undefined);
        expect(result!.end).toBe('finished');
        expect(Math.abs(result!.playedMs - 400)).toBeLessThanOrEqual(40);
      });

      it('loops as often as asked', async () => {
        const test = await up();
        const call = await answeredCall(test);
        let playedMs = 0;
        void call.leg.play(sine(700, 200), { loops: 3 }).then((end) => {
          playedMs = end.playedMs;
        });
        await test.world.until('it finishes', () => playedMs > 0);
        expect(Math.abs(playedMs - 600)).toBeLessThanOrEqual(60);
      });

      it('is interrupted by its signal, at once', async () => {
        const test = await up();
        const call = await answeredCall(test);
        const abort = new AbortController();
        const playing = call.leg.play(sine(700, 200), { loops: 0, signal: abort.signal });
        await test.world.until('it is heard', () => call.far.hears(700));
        await test.world.pass(500);
        abort.abort();
        expect((await settled(test, playing)).end).toBe('interrupted');
        await test.world.until('it is no longer heard', () => !call.far.hears(700));
        expect(await call.leg.play(sine(700, 200), { signal: abort.signal })).toEqual({
          end: 'interrupted',
          playedMs: 0,
        });
      });

      it('gives way to a second sound', async () => {
        const test = await up();
        const call = await answeredCall(test);
        const first = call.leg.play(steadyTone(700));
        await test.world.until('the first is heard', () => call.far.hears(700));
        const second = call.leg.play(steadyTone(1_100));
        expect((await settled(test, first)).end).toBe('interrupted');
        await test.world.until('the second is heard alone', () => call.far.hears(1_100) && !call.far.hears(700));
        call.leg.hangUp();
        expect((await settled(test, second)).end).toBe('call-ended');
      });

      it('waits for media', async () => {
        const test = await up();
        const call = await ringingCall(test);
        const playing = call.leg.play(steadyTone(700));
        await test.world.pass(200);
        expect(call.far.hears(700)).toBe(false);
        await call.leg.answer();
        await test.world.until('it is heard', () => call.far.hears(700));
        call.far.hangUp();
        await endOf(test, call);
        expect((await settled(test, playing)).end).toBe('call-ended');
      });
    });

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

    describe('recording', () => {
      it('puts what the leg says on channel 1 and what it hears on channel 2', async () => {
        const test = await up();
        const call = await answeredCall(test);
        call.far.speak(400);
        void call.leg.play(steadyTone(1_000));
        await test.world.until('both sound', () => call.far.hears(1_000));
        await test.world.pass(200);
        const path = join(test.world.folder, 'both.wav');
        const recording = call.leg.record({ recordingId: 'RE-both', path, channels: 2 });
        await test.world.pass(1_000);
        const file = await settled(test, recording.stop());
        expect(file).toMatchObject({ recordingId: 'RE-both', path, channels: 2, sampleRate: 8_000, end: 'stopped' });
        const sound = await readSoundFile(path);
        expect(Math.abs(sound.channels[0]!.length / 8 - file.durationMs)).toBeLessThanOrEqual(40);
        expect(tonesOn(sound.channels[0]!)).toEqual([400]);
        expect(tonesOn(sound.channels[1]!)).toEqual([1_000]);
      });

      it('leaves a pause out, or fills it with silence', async () => {
        const test = await up();
        const call = await answeredCall(test);
        call.far.speak(400);
        await test.world.pass(100);
        const start = (mode: 'skip' | 'silence') =>
          call.leg.record({ recordingId: mode, path: join(test.world.folder, `${mode}.wav`), channels: 1 });
        const [skipping, filling] = [start('skip'), start('silence')];
        await test.world.pass(400);
        skipping.pause('skip');
        filling.pause('silence');
        await test.world.pass(1_000);
        skipping.resume();
        filling.resume();
        await test.world.pass(400);
        const [skipped, filled] = [await settled(test, skipping.stop()), await settled(test, filling.stop())];
        const lost = filled.durationMs - skipped.durationMs;
        expect(lost).toBeGreaterThan(900);
        const middle = (await readSoundFile(filled.path)).channels[0]!.subarray(4_800, 8_000);
        expect(tonesOn(middle)).toEqual([]);
      });

      it('ends by its own limits, and with the call before the call is told to have ended', async () => {
        const test = await up();
        const call = await answeredCall(test);
        call.far.speak(400);
        await test.world.pass(100);
        const record = (id: string, more: { maxDurationMs?: number; silenceTimeoutMs?: number }) =>
          call.leg.record({ recordingId: id, path: join(test.world.folder, `${id}.wav`), channels: 1, ...more });
        const limited = record('limited', { maxDurationMs: 400 });
        const quiet = record('quiet', { silenceTimeoutMs: 500 });
        const whole = record('whole', {});
        const order: string[] = [];
        void whole.finished.then(() => order.push('recording'));
        call.leg.events.on('ended', () => order.push('ended'));
        expect(await settled(test, limited.finished)).toMatchObject({ end: 'max-duration' });
        call.far.speak(undefined);
        expect(await settled(test, quiet.finished)).toMatchObject({ end: 'silence' });
        call.far.hangUp();
        expect(await settled(test, whole.finished)).toMatchObject({ end: 'call-ended' });
        await endOf(test, call);
        expect(order).toEqual(['recording', 'ended']);
        expect(test.engine.gauges().recordings).toBe(0);
      });
    });

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

    describe('connecting two legs', () => {
      async function connected() {
        const test = await up();
        const a = await answeredCall(test);
        const b = await dialledCall(test);
        const connection = test.engine.connect(a.leg, b.leg);
        a.far.speak(400);
        b.far.speak(900);
        await test.world.until('each hears the other', () => a.far.hears(900) && b.far.hears(400));
        return { test, a, b, connection };
      }

      it('lets them hear each other, and no longer after disconnect', async () => {
        const { test, a, b, connection } = await connected();
        connection.disconnect();
        connection.disconnect();
        expect(await connection.ended).toBe('disconnected');
        await test.world.until('neither hears the other', () => !a.far.hears(900) && !b.far.hears(400));
        expect([a.leg.status, b.leg.status]).toEqual(['answered', 'answered']);
      });

      it('plays to one leg instead of its peer, which hears it still', async () => {
        const { test, a, b } = await connected();
        const abort = new AbortController();
        const playing = a.leg.play(steadyTone(1_500), { signal: abort.signal });
        await test.world.until('the sound instead of the peer', () => a.far.hears(1_500) && !a.far.hears(900));
        expect([b.far.hears(400), b.far.hears(1_500)]).toEqual([true, false]);
        abort.abort();
        await playing;
        await test.world.until('the peer again', () => a.far.hears(900));
      });

      it('passes digits on', async () => {
        const { test, a, b } = await connected();
        a.far.press('7');
        await test.world.until('the peer has it', () => b.far.receivedDigits === '7');
        expect(a.events).toContain('digit 7');
      });

      it('can mute either direction', async () => {
        const { test, a, b } = await connected();
        a.leg.mute('in', true);
        await test.world.until('the peer no longer hears it', () => !b.far.hears(400));
        expect(a.far.hears(900)).toBe(true);
        a.leg.mute('in', false);
        a.leg.mute('out', true);
        await test.world.until('it hears nothing', () => !a.far.hears(900) && b.far.hears(400));
      });

      it('ends with either leg, and the other lives on', async () => {
        const { test, a, b, connection } = await connected();
        a.far.hangUp();
        await endOf(test, a);
        expect(await connection.ended).toBe('a-ended');
        expect(b.leg.status).toBe('answered');
        await test.world.until('silence', () => !b.far.hears(400));
      });

      it('takes legs in early media, and replaces an earlier connection', async () => {
        const { test, a, connection } = await connected();
        const callee: Callee = await test.world.callee({ sendsEarlyMedia: true });
        const ringing = dial(test, callee.target);
        const second = test.engine.connect(a.leg, ringing.leg);
        expect(await connection.ended).toBe('disconnected');
        await test.world.until('early media', () => ringing.events.includes('earlyMedia'));
        callee.calls[0]!.speak(1_300);
        await test.world.until('the caller hears the early media', () => a.far.hears(1_300) && !a.far.hears(900));
        ringing.leg.hangUp();
        expect(await second.ended).toBe('b-ended');
        expect(await test.engine.connect(a.leg, ringing.leg).ended).toBe('b-ended');
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

    /** What a promise came to, letting time pass meanwhile. */
    async function settled<Result>({ world }: EngineUnderTest, promise: Promise<Result>): Promise<Result> {
      let isSettled = false;
      const mark = () => {
        isSettled = true;
      };
      promise.then(mark, mark);
      await world.until('it settles', () => isSettled);
      return promise;
    }
  });
}

/** Of the frequencies the tests use, those that sound for most of the samples. */
function tonesOn(samples: Int16Array): number[] {
  const middle = samples.subarray(Math.floor(samples.length / 10), Math.ceil((samples.length * 9) / 10));
  return [400, 700, 900, 1_000, 1_100, 1_300, 1_500].filter((hz) => toneLevel(middle, hz) > -35);
}
