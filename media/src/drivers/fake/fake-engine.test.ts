import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { DialRequest, IncomingCall } from '../../port/call-engine.js';
import type { ToneSound } from '../../port/sound.js';
import type { Termination } from '../../port/termination.js';
import { answers, createFakeEngine, type FakeFarEnd, isBusy, ledByHand, neverAnswers } from './index.js';

const tone = (hz: number): ToneSound => ({ kind: 'tone', frequencies: [hz], levelDbm0: -10, cadenceMs: [60_000] });
const trunk = { kind: 'trunk', id: 'TK1' } as const;
const dial = (user: string): DialRequest => ({
  callId: 'CA1',
  target: { kind: 'sip', uri: `sip:${user}@far.example` },
  from: '4401',
  ringTimeoutMs: 30_000,
});

async function engineUp(latencyMs = 5) {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(1), latencyMs });
  await engine.start();
  const incoming: IncomingCall[] = [];
  engine.events.on('incoming', (call) => incoming.push(call));
  return { clock, engine, incoming };
}

describe('the fake engine', () => {
  it('writes a real WAV file with what was said and heard on their own channels', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
    const { clock, engine, incoming } = await engineUp(0);
    const caller = engine.network.call({ from: '1', to: '2', source: trunk });
    clock.advance(0);
    const leg = incoming[0]!.accept('CA1');
    await leg.answer();
    await clock.advanceAsync(0);
    caller.say(tone(400));
    await clock.advanceAsync(0);
    const recording = leg.record({ recordingId: 'RE1', path: join(folder, 'a.wav'), channels: 2 });
    void leg.play(tone(1000), { loops: 0 });
    await clock.advanceAsync(500);
    recording.pause('skip');
    await clock.advanceAsync(700);
    recording.resume();
    await clock.advanceAsync(500);
    const file = await recording.stop();
    expect(file).toMatchObject({ recordingId: 'RE1', durationMs: 1000, channels: 2, sampleRate: 8000, end: 'stopped' });
    const bytes = await readFile(file.path);
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    expect(bytes.length).toBe(44 + 8000 * 2 * 2);
    const crossings = (channel: number) => {
      let count = 0;
      for (let frame = 1; frame < 8000; frame += 1) {
        const [before, now] = [frame - 1, frame].map((at) => bytes.readInt16LE(44 + (at * 2 + channel) * 2));
        if (before! < 0 !== now! < 0) count += 1;
      }
      return count;
    };
    expect(Math.abs(crossings(0) - 800)).toBeLessThan(8);
    expect(Math.abs(crossings(1) - 2000)).toBeLessThan(8);
    await rm(folder, { recursive: true });
  });

  it('hangs up a far end whose answer crossed our CANCEL', async () => {
    const { clock, engine } = await engineUp(50);
    engine.network.phone('200', answers(100));
    let farEnd: { status: string } | undefined;
    engine.network.events.on('dialled', (far) => {
      farEnd = far;
    });
    const leg = engine.dial(dial('200'));
    const ends: Termination[] = [];
    leg.events.on('ended', (termination) => ends.push(termination));
    await clock.advanceAsync(170);
    expect(farEnd?.status).toBe('answered');
    leg.hangUp();
    await clock.advanceAsync(500);
    expect(ends).toEqual([{ result: 'canceled', by: 'local', reason: 'hangup' }]);
    expect(farEnd?.status).toBe('ended');
    expect(engine.gauges()).toEqual({
      calls: 0,
      dialogs: 0,
      transactions: 0,
      mediaPorts: 0,
      timers: 0,
      recordings: 0,
      conferences: 0,
    });
  });

  it('lets a script press keys, and a hand lead the rest', async () => {
    const { clock, engine } = await engineUp();
    engine.network.phone('200', answers(1000, [{ afterMs: 500, do: 'press', digits: '12#' }]));
    engine.network.phone('201', ledByHand);
    const leg = engine.dial(dial('200'));
    const collected = leg.collect({ finishOnKey: '#', interDigitTimeoutMs: 3000 });
    await clock.advanceAsync(2000);
    expect(await collected).toMatchObject({ digits: '12', end: 'finish-key' });
    engine.network.events.once('dialled', (far) => far.refuse(486));
    const other = engine.dial({ ...dial('201'), callId: 'CA2' });
    await clock.advanceAsync(100);
    expect(other.termination).toMatchObject({ result: 'busy', sip: 486 });
  });

  it('cancels the phones that did not answer first', async () => {
    const { clock, engine } = await engineUp();
    engine.network.register('SE1', neverAnswers);
    engine.network.register('SE1', answers(2000));
    const busy = engine.network.register('SE1', isBusy);
    const rung: { status: string }[] = [];
    engine.network.events.on('dialled', (far) => rung.push(far));
    const leg = engine.dial({ ...dial(''), target: { kind: 'endpoint', endpointId: 'SE1' } });
    await clock.advanceAsync(3000);
    expect(leg.status).toBe('answered');
    expect(rung.map((far) => far.status)).toEqual(['ended', 'answered', 'ended']);
    busy();
    busy();
    leg.hangUp();
    await clock.advanceAsync(100);
    expect(rung[1]!.status).toBe('ended');
  });

  it('keeps a CANCEL that came before anybody took the call over', async () => {
    const { clock, engine, incoming } = await engineUp();
    const caller = engine.network.call({ from: '1', to: '2', source: trunk, cancelAfterMs: 20 });
    await clock.advanceAsync(100);
    const leg = incoming[0]!.accept('CA1');
    await clock.advanceAsync(100);
    expect(leg.termination).toMatchObject({ result: 'canceled', reason: 'caller-canceled' });
    expect(caller.refusedWith).toBe(487);
  });

  it('tells whom each leg of a conference hears, and whose sound it is', async () => {
    const { clock, engine } = await engineUp(0);
    const conference = engine.conference();
    const far: FakeFarEnd[] = [];
    engine.network.events.on('dialled', (each) => far.push(each));
    for (const user of ['201', '202', '203']) {
      engine.network.phone(user, answers());
      engine.dial({ ...dial(user), callId: `CA${user}` });
    }
    await clock.advanceAsync(10);
    const legs = engine.calls();
    const [customer, agent, supervisor] = legs.map((leg) => conference.add(leg));
    supervisor!.setHearing({ speaksTo: [agent!] });
    expect(legs.map(({ hearing }) => hearing.legs.map(({ id }) => id))).toEqual([
      ['CA202'],
      ['CA201', 'CA203'],
      ['CA201', 'CA202'],
    ]);
    for (const each of far) each.say(tone(400));
    await clock.advanceAsync(10);
    expect(far[1]!.hearsNow).toMatchObject([
      { from: 'peer', peer: 'CA201' },
      { from: 'peer', peer: 'CA203' },
    ]);
    void legs[1]!.play(tone(900), { mode: 'ducked' });
    await clock.advanceAsync(10);
    expect(far[1]!.hearsNow.map(({ from, quieterDb }) => [from, quieterDb])).toEqual([
      ['play', undefined],
      ['peer', 12],
      ['peer', 12],
    ]);
    customer!.hold(tone(1000));
    await clock.advanceAsync(10);
    expect(far[0]!.hearsNow).toMatchObject([{ from: 'hold', sound: { frequencies: [1000] } }]);
    expect(legs.map(({ hearing }) => hearing.legs.map(({ id }) => id))).toEqual([[], ['CA203'], ['CA202']]);
    const stopped = engine.stop(0);
    await clock.advanceAsync(10);
    await stopped;
    expect(Object.values(engine.gauges()).every((value) => value === 0)).toBe(true);
  });
});
