import { type Random, randomInteger, seededRandom } from '@hookswitch/kernel/random';
import type { CallEngine, EngineGauges } from '@hookswitch/media/port/call-engine';
import type { LegSnapshot } from '@hookswitch/media/port/leg-snapshot';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { describe, expect, it } from 'vitest';
import type { EngineUnderTest, FarEnd } from '../contracts/call-engine-worlds/call-world.js';
import { virtualEmbeddedEngine } from '../contracts/call-engine-worlds/embedded-worlds.js';

const tone = { kind: 'tone', frequencies: [440], levelDbm0: -13, cadenceMs: [400] } as const;

/** One call: its leg as the engine of now has it, and its far end. */
interface Call {
  readonly id: string;
  readonly far: FarEnd;
  leg: LiveCall;
  ends: number;
}

/** Calls at random through one engine after another: each dies without a word, and the next has what was written down of its legs until then. */
class RandomLife {
  readonly faults: string[] = [];
  /** What happened, in a word each. */
  readonly seen = new Map<string, number>();
  readonly #under: EngineUnderTest;
  readonly #random: Random;
  readonly #calls = new Map<string, Call>();
  /** What the product wrote down of each leg. */
  readonly #stored = new Map<string, LegSnapshot>();
  #engine: CallEngine;
  #last = 0;

  constructor(under: EngineUnderTest, random: Random) {
    this.#under = under;
    this.#random = random;
    this.#engine = under.engine;
    this.#takeCalls();
  }

  async live(): Promise<void> {
    const { world } = this.#under;
    const deeds = [
      () => this.#placeCall(),
      () => this.#dial(),
      () => this.#connect(),
      () => this.#talk(),
      () => this.#far(({ far }) => far.hold(this.#one(['INVITE', 'UPDATE'] as const))),
      () => this.#far(({ far }) => far.resume()),
      () => this.#far(({ far }) => far.press('5')),
      () => this.#far(({ far }) => far.hangUp()),
      () => this.#far(({ leg }) => leg.hangUp()),
      () => this.#die(),
    ];
    for (let step = 0; step < 40; step += 1) {
      await this.#one([...deeds.slice(0, 4), ...deeds])();
      await world.pass(randomInteger(this.#random, 0, 400));
    }
    for (const { leg, far } of this.#calls.values()) {
      if (this.#random.next() < 0.5) leg.hangUp();
      else far.hangUp();
    }
    // One that hung up while its process was dead ends by its silence.
    await world.pass(200_000);
    for (const { id, leg, ends } of this.#calls.values()) {
      if (leg.status !== 'ended' || ends !== 1) this.faults.push(`${id} is ${leg.status} and ended ${ends} times`);
    }
    await world.until(`nothing is open: ${JSON.stringify(this.#engine.gauges())}`, () => isIdle(this.#engine.gauges()));
  }

  async #placeCall(): Promise<void> {
    const { world } = this.#under;
    const before = this.#arrived;
    const far = await world.placeCall({ from: '1', to: '2', as: 'trunk' });
    await world.pass(300);
    const leg = this.#arrived === before ? undefined : this.#arrived;
    if (!leg) return;
    this.#keep(leg, far);
    void leg.answer().catch(() => undefined);
  }

  async #dial(): Promise<void> {
    const { world } = this.#under;
    const { target, calls } = await world.callee({ rings: true, answersAfterMs: randomInteger(this.#random, 0, 500) });
    this.#last += 1;
    const leg = this.#engine.dial({ callId: `CA${this.#last}`, target, from: '3', ringTimeoutMs: 30_000 });
    await world.pass(300);
    if (calls[0]) this.#keep(leg, calls[0]);
    else leg.hangUp();
  }

  #connect(): void {
    const answered = [...this.#calls.values()].filter(({ leg }) => leg.status === 'answered');
    if (answered.length < 2) return;
    const [a, b] = [this.#one(answered), this.#one(answered)];
    if (a !== b) this.#engine.connect(a.leg, b.leg);
  }

  #talk(): void {
    this.#far(({ leg }) => void leg.play(tone, { loops: 2 }));
    this.#far(({ leg }) => void leg.sendDigits('12'));
    this.#far(({ leg }) => void leg.collect({ finishOnKey: '#', interDigitTimeoutMs: 1_000 }));
  }

  async #die(): Promise<void> {
    const { world, successor } = this.#under;
    this.#note('died');
    const alive = [...this.#calls.values()].filter(({ leg }) => leg.status !== 'ended');
    const stored = alive.flatMap(({ id }) => this.#stored.get(id) ?? []);
    this.#engine = await successor!({ soundSurvives: true });
    await world.pass(randomInteger(this.#random, 0, 3_000));
    const restored = await this.#engine.restore(stored);
    for (const { call } of restored) {
      this.#note(`restored ${call.direction}`);
      const known = this.#calls.get(call.id)!;
      known.leg = call;
      this.#watch(known);
    }
    // What was not written down is lost with its process.
    for (const { id } of alive) if (!restored.some(({ call }) => call.id === id)) this.#calls.delete(id);
    this.#takeCalls();
    await this.#engine.start();
  }

  #arrived: LiveCall | undefined;

  #takeCalls(): void {
    this.#engine.events.on('incoming', (call) => {
      this.#last += 1;
      this.#arrived = call.accept(`CA${this.#last}`);
    });
  }

  #keep(leg: LiveCall, far: FarEnd): void {
    const call: Call = { id: leg.id, far, leg, ends: leg.status === 'ended' ? 1 : 0 };
    this.#calls.set(leg.id, call);
    if (leg.status !== 'ended') this.#watch(call);
  }

  #watch(call: Call): void {
    const { leg, id } = call;
    const write = () => {
      const snapshot = leg.snapshot();
      // A store is slower than a call, and says nothing of what came after.
      if (snapshot) this.#stored.set(id, JSON.parse(JSON.stringify(snapshot)) as LegSnapshot);
    };
    write();
    leg.events.on('snapshotChanged', write);
    leg.events.on('ended', (termination) => {
      call.ends += 1;
      this.#note(termination.reason);
    });
  }

  #far(act: (call: Call) => void): void {
    const calls = [...this.#calls.values()].filter(({ leg }) => leg.status !== 'ended');
    if (calls.length > 0) act(this.#one(calls));
  }

  #one<Choice>(choices: readonly Choice[]): Choice {
    return choices[randomInteger(this.#random, 0, choices.length - 1)]!;
  }

  #note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }
}

function isIdle(gauges: EngineGauges): boolean {
  return Object.values(gauges).every((value) => value === 0);
}

describe('engines that die at random and are followed by others', () => {
  const seen = new Map<string, number>();
  const ways = [
    ['over UDP', virtualEmbeddedEngine()],
    ['over UDP, behind a relay', virtualEmbeddedEngine({}, 'udp', 'relayed')],
    ['over a network that loses and reorders', virtualEmbeddedEngine({ loss: 0.05, duplicate: 0.05, jitterMs: 30 })],
    ['over TCP', virtualEmbeddedEngine({}, 'tcp')],
  ] as const;

  it.each(ways)('end each leg they go on with once, and leave nothing behind: %s', async (_, make) => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const under = await make();
      const life = new RandomLife(under, seededRandom(seed));
      try {
        await life.live();
      } catch (error) {
        life.faults.push(String(error));
      }
      expect(life.faults, `seed ${seed}`).toEqual([]);
      for (const [what, times] of life.seen) seen.set(what, (seen.get(what) ?? 0) + times);
      await under.close();
    }
  });

  it('were restored often enough to say so', () => {
    for (const what of ['died', 'restored inbound', 'restored outbound', 'hangup'])
      expect(seen.get(what)).toBeGreaterThan(50);
  });
});
