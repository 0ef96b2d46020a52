import type { DialRequest, DialTarget, EngineGauges, IncomingCall } from '@hookswitch/media/port/call-engine';
import type { CollectOptions, LegEvents, LiveCall } from '@hookswitch/media/port/live-call';
import type { AudioRef, ToneSound } from '@hookswitch/media/port/sound';
import type { Termination } from '@hookswitch/media/port/termination';
import { toneLevel } from '../../ear/tone-level.js';
import { OfCase } from '../../of-case.js';
import type { CalleeScript, EngineUnderTest, FarEnd, PlacedCall } from '../call-engine-worlds/call-world.js';
export const idle: EngineGauges = {
  calls: 0,
  dialogs: 0,
  transactions: 0,
  mediaPorts: 0,
  timers: 0,
  recordings: 0,
  conferences: 0,
};
export const steadyTone = (hz: number, ms = 600_000): ToneSound => ({
  kind: 'tone',
  frequencies: [hz],
  levelDbm0: -13,
  cadenceMs: [ms],
});
export const digits: CollectOptions = { finishOnKey: '#', firstDigitTimeoutMs: 5_000, interDigitTimeoutMs: 600 };

/** A second of a sine at 8 kHz, as decoded audio. */
export function sine(hz: number, ms: number): AudioRef {
  const samples = Int16Array.from({ length: ms * 8 }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hz * at) / 8_000));
  return { kind: 'audio', key: `sine-${hz}-${ms}`, sampleRate: 8_000, samples };
}

/** A leg with all it emitted. */
export interface Watched {
  readonly leg: LiveCall;
  readonly events: string[];
  readonly ends: Termination[];
  readonly far: FarEnd;
}

/** An engine under test, and the calls that came in to it. */
export interface EngineTest extends EngineUnderTest {
  readonly incoming: readonly IncomingCall[];
}

/** Makes the engine of one test; `listens: false` leaves `incoming` without a listener. */
export type Up = (options?: { readonly listens: boolean }) => Promise<EngineTest>;

/** Makes engines by `make` and closes each after its test. */
export function engineForEachTest(make: () => Promise<EngineUnderTest>): Up {
  const made = new OfCase<EngineUnderTest[]>();
  made.around(
    () => [],
    async (engines) => {
      for (const engine of engines) await engine.close();
    },
  );
  return async ({ listens } = { listens: true }) => {
    const under = await make();
    made.now!.push(under);
    return { ...under, incoming: listens ? takeCalls(under) : [] };
  };
}

/** The engine that follows on this one, which dies without a word: made, not started. */
export async function successor(test: EngineTest, { soundSurvives } = { soundSurvives: true }): Promise<EngineTest> {
  if (!test.successor) throw new Error('This world makes no engine that follows another.');
  const under = { ...test, engine: await test.successor({ soundSurvives }) };
  // What was on its way to the one that died is lost.
  await test.world.pass(500);
  return { ...under, incoming: takeCalls(under) };
}

let lastId = 0;

/** Calls that come in from now on. */
function takeCalls({ engine }: EngineUnderTest): IncomingCall[] {
  const calls: IncomingCall[] = [];
  engine.events.on('incoming', (call) => calls.push(call));
  return calls;
}

export function watch(leg: LiveCall): { events: string[]; ends: Termination[] } {
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

export const trunkCall: PlacedCall = { from: '+14155550100', to: '+14155550199', as: 'trunk' };

/** A call that came in, accepted but not answered. */
export async function ringingCall({ world, incoming }: EngineTest, call: Partial<PlacedCall> = {}): Promise<Watched> {
  const before = incoming.length;
  const far = await world.placeCall({ ...trunkCall, ...call });
  await world.until('the call comes in', () => incoming.length > before);
  const leg = incoming[before]!.accept(`CA-in-${++lastId}`);
  return { leg, far, ...watch(leg) };
}

export async function answeredCall(test: EngineTest): Promise<Watched> {
  const call = await ringingCall(test);
  await call.leg.answer();
  await test.world.until('the caller is answered', () => call.far.answered);
  return call;
}

export function dial(test: EngineUnderTest, target: DialTarget, more: Partial<DialRequest> = {}) {
  const leg = test.engine.dial({
    callId: `CA-out-${++lastId}`,
    target,
    from: '+14155550199',
    ringTimeoutMs: 60_000,
    ...more,
  });
  return { leg, ...watch(leg) };
}

export async function dialledCall(
  test: EngineUnderTest,
  script: CalleeScript = { answersAfterMs: 0 },
): Promise<Watched> {
  const callee = await test.world.callee(script);
  const out = dial(test, callee.target);
  await test.world.until('it is answered', () => out.leg.status === 'answered');
  await test.world.until('the callee is connected', () => callee.calls[0]?.answered === true);
  return { ...out, far: callee.calls[0]! };
}

export async function endOf(test: EngineUnderTest, { ends }: { ends: Termination[] }): Promise<Termination> {
  await test.world.until('it ends', () => ends.length > 0);
  return ends[0]!;
}

export async function untilIdle(test: EngineUnderTest): Promise<void> {
  const open = () => Object.values(test.engine.gauges()).some((value) => value !== 0);
  await test.world.until(`nothing is open: ${JSON.stringify(test.engine.gauges())}`, () => !open());
}

/** What a promise came to, letting time pass meanwhile. */
export async function settled<Result>({ world }: EngineUnderTest, promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const mark = () => {
    isSettled = true;
  };
  promise.then(mark, mark);
  await world.until('it settles', () => isSettled);
  return promise;
}

/** Of the frequencies the tests use, those that sound for most of the samples. */
export function tonesOn(samples: Int16Array): number[] {
  const middle = samples.subarray(Math.floor(samples.length / 10), Math.ceil((samples.length * 9) / 10));
  return [400, 700, 900, 1_000, 1_100, 1_300, 1_500].filter((hz) => toneLevel(middle, hz) > -35);
}
