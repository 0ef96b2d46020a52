import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeG711 } from '../../../audio/g711.js';
import { toneShare } from '../../../audio/goertzel.js';
import { InbandDigitDetector } from '../../../audio/inband-digits.js';
import { readWav } from '../../../audio/wav.js';
import { NoMediaPortError } from '../../../port/engine-errors.js';
import { noMedia, type RecordOptions } from '../../../port/live-call.js';
import type { LegRemote, MediaPlane } from './media-plane.js';
import {
  inProcessPlane,
  keptPlane,
  type PlaneUnderTest,
  processPlane,
  threadedPlane,
  together,
} from './planes-under-test.js';
import { eventType, TestPhone } from './test-phone.js';
import { waitingIn } from './waiting-in.fixture.js';

const tone = (frequency: number, ms: number) =>
  ({ kind: 'tone', frequencies: [frequency], levelDbm0: -10, cadenceMs: [ms] }) as const;

/** What every media plane must do. */
describe.each([
  ['in process, on a virtual clock', inProcessPlane],
  ['kept for its controls, on a virtual clock', keptPlane],
  ['in a worker thread, on loopback', threadedPlane],
  ['in a process of its own, on loopback', processPlane],
])('a media plane %s', (_name, make) => {
  let under: PlaneUnderTest;
  let plane: MediaPlane;
  let phones: TestPhone[];
  const digits: string[] = [];
  const lost: string[] = [];

  beforeEach(async () => {
    under = await make({ mediaLossMs: 600, keepAliveMs: 0 });
    plane = under.plane;
    phones = [];
    digits.length = 0;
    lost.length = 0;
    plane.events.on('digit', (legId, digit) => digits.push(`${legId}:${digit}`));
    plane.events.on('mediaLost', (legId) => lost.push(legId));
  });

  afterEach(async () => {
    for (const phone of phones) phone.close();
    await under.close();
  });

  const { until, settled } = waitingIn(() => under);

  const phoneOn = async (legId: string, remote: Partial<LegRemote> = {}): Promise<TestPhone> => {
    const { port } = await plane.open(legId, { bindAddress: under.planeAddress });
    const codec = remote.codec ?? 'pcmu';
    const at = under.phonePort + 2 * phones.length;
    const phone = await TestPhone.open(under.network, under.clock, under.phoneAddress, at, codec);
    phones.push(phone);
    phone.aim(under.planeAddress, port);
    plane.setRemote(legId, {
      address: under.phoneAddress,
      port: phone.port,
      codec,
      telephoneEventPayloadType: eventType,
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: under.phoneAddress,
      ...remote,
    });
    return phone;
  };

  it('opens RTP on an even port and closes to zero', async () => {
    const { port } = await plane.open('a', { bindAddress: under.planeAddress });
    expect(port % 2).toBe(0);
    expect(plane.gauges()).toMatchObject({ legs: 1, ports: 2 });
    expect(await plane.close('a')).toEqual(noMedia);
    expect(plane.gauges()).toEqual({ legs: 0, ports: 0, recordings: 0, timers: 0 });
  });

  it('opens legs at once on ports that were prepared, each once, and counts those only', async () => {
    const bindAddress = under.planeAddress;
    const [first, second] = await plane.prepare(bindAddress, 2);
    expect([first! % 2, second! % 2]).toEqual([0, 0]);
    expect(plane.gauges()).toMatchObject({ legs: 0, ports: 0 });
    const opened = plane.open('a', { bindAddress, port: first! });
    const phone = await TestPhone.open(under.network, under.clock, under.phoneAddress, under.phonePort);
    phones.push(phone);
    plane.setRemote('a', {
      address: under.phoneAddress,
      port: phone.port,
      codec: 'pcmu',
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: under.phoneAddress,
    });
    expect(await opened).toEqual({ port: first });
    expect(await settled(plane.play('a', 'p', tone(1000, 200)))).toEqual({ end: 'finished', playedMs: 200 });
    await until(() => phone.packets.length >= 10);
    await expect(plane.open('b', { bindAddress, port: first! })).rejects.toThrow(NoMediaPortError);
    await expect(plane.open('b', { bindAddress, port: 1024 })).rejects.toThrow(NoMediaPortError);
    expect(plane.gauges()).toMatchObject({ legs: 1, ports: 2 });
    await plane.close('a');
  });

  it('settles everything on a leg that is unknown', async () => {
    expect(await plane.play('none', 'p', tone(1000, 100))).toEqual({ end: 'call-ended', playedMs: 0 });
    await plane.sendDigits('none', 'd', '12');
    expect(await plane.stats('none')).toEqual(noMedia);
    expect(await plane.close('none')).toEqual(noMedia);
  });

  it('plays a tone whole, in one stream whose timestamps rise by 160 and whose first packet has the marker (RFC 3551 4.1)', async () => {
    const phone = await phoneOn('a');
    expect(await settled(plane.play('a', 'p', tone(1000, 400)))).toEqual({ end: 'finished', playedMs: 400 });
    await until(() => phone.packets.length >= 20);
    expect(phone.packets).toHaveLength(20);
    expect(phone.packets.map(({ marker }) => marker)).toEqual([true, ...Array(19).fill(false)]);
    const steps = phone.packets.slice(1).map((packet, at) => (packet.timestamp - phone.packets[at]!.timestamp) | 0);
    expect(new Set(steps)).toEqual(new Set([160]));
    expect(toneShare(phone.sound, 1000, 8000, 0, 3200)).toBeGreaterThan(0.9);
  });

  it('sends packets of the length agreed', async () => {
    const phone = await phoneOn('a', { ptimeMs: 30 });
    await settled(plane.play('a', 'p', tone(1000, 300)));
    await until(() => phone.packets.length >= 10);
    expect(new Set(phone.packets.map(({ payload }) => payload.length))).toEqual(new Set([240]));
  });

  it('plays decoded audio of another rate, twice', async () => {
    const phone = await phoneOn('a', { codec: 'pcma' });
    const samples = Int16Array.from({ length: 4800 }, (_, at) => 8000 * Math.sin((2 * Math.PI * 700 * at) / 24_000));
    const sound = { kind: 'audio', key: 'k', sampleRate: 24_000, samples } as const;
    expect(await settled(plane.play('a', 'p', sound, { loops: 2 }))).toEqual({ end: 'finished', playedMs: 400 });
    await until(() => phone.packets.length >= 20);
    expect(toneShare(phone.sound, 700, 8000, 0, 3200)).toBeGreaterThan(0.9);
  });

  it('lets a second play interrupt the first, and stops only the play it is told to', async () => {
    await phoneOn('a');
    const first = plane.play('a', 'one', tone(1000, 5000));
    await under.elapse(100);
    const second = plane.play('a', 'two', tone(500, 5000), { loops: 0 });
    expect((await settled(first)).end).toBe('interrupted');
    plane.stopPlay('a', 'one');
    await under.elapse(60);
    plane.stopPlay('a', 'two');
    const result = await settled(second);
    expect(result.end).toBe('interrupted');
    expect(result.playedMs).toBeGreaterThanOrEqual(20);
  });

  it('lets connected legs hear each other, whatever law each has, and no longer after disconnect', async () => {
    const a = await phoneOn('a');
    const b = await phoneOn('b', { codec: 'pcma' });
    plane.setRoom('R', together('a', 'b'));
    await settled(Promise.all([a.talk(600, 400), b.talk(1500, 400)]));
    await until(() => a.packets.length >= 19 && b.packets.length >= 19);
    expect(toneShare(a.sound, 1500, 8000, 0, 2880)).toBeGreaterThan(0.9);
    expect(toneShare(b.sound, 600, 8000, 0, 2880)).toBeGreaterThan(0.9);
    expect(b.packets[0]!.payloadType).toBe(8);
    plane.setRoom('R', []);
    await under.elapse(60);
    a.forget();
    b.forget();
    await settled(Promise.all([a.talk(600, 100), b.talk(1500, 100)]));
    await under.elapse(60);
    expect(a.packets).toHaveLength(0);
    expect(b.packets).toHaveLength(0);
  });

  it('plays to a connected leg instead of its peer, and takes the peer up again in the same stream', async () => {
    const a = await phoneOn('a');
    const b = await phoneOn('b');
    plane.setRoom('R', together('a', 'b'));
    const talking = b.talk(1500, 900);
    await until(() => a.packets.length >= 5);
    await settled(plane.play('a', 'p', tone(600, 200)));
    await settled(talking);
    await under.elapse(60);
    expect(new Set(a.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    const sequences = a.packets.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, at) => (sequences[0]! + at) & 0xffff));
    for (let at = 1; at < a.packets.length; at++) {
      expect((a.packets[at]!.timestamp - a.packets[at - 1]!.timestamp) | 0).toBeGreaterThan(0);
    }
    const shares = a.packets.map(({ payload }, at) => ({ at, own: share(payload, 600), peer: share(payload, 1500) }));
    expect(shares.filter(({ own }) => own > 0.8)).toHaveLength(10);
    expect(shares.at(-1)!.peer).toBeGreaterThan(0.8);
  });

  it('reports a pressed key once and passes it on as one event of its own (RFC 4733)', async () => {
    const a = await phoneOn('a');
    const b = await phoneOn('b');
    plane.setRoom('R', together('a', 'b'));
    await settled(a.talk(600, 100));
    await settled(a.press('5', 160));
    await settled(a.press('#', 60));
    await until(() => b.keysHeard === '5#');
    await under.elapse(100);
    expect(digits).toEqual(['a:5', 'a:#']);
    expect(b.keysHeard).toBe('5#');
    const five = b.packets.filter(({ payloadType, payload }) => payloadType === eventType && payload[0] === 5);
    expect(five.filter(({ payload }) => payload[1]! & 0x80)).toHaveLength(3);
  });

  it('sends digits as events: one timestamp each, marker first, end three times (RFC 4733 2.5.1)', async () => {
    const phone = await phoneOn('a');
    await settled(plane.sendDigits('a', 'd', '1w9'));
    await until(() => phone.keysHeard === '19');
    const events = phone.packets.filter(({ payloadType }) => payloadType === eventType);
    const [one, nine] = [1, 9].map((key) => events.filter(({ payload }) => payload[0] === key));
    for (const press of [one!, nine!]) {
      expect(new Set(press.map(({ timestamp }) => timestamp)).size).toBe(1);
      expect(press.map(({ marker }) => marker)).toEqual([true, ...Array(press.length - 1).fill(false)]);
      expect(press.filter(({ payload }) => payload[1]! & 0x80)).toHaveLength(3);
      expect((press.at(-1)!.payload[2]! << 8) | press.at(-1)!.payload[3]!).toBe(800);
    }
    expect((nine![0]!.timestamp - one![0]!.timestamp) | 0).toBeGreaterThanOrEqual((100 + 500) * 8);
  });

  it('sends digits as tones where the peer takes no events', async () => {
    const phone = await phoneOn('a');
    plane.setRemote('a', {
      address: under.phoneAddress,
      port: phone.port,
      codec: 'pcmu',
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: under.phoneAddress,
    });
    await settled(plane.sendDigits('a', 'd', '42'));
    await under.elapse(40);
    let heard = '';
    const detector = new InbandDigitDetector((digit) => {
      heard += digit;
    });
    detector.feed(phone.sound);
    detector.feed(new Int16Array(1000));
    expect(heard).toBe('42');
  });

  it('hears in-band digits only where asked', async () => {
    const phone = await phoneOn('a');
    const pressInband = async () => {
      for (let at = 0; at < 6; at++) {
        phone.say(852, 1336);
        await under.elapse(20);
      }
      await settled(phone.talk(0, 200));
    };
    await pressInband();
    expect(digits).toEqual([]);
    plane.enableInbandDigits('a', true);
    await pressInband();
    await until(() => digits.length > 0);
    expect(digits).toEqual(['a:8']);
  });

  const recordOptions = (fileName: string, more: Partial<RecordOptions> = {}): RecordOptions => ({
    recordingId: 'RE1',
    path: under.path(fileName),
    channels: 2,
    ...more,
  });

  it('records what a leg says and hears on two channels, as long as it lasted', async () => {
    const a = await phoneOn('a');
    const b = await phoneOn('b');
    plane.setRoom('R', together('a', 'b'));
    const before = under.clock.now();
    const captured = plane.startRecording('a', recordOptions('two.wav'));
    await settled(Promise.all([a.talk(600, 1000), b.talk(1500, 1000)]));
    plane.stopRecording('a', 'RE1');
    const lasted = under.clock.now() - before;
    const file = await settled(captured);
    expect(file).toMatchObject({ recordingId: 'RE1', channels: 2, sampleRate: 8000, end: 'stopped' });
    expect(Math.abs(file.durationMs - lasted)).toBeLessThanOrEqual(under.slackMs);
    const wav = readWav(await under.read(file.path));
    expect(wav.samples.length / 2).toBe(file.durationMs * 8);
    const [said, heard] = [0, 1].map((side) => wav.samples.filter((_, at) => at % 2 === side));
    expect(toneShare(said!, 600, 8000, 1600, 6400)).toBeGreaterThan(0.85);
    expect(toneShare(said!, 1500, 8000, 1600, 6400)).toBeLessThan(0.01);
    expect(toneShare(heard!, 1500, 8000, 1600, 6400)).toBeGreaterThan(0.85);
  });

  it('leaves a pause out, or fills it with silence', async () => {
    const a = await phoneOn('a');
    const talking = a.talk(600, 1600);
    const skip = plane.startRecording('a', recordOptions('skip.wav', { channels: 1 }));
    const fill = plane.startRecording('a', recordOptions('fill.wav', { recordingId: 'RE2' }));
    await under.elapse(400);
    plane.pauseRecording('a', 'RE1', 'skip');
    plane.pauseRecording('a', 'RE2', 'silence');
    await under.elapse(600);
    plane.resumeRecording('a', 'RE1');
    plane.resumeRecording('a', 'RE2');
    await settled(talking);
    plane.stopRecording('a', 'RE1');
    plane.stopRecording('a', 'RE2');
    const [skipped, filled] = await settled(Promise.all([skip, fill]));
    expect(filled.durationMs - skipped.durationMs).toBeGreaterThanOrEqual(600 - under.slackMs);
    expect(filled.durationMs - skipped.durationMs).toBeLessThanOrEqual(600 + under.slackMs);
  });

  it('ends a recording at its longest, at silence, and with its leg', async () => {
    const a = await phoneOn('a');
    const longest = plane.startRecording('a', recordOptions('longest.wav', { maxDurationMs: 500 }));
    const silent = plane.startRecording(
      'a',
      recordOptions('silent.wav', { recordingId: 'RE2', silenceTimeoutMs: 400 }),
    );
    const whole = plane.startRecording('a', recordOptions('whole.wav', { recordingId: 'RE3', directions: 'said' }));
    await settled(a.talk(600, 200));
    expect(await settled(longest)).toMatchObject({ end: 'max-duration', durationMs: 500 });
    expect(await settled(silent)).toMatchObject({ end: 'silence' });
    await settled(plane.close('a'));
    expect(await settled(whole)).toMatchObject({ end: 'call-ended' });
    expect(plane.gauges().recordings).toBe(0);
  });

  it('answers write-failed where the file cannot be written', async () => {
    await phoneOn('a');
    const captured = plane.startRecording('a', recordOptions('no/such/folder/x.wav'));
    await under.elapse(300);
    plane.stopRecording('a', 'RE1');
    expect((await settled(captured)).end).toBe('write-failed');
  });

  it('mutes what a leg says, and what it is sent', async () => {
    const a = await phoneOn('a');
    const b = await phoneOn('b');
    plane.setRoom('R', together('a', 'b'));
    plane.mute('a', 'in', true);
    await settled(Promise.all([a.talk(600, 200), b.talk(1500, 200)]));
    await until(() => a.packets.length >= 9);
    expect(b.packets).toHaveLength(0);
    plane.mute('a', 'in', false);
    plane.mute('a', 'out', true);
    await under.elapse(60);
    a.forget();
    await settled(Promise.all([a.talk(600, 200), b.talk(1500, 200)]));
    await until(() => b.packets.length >= 9);
    expect(a.packets).toHaveLength(0);
  });

  it('reports lost media once, armed by the first packet, and not while held', async () => {
    const silent = await phoneOn('never');
    const a = await phoneOn('a');
    const held = await phoneOn('held');
    await settled(Promise.all([a.talk(600, 100), held.talk(600, 100)]));
    plane.setRemote('held', {
      address: under.phoneAddress,
      port: held.port,
      codec: 'pcmu',
      ptimeMs: 20,
      direction: 'sendonly',
      signallingSourceAddress: under.phoneAddress,
    });
    await until(() => lost.length > 0);
    await under.elapse(900);
    expect(lost).toEqual(['a']);
    expect(silent.packets).toHaveLength(0);
  });

  it('sends nothing to strangers and hears nothing of them (RTP bleed, RTP injection)', async () => {
    const a = await phoneOn('a');
    const b = await phoneOn('b');
    plane.setRoom('R', together('a', 'b'));
    const { port } = await plane.open('c', { bindAddress: under.planeAddress });
    const stranger = await TestPhone.open(under.network, under.clock, under.phoneAddress, under.phonePort + 50);
    phones.push(stranger);
    // Who has spoken from where signalling says is not latched to anybody else, however long a busy machine draws the burst out.
    await settled(Promise.all([a.talk(600, 40), b.talk(1500, 40)]));
    for (const target of [port, a.target.port, b.target.port]) {
      stranger.aim(under.planeAddress, target);
      for (let at = 0; at < 500; at++) stranger.say(2000);
    }
    await settled(Promise.all([a.talk(600, 400), b.talk(1500, 400), stranger.talk(2000, 400)]));
    await until(() => b.packets.length >= 18);
    expect(stranger.packets).toHaveLength(0);
    expect(toneShare(b.sound, 600, 8000)).toBeGreaterThan(0.6);
    expect(toneShare(b.sound, 2000, 8000)).toBeLessThan(0.001);
    expect((await plane.load()).refusedPackets).toBeGreaterThanOrEqual(600 - under.slackMs);
  });

  it('tells its figures, and at the end of a leg settles what is under way', async () => {
    const a = await phoneOn('a');
    // An answer means that the plane knows the far end by now; what comes before is nobody's.
    await settled(plane.stats('a'));
    await settled(a.talk(600, 200));
    await under.elapse(40);
    const playing = plane.play('a', 'p', tone(1000, 10_000), { loops: 0 });
    const sending = plane.sendDigits('a', 'd', '1234567890');
    await under.elapse(100);
    // On a busy machine a packet may still be on its way.
    for (let tries = 0; tries < 200 && (await plane.stats('a')).packetsReceived < 10; tries++) await under.elapse(20);
    const stats = await settled(plane.close('a'));
    expect(stats).toMatchObject({ codec: 'PCMU', packetsReceived: 10, packetsLost: 0 });
    expect(stats.packetsSent).toBeGreaterThan(0);
    expect(stats.mos).toBeGreaterThan(4);
    expect((await settled(playing)).end).toBe('call-ended');
    await settled(sending);
    expect(plane.gauges()).toEqual({ legs: 0, ports: 0, recordings: 0, timers: 0 });
  });
});

function share(payload: Uint8Array, frequency: number): number {
  return toneShare(decodePcmu(payload), frequency, 8000);
}

function decodePcmu(payload: Uint8Array): Int16Array {
  const pcm = new Int16Array(payload.length);
  decodeG711('pcmu', payload, 0, payload.length, pcm);
  return pcm;
}
