import { Writable } from 'node:stream';
import { createLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { type Random, randomInteger, seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { VirtualNetwork } from '../../net/virtual-network.js';
import type { CallEngine } from '../../port/call-engine.js';
import type { Conference } from '../../port/conference.js';
import { ConferenceFullError } from '../../port/engine-errors.js';
import type { LegStatus, LiveCall } from '../../port/live-call.js';
import type { ToneSound } from '../../port/sound.js';
import { createEmbeddedEngine } from './index.js';
import { createInProcessMediaPlane } from './media-plane/in-process-media-plane.js';
import { MemoryCaptureStore } from './media-plane/memory-capture-store.js';
import { MemorySipDirectory } from './memory-sip-directory.js';

const idle = { calls: 0, dialogs: 0, transactions: 0, mediaPorts: 0, timers: 0, recordings: 0, conferences: 0 };
const order: readonly LegStatus[] = ['dialing', 'ringing', 'answered', 'ended'];
const tone: ToneSound = { kind: 'tone', frequencies: [440], levelDbm0: -13, cadenceMs: [400] };

/** Two engines that call each other over a bad network while everything is done to their legs, at random. */
async function randomWorld(seed: number) {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const network = new VirtualNetwork(clock, random);
  network.setConditions({ delayMs: 10, jitterMs: 30, loss: random.next() * 0.15, duplicate: random.next() * 0.1 });
  const faults: string[] = [];
  const lines = new Set<string>();
  const destination = new Writable({
    write: (line, _encoding, done) => {
      faults.push(String(line));
      done();
    },
  });
  const logger = createLogger({ level: 'error', destination });
  const legs: { leg: LiveCall; events: string[]; statuses: LegStatus[] }[] = [];

  function watch(leg: LiveCall): LiveCall {
    const entry = { leg, events: [] as string[], statuses: [leg.status] };
    const note = (event: string) => () => {
      entry.events.push(event);
      entry.statuses.push(leg.status);
    };
    for (const event of ['ringing', 'earlyMedia', 'answered', 'held', 'resumed', 'digit', 'ended'] as const) {
      leg.events.on(event, note(event));
    }
    leg.events.on('signalling', ({ line }) => lines.add(line));
    legs.push(entry);
    return leg;
  }

  const engines = await Promise.all(
    ['10.0.0.1', '10.0.0.2'].map(async (address, index): Promise<CallEngine> => {
      const directory = new MemorySipDirectory(clock);
      directory.addTrunk('TK', address === '10.0.0.1' ? '10.0.0.2' : '10.0.0.1', {
        reliableProvisionals: pick(random, ['off', 'on', 'prefer'] as const),
      });
      const captures = new MemoryCaptureStore();
      const engine = createEmbeddedEngine({
        listen: [{ transport: 'udp', address, port: 5060 }],
        localAddressTowards: () => address,
        directory,
        nodeId: address,
        network,
        mediaPlane: createInProcessMediaPlane({ mediaLossMs: 3_000 }, { clock, random, network, captures }),
        clock,
        random,
        logger,
        sessionExpiresSeconds: random.next() < 0.5 ? 90 : 0,
      });
      engine.events.on('incoming', (call) => {
        const decide = () => {
          if (random.next() < 0.15) call.refuse(pick(random, [486, 404, 503, 603]));
          else watch(call.accept(`CA-in-${index}-${legs.length}`));
        };
        if (random.next() < 0.7) decide();
        else clock.after(random.next() * 3_000, decide);
      });
      await engine.start();
      return engine;
    }),
  );
  return { clock, random, network, engines, legs, watch, faults, lines };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[randomInteger(random, 0, items.length - 1)]!;
}

/** Does one thing to one leg's place in the conferences of its engine. */
function confer(
  leg: LiveCall,
  random: Random,
  engine: CallEngine,
  conferences: Conference[],
  open: Set<unknown>,
): void {
  if (conferences.length < 2) conferences.push(engine.conference({ maxSpeakers: 3, maxMembers: 5 }));
  const conference = pick(random, conferences);
  const audience = () => pick(random, ['everyone', 'nobody', conference.members.slice(0, 2)] as const);
  const member = conference.members.find((each) => each.leg === leg);
  const playing = () => {
    const played = conference.play(tone, { mode: pick(random, ['instead', 'over', 'ducked'] as const) });
    open.add(played);
    void played.then(() => open.delete(played));
  };
  const deeds: (() => void)[] = [
    () => conference.add(leg, { speaksTo: audience(), hears: audience() }),
    () => conference.add(leg),
    () => member?.setHearing({ speaksTo: audience() }),
    () => member?.hold(tone),
    () => member?.retrieve(),
    () => member?.leave(),
    playing,
  ];
  if (random.next() < 0.03) conferences.splice(conferences.indexOf(conference), 1)[0]!.end();
  try {
    pick(random, deeds)();
  } catch (error) {
    if (!(error instanceof ConferenceFullError)) throw error;
  }
}

/** Does one thing to one leg. What it promises must settle in the end; `open` holds those that have not. */
function act(leg: LiveCall, random: Random, engine: CallEngine, others: readonly LiveCall[], open: Set<unknown>): void {
  const abort = new AbortController();
  const settles = (promise: Promise<unknown>) => {
    open.add(promise);
    const done = () => open.delete(promise);
    promise.then(done, done);
  };
  const deeds: (() => void)[] = [
    () => leg.ring(),
    () => settles(leg.earlyMedia()),
    () => settles(leg.answer()),
    () => settles(leg.answer()),
    () => leg.reject(pick(random, [480, 486, 603])),
    () => leg.hangUp(),
    () => settles(leg.play(tone, { loops: randomInteger(random, 0, 3), signal: abort.signal })),
    () => settles(leg.collect({ finishOnKey: '#', interDigitTimeoutMs: 500, maxDigits: 2, signal: abort.signal })),
    () => settles(leg.sendDigits('1w2#')),
    () =>
      settles(leg.record({ recordingId: `RE${random.next()}`, path: `/${random.next()}.wav`, channels: 2 }).finished),
    () => settles(engine.connect(leg, pick(random, others)).ended),
    () => leg.mute('in', random.next() < 0.5),
    () => abort.abort(),
  ];
  pick(random, deeds)();
  if (random.next() < 0.5) abort.abort();
}

/** Lives through one world. Answers what went over the wire, by first lines. */
async function live(seed: number): Promise<ReadonlySet<string>> {
  const { clock, random, network, engines, legs, watch, faults, lines } = await randomWorld(seed);
  const open = new Set<unknown>();
  const conferences: Conference[][] = [[], []];
  for (let step = 0; step < 120; step += 1) {
    const from = randomInteger(random, 0, 1);
    if (random.next() < 0.2) {
      const uri = `sip:2@10.0.0.${2 - from}`;
      const proxies = random.next() < 0.3 ? ['sip:10.0.0.99', uri] : [];
      watch(
        engines[from]!.dial({
          callId: `CA-out-${step}`,
          target: { kind: 'sip', uri, proxies, reliableProvisionals: random.next() < 0.2 ? 'off' : 'on' },
          from: '1',
          ringTimeoutMs: randomInteger(random, 100, 20_000),
        }),
      );
    }
    if (random.next() < 0.02) network.cutOff('10.0.0.1');
    else network.restore('10.0.0.1');
    const live = engines[from]!.calls();
    if (live.length > 0) act(pick(random, live), random, engines[from]!, live, open);
    if (live.length > 0) confer(pick(random, live), random, engines[from]!, conferences[from]!, open);
    await clock.advanceAsync(random.next() < 0.3 ? 0 : random.next() * 400);
  }
  network.restore('10.0.0.1');
  for (const engine of engines)
    for (const leg of engine.calls()) random.next() < 0.5 ? leg.hangUp() : void leg.answer();
  // Long enough for every timer of RFC 3261, for media loss and for session timers.
  await clock.advanceAsync(60_000);
  for (const engine of engines) for (const leg of engine.calls()) leg.hangUp();
  await clock.advanceAsync(150_000);
  expect(conferences.flat().flatMap(({ members }) => members)).toEqual([]);
  for (const conference of conferences.flat()) conference.end();
  expect(faults).toEqual([]);
  for (const { events, statuses, leg } of legs) {
    expect(events.filter((event) => event === 'ended')).toHaveLength(1);
    expect(events.at(-1)).toBe('ended');
    expect(events.filter((event) => event === 'answered').length).toBeLessThanOrEqual(1);
    expect(leg.termination?.result === 'completed').toBe(events.includes('answered'));
    const steps = statuses.map((status) => order.indexOf(status));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  }
  expect(open.size).toBe(0);
  for (const engine of engines) expect(engine.gauges()).toEqual(idle);
  return lines;
}

describe('legs of the embedded engine in random worlds', () => {
  it.each(Array.from({ length: 25 }, (_, at) => at + 1))(
    'end once each and leave nothing behind (seed %i)',
    async (seed) => {
      await live(seed);
    },
  );

  it('acknowledge provisional answers (RFC 3262) and refresh sessions by UPDATE (RFC 3311) on the way', async () => {
    const seen = new Set<string>();
    for (let seed = 101; seed <= 115; seed += 1) for (const line of await live(seed)) seen.add(line);
    expect(['PRACK', 'UPDATE', 'CANCEL', 'BYE', '487 Request Terminated'].filter((line) => !seen.has(line))).toEqual(
      [],
    );
  });
});
