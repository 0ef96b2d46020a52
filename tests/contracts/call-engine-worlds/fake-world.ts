import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { parseAddress } from '@hookswitch/media/drivers/fake/fake-network';
import {
  createFakeEngine,
  type FakeFarEnd,
  FakeOutside,
  type FarEndScript,
  fakeReplaces,
} from '@hookswitch/media/drivers/fake/index';
import type { Sound } from '@hookswitch/media/port/sound';
import type { TransferTarget } from '@hookswitch/media/port/transfer';
import { toneLevel } from '../../ear/tone-level.js';
import type { Callee, CalleeScript, EngineUnderTest, FarEnd } from './call-world.js';
import { virtualTime, whileTimePasses } from './virtual-time.js';

/** The fake engine and its network, on a virtual clock. */
export async function fakeEngineUnderTest(): Promise<EngineUnderTest> {
  const clock = new ManualClock();
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const outside = new FakeOutside({ clock, latencyMs: 5 });
  const { network } = outside;
  const random = seededRandom(7);
  const engineOutThere = () => createFakeEngine({ clock, random, outside, snapshots: true });
  let engine = engineOutThere();
  await engine.start();
  const callees = new Map<FarEndScript, FarEnd[]>();
  network.events.on('dialled', (farEnd) => callees.get(farEnd.script)?.push(new FakeWorldFarEnd(farEnd)));
  network.host('dead.example', 'unreachable');
  network.host('overloaded.example', 'overloaded');
  let lastUser = 1000;

  function calleeWith(script: CalleeScript): { script: FarEndScript; calls: FarEnd[] } {
    const fake = fakeScript(script);
    const calls: FarEnd[] = [];
    callees.set(fake, calls);
    return { script: fake, calls };
  }

  return {
    engine,
    world: {
      folder,
      farEndsRepeat: true,
      ...virtualTime(clock),
      placeCall: async ({ from, to, as, headers = {}, withoutCommonCodec, replaces }) =>
        new FakeWorldFarEnd(
          network.call({
            from,
            to,
            headers,
            source: as === 'trunk' ? { kind: 'trunk', id: 'TK-1' } : undefined,
            ...(withoutCommonCodec ? { codecs: ['G729'] } : {}),
            ...(replaces ? { replaces } : {}),
          }),
        ),
      replacesOf: ({ leg }) => fakeReplaces(leg),
      callee: async (script): Promise<Callee> => {
        const made = calleeWith(script);
        lastUser += 1;
        network.phone(String(lastUser), made.script);
        return { target: { kind: 'sip', uri: `sip:${lastUser}@far.example` }, calls: made.calls };
      },
      registered: async (endpointId, script): Promise<Callee> => {
        const made = calleeWith(script);
        network.register(endpointId, made.script);
        return { target: { kind: 'endpoint', endpointId }, calls: made.calls };
      },
      deadProxy: 'sip:dead.example:5060',
      overloadedProxy: async () => 'sip:overloaded.example',
    },
    successor: async ({ soundSurvives }) => {
      engine.die();
      if (!soundSurvives) for (const callId of [...outside.sounds.keys()]) await outside.loseSound(callId);
      engine = engineOutThere();
      return engine;
    },
    close: async () => {
      await whileTimePasses(clock, engine.stop(0));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function fakeScript(script: CalleeScript): FarEndScript {
  return {
    ...(script.rings ? { ringAfterMs: 0 } : {}),
    ...(script.sendsEarlyMedia ? { earlyMediaAfterMs: 0 } : {}),
    ...(script.answersAfterMs === undefined ? {} : { answerAfterMs: script.answersAfterMs }),
    ...(script.refusesWith === undefined ? {} : { refuse: { afterMs: 0, status: script.refusesWith } }),
    ...(script.withoutCommonCodec ? { codecs: ['G729'] } : {}),
    ...(script.onRefer ? { onRefer: script.onRefer } : {}),
  };
}

class FakeWorldFarEnd implements FarEnd {
  readonly #far: FakeFarEnd;

  constructor(far: FakeFarEnd) {
    this.#far = far;
  }

  get answered(): boolean {
    return this.#far.status === 'answered';
  }

  get ended(): boolean {
    return this.#far.status === 'ended';
  }

  get toldRinging(): boolean {
    return this.#far.told.includes('ringing');
  }

  get toldEarlyMedia(): boolean {
    return this.#far.told.includes('early-media');
  }

  get refusedWith(): number | undefined {
    return this.#far.refusedWith;
  }

  get retryAfter(): string | undefined {
    return this.#far.refusalHeaders['Retry-After'];
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#far.headers;
  }

  get fromUser(): string {
    return this.#far.from;
  }

  get receivedDigits(): string {
    return this.#far.receivedDigits;
  }

  get referAnswers(): readonly number[] {
    return this.#far.referAnswers;
  }

  get notified(): readonly number[] {
    return this.#far.notified;
  }

  get referredTo(): readonly string[] {
    return this.#far.referredTo;
  }

  refer(to: string, { quiet = false, referredBy }: { quiet?: boolean; referredBy?: string } = {}): void {
    this.#far.refer({ to: targetOf(to), quiet, ...(referredBy === undefined ? {} : { referredBy }) });
  }

  hears(hz: number): boolean {
    return this.#far.hearsNow.some(({ sound }) => sounds(sound, hz));
  }

  speak(hz: number | undefined): void {
    if (hz === undefined) this.#far.hush();
    else this.#far.say({ kind: 'tone', frequencies: [hz], levelDbm0: -10, cadenceMs: [3_600_000] });
  }

  press(digits: string): void {
    this.#far.press(digits);
  }

  answer(): void {
    this.#far.answer();
  }

  hangUp(): void {
    this.#far.hangUp();
  }

  hold(): void {
    this.#far.hold();
  }

  resume(): void {
    this.#far.resume();
  }

  vanish(): void {
    this.#far.vanish();
  }
}

function sounds(sound: Sound, hz: number): boolean {
  if (sound.kind === 'audio') return toneLevel(sound.samples.subarray(0, 1600), hz) > -40;
  return sound.frequencies.includes(hz);
}

/** What a Refer-To names; the fake network knows no dialogs. */
function targetOf(to: string): TransferTarget {
  const uri = to.replace(/^<|>$/g, '').replace(/\?.*$/, '');
  const { user, host } = parseAddress(uri);
  return { uri, user, host, isOurs: host === 'us.example', headers: {} };
}
