import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { createEmbeddedEngine, type EmbeddedEngine } from '@hookswitch/media/drivers/embedded/index';
import { createThreadedMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/threaded-media-plane';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import type { DialTarget, IncomingCall } from '@hookswitch/media/port/call-engine';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ToneSound } from '@hookswitch/media/port/sound';
import type { Termination } from '@hookswitch/media/port/termination';
import { afterEach, describe, expect, it } from 'vitest';
import { partyTones } from '../ear/parties.js';
import { readSoundFile } from '../ear/read-sound-file.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import { BaresipPhone } from '../peers/baresip/baresip-phone.js';
import { eventually } from '../peers/eventually.js';
import { History } from '../peers/history.js';
import { SippPeer, type SippScenario } from '../peers/sipp/sipp-peer.js';

const prompt: ToneSound = {
  kind: 'tone',
  frequencies: [partyTones.prompt],
  levelDbm0: -12,
  cadenceMs: [60_000],
};

describe('the embedded engine with real peers', () => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.stop();
  });

  async function engineUp() {
    const directory = new MemorySipDirectory(systemClock);
    for (const user of ['ann', 'bob']) directory.addUser(user, 'secret', { kind: 'endpoint', id: `SE-${user}` });
    const engine = createEmbeddedEngine({
      listen: [
        { transport: 'udp', address: '127.0.0.1', port: 0 },
        { transport: 'tcp', address: '127.0.0.1', port: 0 },
      ],
      localAddressTowards: () => '127.0.0.1',
      directory,
      nodeId: 'journey',
      network: systemNetwork,
      mediaPlane: createThreadedMediaPlane({ portLow: 26_000, portHigh: 27_999 }),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    open.push({ stop: () => engine.stop(0) });
    const incoming = new History<IncomingCall>('incoming calls', ({ facts }) => facts.from);
    engine.events.on('incoming', (call) => incoming.add(call));
    const { sip } = await engine.start();
    const port = (transport: string) =>
      Number(
        sip
          .find((one) => one.startsWith(transport))!
          .split(':')
          .at(-1),
      );
    const server = { host: '127.0.0.1', port: port('udp') };
    return { engine, directory, incoming, server, tcpServer: { host: '127.0.0.1', port: port('tcp') } };
  }

  async function baresip(options: Parameters<typeof BaresipPhone.start>[0]): Promise<BaresipPhone> {
    const phone = await BaresipPhone.start(options);
    open.push(phone);
    return phone;
  }

  async function sipp(options: Parameters<typeof SippPeer.start>[0]): Promise<SippPeer> {
    const peer = await SippPeer.start(options);
    open.push(peer);
    return peer;
  }

  let lastId = 0;
  const history = (leg: LiveCall) => {
    const events = new History<string>('what happens to a leg');
    for (const name of ['ringing', 'earlyMedia', 'answered', 'held', 'resumed'] as const) {
      leg.events.on(name, () => events.add(name));
    }
    leg.events.on('digit', (digit) => events.add(`digit ${digit}`));
    const ended = new Promise<Termination>((resolve) => {
      leg.events.once('ended', (termination) => {
        events.add('ended');
        resolve(termination);
      });
    });
    return { leg, events, ended, has: (event: string) => events.first(event, (each) => each === event) };
  };
  const dial = (engine: EmbeddedEngine, target: DialTarget, ringTimeoutMs = 60_000) =>
    history(engine.dial({ callId: `CA${++lastId}`, target, from: '+15550199', ringTimeoutMs }));
  const at = ({ address }: { address: { host: string; port: number } }): DialTarget => ({
    kind: 'sip',
    uri: `sip:service@${address.host}:${address.port}`,
  });

  it.each(['udp', 'tcp'] as const)(
    'registers two baresips over %s, connects them, and each hears the other',
    async (transport) => {
      const { engine, server, tcpServer, incoming } = await engineUp();
      const account = { password: 'secret', server: transport === 'tcp' ? tcpServer : server, transport } as const;
      const ann = await baresip({ user: 'ann', party: 'caller', ...account });
      const bob = await baresip({ user: 'bob', party: 'callee', ...account });
      await Promise.all([ann.registered(), bob.registered()]);

      await ann.dial('200');
      const call = await incoming.first('a call comes in', () => true);
      expect(call.source).toEqual({ kind: 'endpoint', id: 'SE-ann' });
      expect(call.facts).toMatchObject({ from: 'ann', to: '200', transport });
      const a = history(call.accept('CA-ann'));
      await a.leg.answer();
      await ann.established();
      const stop = new AbortController();
      void a.leg.play(prompt, { signal: stop.signal });
      await ann.hears('prompt');
      const collected = a.leg.collect({ finishOnKey: '#', interDigitTimeoutMs: 10_000 });
      await ann.sendDigits('42#');
      expect(await collected).toMatchObject({ digits: '42', end: 'finish-key' });

      const b = dial(engine, { kind: 'endpoint', endpointId: 'SE-bob' });
      await bob.rings();
      await b.has('ringing');
      await bob.accept();
      await b.has('answered');
      stop.abort();
      engine.connect(a.leg, b.leg);
      await ann.hears('callee');
      await bob.hears('caller');
      await bob.hangUp();
      expect(await b.ended).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
      a.leg.hangUp();
      expect(await a.ended).toMatchObject({ result: 'completed', by: 'local' });
    },
  );

  it('is held and resumed by baresip', async () => {
    const { incoming, server } = await engineUp();
    const ann = await baresip({ user: 'ann', party: 'caller', password: 'secret', server });
    await ann.registered();
    await ann.dial('200');
    const a = history((await incoming.first('a call comes in', () => true)).accept('CA-held'));
    await a.leg.answer();
    await ann.established();
    await ann.hold();
    await a.has('held');
    await ann.resume();
    await a.has('resumed');
    await ann.hangUp();
    expect(await a.ended).toMatchObject({ by: 'remote', reason: 'hangup' });
  });

  it('refuses a baresip that does not know its password', async () => {
    const { server, directory } = await engineUp();
    const phone = await baresip({ user: 'ann', party: 'caller', password: 'wrong', server });
    await expect(phone.registered()).rejects.toThrow();
    expect(await directory.bindings('SE-ann')).toEqual([]);
  });

  it('takes a call of sipp after digest, collects its keys and records its tone on channel 1', async () => {
    const { server, incoming, engine } = await engineUp();
    const folder = mkdtempSync(join(tmpdir(), 'journey-'));
    open.push({ stop: async () => rmSync(folder, { recursive: true, force: true }) });
    const programme = [{ tone: 'caller', ms: 1_500 }, { digits: '7#' }, { tone: 'caller', ms: 500 }] as const;
    const caller = await sipp({
      scenario: 'uac-digest',
      remote: server,
      target: '200',
      user: 'ann',
      password: 'secret',
      programme,
    });
    const call = history((await incoming.first('a call comes in', () => true)).accept('CA-sipp'));
    const collected = call.leg.collect({ finishOnKey: '#', interDigitTimeoutMs: 20_000 });
    await call.leg.answer();
    const recording = call.leg.record({ recordingId: 'RE1', path: join(folder, 'call.wav'), channels: 2 });
    void call.leg.play(prompt);
    expect(await collected).toMatchObject({ digits: '7', end: 'finish-key' });
    expect(await call.ended).toMatchObject({ result: 'completed', by: 'remote' });
    await caller.finished();
    const file = await recording.finished;
    const { channels } = await readSoundFile(file.path);
    expect(whoIsHeard(channels[0]!)).toEqual(['caller']);
    expect(whoIsHeard(channels[1]!)).toEqual(['prompt']);
    await untilIdle(engine);
  });

  it('is cancelled by sipp while it rings', async () => {
    const { server, incoming, directory, engine } = await engineUp();
    directory.addTrunk('TK-1', '127.0.0.1');
    const caller = await sipp({ scenario: 'uac-cancel', remote: server });
    const call = history((await incoming.first('a call comes in', () => true)).accept('CA-cancel'));
    call.leg.ring();
    expect(await call.ended).toMatchObject({ result: 'canceled', by: 'remote', reason: 'caller-canceled' });
    await caller.finished();
    await untilIdle(engine);
  });

  it('is held by sipp, which hears nothing meanwhile', async () => {
    const { server, incoming, directory } = await engineUp();
    directory.addTrunk('TK-1', '127.0.0.1');
    const caller = await sipp({ scenario: 'uac-hold', remote: server, programme: [{ tone: 'caller', ms: 500 }] });
    const call = history((await incoming.first('a call comes in', () => true)).accept('CA-hold'));
    await call.leg.answer();
    expect(await call.ended).toMatchObject({ result: 'completed', by: 'remote' });
    await caller.finished();
    expect(call.events.all).toEqual(['answered', 'held', 'resumed', 'ended']);
  });

  const outcomes: [SippScenario, string[], Partial<Termination>][] = [
    ['uas-media', ['ringing', 'answered', 'ended'], { result: 'completed', by: 'local' }],
    ['uas-early-media', ['earlyMedia', 'answered', 'ended'], { result: 'completed', by: 'local' }],
    ['uas-bye', ['ringing', 'answered', 'ended'], { result: 'completed', by: 'remote', reason: 'hangup' }],
    ['uas-busy', ['ended'], { result: 'busy', reason: 'busy', sip: 486 }],
    ['uas-no-answer', ['ringing', 'ended'], { result: 'no-answer', reason: 'ring-timeout', by: 'system' }],
  ];
  it.each(outcomes)('dials sipp: %s', async (scenario, events, termination) => {
    const { engine } = await engineUp();
    const callee = await sipp({ scenario, programme: [{ tone: 'callee', ms: 600 }] });
    const call = dial(engine, at(callee), scenario === 'uas-no-answer' ? 1_500 : 60_000);
    if (termination.by === 'local') {
      await call.has('answered');
      call.leg.hangUp();
    }
    expect(await call.ended).toMatchObject(termination);
    expect([...new Set(call.events.all)]).toEqual(events);
    await callee.finished();
    await untilIdle(engine);
  });

  /** No call holds anything any more. Transactions absorb repetitions for 32 s after it. */
  async function untilIdle(engine: EmbeddedEngine): Promise<void> {
    const held = () => {
      const { calls, dialogs, mediaPorts, recordings } = engine.gauges();
      return calls + dialogs + mediaPorts + recordings;
    };
    await eventually('the engine to hold nothing', () => (held() === 0 ? true : undefined), { everyMs: 20 });
  }
});
