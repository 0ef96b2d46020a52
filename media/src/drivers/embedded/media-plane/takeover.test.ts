import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toneShare } from '../../../audio/goertzel.js';
import { readWav } from '../../../audio/wav.js';
import type { RecordOptions } from '../../../port/live-call.js';
import type { MediaPlane } from './media-plane.js';
import { type KeptPlaneUnderTest, keptPlane, orphanMs, processPlane, together } from './planes-under-test.js';
import { eventType, TestPhone } from './test-phone.js';
import { waitingIn } from './waiting-in.fixture.js';

const tone = (frequency: number, ms: number) =>
  ({ kind: 'tone', frequencies: [frequency], levelDbm0: -10, cadenceMs: [ms] }) as const;

/** What was said and what was heard, of a recording of both. */
function tracksOf(file: Uint8Array): Int16Array[] {
  const { samples } = readWav(file);
  return [0, 1].map((track) => samples.filter((_, at) => at % 2 === track));
}

/** What every plane must do that outlives its control. */
describe.each([
  ['kept, on a virtual clock', keptPlane],
  ['in a process of its own, on loopback', (settings: object) => processPlane(settings, 25_000)],
])('a later control of a media plane %s', (_name, make) => {
  let under: KeptPlaneUnderTest;
  let first: MediaPlane;
  let phones: TestPhone[];

  beforeEach(async () => {
    under = await make({ mediaLossMs: 1_000, keepAliveMs: 0 });
    first = under.plane;
    phones = [];
  });

  afterEach(async () => {
    for (const phone of phones) phone.close();
    await under.close();
  });

  const { until, settled } = waitingIn(() => under);

  const phoneOn = async (legId: string, plane = first): Promise<TestPhone> => {
    const { port } = await plane.open(legId, { bindAddress: under.planeAddress });
    const at = under.phonePort + 2 * phones.length;
    const phone = await TestPhone.open(under.network, under.clock, under.phoneAddress, at, 'pcmu');
    phones.push(phone);
    phone.aim(under.planeAddress, port);
    plane.setRemote(legId, {
      address: under.phoneAddress,
      port: phone.port,
      codec: 'pcmu',
      telephoneEventPayloadType: eventType,
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: under.phoneAddress,
    });
    return phone;
  };

  /** So many more packets came: whatever was asked for before was done. */
  const hears = async (phone: TestPhone, more: number) => {
    const wanted = phone.packets.length + more;
    await until(() => phone.packets.length >= wanted);
  };

  const recording = (name: string, more: Partial<RecordOptions> = {}): RecordOptions => ({
    recordingId: name,
    path: under.path(`${name}.wav`),
    channels: 2,
    ...more,
  });

  const stepsOf = (phone: TestPhone) => {
    const sound = phone.packets.filter(({ payloadType }) => payloadType === 0);
    return sound.slice(1).map((packet, at) => (packet.timestamp - sound[at]!.timestamp) | 0);
  };

  it('has two legs in talk whose sound lost not a packet, neither while nobody was there nor when it came', async () => {
    const [a, b] = [await phoneOn('a'), await phoneOn('b')];
    first.setRoom('room', together('a', 'b'));
    await first.stats('a');
    const talking = [a.talk(600, 2_000), b.talk(900, 2_000)];
    await hears(b, 20);
    await under.abandon();
    await hears(b, 20);
    const later = await under.control();
    const legs = await later.takeOver(['a', 'b']);
    expect(legs).toMatchObject([
      { legId: 'a', port: a.target.port, hears: ['b'], remote: { port: a.port }, digits: '', mediaLost: false },
      { legId: 'b', port: b.target.port, hears: ['a'] },
    ]);
    expect(legs[0]!.stats.packetsReceived).toBeGreaterThanOrEqual(40);
    expect(later.gauges()).toMatchObject({ legs: 2, ports: 4 });
    await hears(b, 10);
    later.setRoom('room', together('a', 'b'));
    await Promise.all(talking.map((one) => settled(one)));
    await until(() => a.packets.length >= 100 && b.packets.length >= 100);
    for (const [phone, frequency] of [[a, 900] as const, [b, 600] as const]) {
      expect(phone.packets).toHaveLength(100);
      expect(new Set(stepsOf(phone))).toEqual(new Set([160]));
      expect(toneShare(phone.sound, frequency, 8000, 0, 16_000)).toBeGreaterThan(0.9);
    }
  });

  it('has a conference whose mix goes on in one stream, under whatever name it gives the room', async () => {
    const [a, b, c] = [await phoneOn('a'), await phoneOn('b'), await phoneOn('c')];
    first.setRoom('R1', together('a', 'b', 'c'));
    await first.stats('a');
    const talking = [a.talk(600, 2_000), b.talk(900, 2_000)];
    await hears(c, 20);
    await under.abandon();
    await hears(c, 20);
    const later = await under.control();
    await later.takeOver(['a', 'b', 'c']);
    later.setRoom('another', together('a', 'b', 'c'));
    await Promise.all(talking.map((one) => settled(one)));
    await until(() => c.packets.length >= 90);
    // Mixes are sent by the clock: a machine that is busy leaves some out. On a clock of its own not one is missing.
    const missing = stepsOf(c).reduce((sum, step) => sum + step / 160 - 1, 0);
    expect(missing).toBeLessThanOrEqual((under.slackMs - 40) / 20);
    expect(new Set(c.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    const { sound } = c;
    const half = Math.floor(sound.length / 2);
    for (const frequency of [600, 900]) {
      expect(toneShare(sound, frequency, 8000, 1600, half)).toBeGreaterThan(0.4);
      expect(toneShare(sound, frequency, 8000, half, sound.length - 1600)).toBeGreaterThan(0.4);
    }
  });

  it("is not in the way of a former control's room whose name it uses for others", async () => {
    const [a, b] = [await phoneOn('a'), await phoneOn('b')];
    await phoneOn('c');
    await phoneOn('d');
    first.setRoom('R1', together('a', 'b'));
    await first.stats('a');
    await under.abandon();
    const later = await under.control();
    await later.takeOver(['a', 'b', 'c', 'd']);
    later.setRoom('R1', together('c', 'd'));
    const talking = a.talk(600, 400);
    await settled(talking);
    await until(() => b.packets.length >= 20);
    expect(b.packets).toHaveLength(20);
  });

  it('gets recordings that went on meanwhile, complete with what was said while nobody was there', async () => {
    const [a, b] = [await phoneOn('a'), await phoneOn('b')];
    first.setRoom('room', together('a', 'b'));
    void first.startRecording('a', recording('RE1'));
    await first.stats('a');
    const talking = [a.talk(600, 1_800), b.talk(900, 1_800)];
    await hears(b, 20);
    await under.abandon();
    await hears(b, 30);
    const later = await under.control();
    const [leg] = await later.takeOver(['a', 'b']);
    expect(leg?.recordings).toMatchObject([
      { options: recording('RE1'), running: true, startedAt: expect.any(Number) },
    ]);
    expect(leg?.recordings[0]?.paused).toBeUndefined();
    const file = later.followRecording('a', leg!.recordings[0]!.options);
    expect(later.gauges().recordings).toBe(1);
    await Promise.all(talking.map((one) => settled(one)));
    later.stopRecording('a', 'RE1');
    const captured = await settled(file);
    expect(captured).toMatchObject({ recordingId: 'RE1', end: 'stopped', startedAt: leg!.recordings[0]!.startedAt });
    expect(captured.durationMs).toBeGreaterThanOrEqual(1_780);
    const tracks = tracksOf(await under.read(captured.path));
    for (const [channel, frequency] of [[0, 600] as const, [1, 900] as const]) {
      const parts = [1, 2, 3, 4, 5, 6, 7].map((part) => part * 1_600);
      const whole = parts.filter((at) => toneShare(tracks[channel]!, frequency, 8000, at, at + 1_600) > 0.8);
      expect(whole.length).toBeGreaterThanOrEqual(parts.length - Math.floor(under.slackMs / 200));
    }
    expect(await settled(later.followRecording('a', recording('RE1')))).toEqual(captured);
    expect(await settled(later.followRecording('a', recording('none')))).toMatchObject({
      end: 'call-ended',
      durationMs: 0,
    });
  });

  it('gets a recording that ended meanwhile, and how', async () => {
    await phoneOn('a');
    void first.startRecording('a', recording('RE1', { maxDurationMs: 400 }));
    void first.startRecording('a', recording('RE2'));
    first.pauseRecording('a', 'RE2', 'silence');
    await first.stats('a');
    await under.abandon();
    await under.elapse(1_000);
    const later = await under.control();
    const [leg] = await later.takeOver(['a']);
    expect(leg?.recordings.map(({ options, running, paused }) => [options.recordingId, running, paused])).toEqual([
      ['RE1', false, undefined],
      ['RE2', true, 'silence'],
    ]);
    const captured = await settled(later.followRecording('a', leg!.recordings[0]!.options));
    expect(captured).toMatchObject({ end: 'max-duration', durationMs: 400 });
  });

  it('lets a play go on to its end', async () => {
    const a = await phoneOn('a');
    void first.play('a', 'p', tone(700, 1_600));
    await hears(a, 10);
    await under.abandon();
    await hears(a, 20);
    const later = await under.control();
    await later.takeOver(['a']);
    await until(() => a.packets.length >= 80);
    expect(a.packets).toHaveLength(80);
    expect(toneShare(a.sound, 700, 8000, 0, 12_800)).toBeGreaterThan(0.9);
  });

  it('is told the keys that were pressed meanwhile, and hears of those after', async () => {
    const a = await phoneOn('a');
    await first.stats('a');
    await under.abandon();
    for (const key of '12') await settled(a.press(key));
    const later = await under.control();
    const digits: string[] = [];
    later.events.on('digit', (legId, digit) => digits.push(legId + digit));
    await settled(a.press('3'));
    expect((await later.takeOver(['a']))[0]?.digits).toBe('123');
    await settled(a.press('4'));
    await until(() => digits.length > 0);
    expect(digits).toEqual(['a4']);
  });

  it('is told of a peer that went silent meanwhile', async () => {
    const a = await phoneOn('a');
    await settled(a.talk(600, 100));
    await first.stats('a');
    await under.abandon();
    await under.elapse(2_000);
    expect((await (await under.control()).takeOver(['a']))[0]?.mediaLost).toBe(true);
  });

  it('closes the legs that it does not name, and their ports are free', async () => {
    const [a, b] = [await phoneOn('a'), await phoneOn('b')];
    const file = under.path('RE1.wav');
    void first.startRecording('b', recording('RE1'));
    await first.stats('a');
    await under.abandon();
    const later = await under.control();
    expect(await later.takeOver(['a', 'unknown'])).toHaveLength(1);
    expect(later.gauges()).toMatchObject({ legs: 1, ports: 2 });
    expect((await later.stats('b')).codec).toBeUndefined();
    expect((await later.stats('a')).codec).toBe('PCMU');
    const taken = await TestPhone.open(under.network, under.clock, under.planeAddress, b.target.port);
    taken.close();
    await expect(TestPhone.open(under.network, under.clock, under.planeAddress, a.target.port)).rejects.toThrow();
    const written = async () => (await under.read(file).catch(() => undefined))?.length ?? 0;
    for (let turn = 0; turn < 1000 && (await written()) < 44; turn++) await under.elapse(20);
    expect(await written()).toBeGreaterThanOrEqual(44);
  });

  it('closes what is left where it opens a leg and takes over nothing', async () => {
    await phoneOn('a');
    await under.abandon();
    const later = await under.control();
    await later.open('b', { bindAddress: under.planeAddress });
    expect(await later.stats('a')).toMatchObject({ packetsSent: 0 });
    expect(await later.takeOver(['a', 'b'])).toMatchObject([{ legId: 'b' }]);
  });

  it('finds nothing once the time without a control is over: all is closed, and the ports are free', async () => {
    const a = await phoneOn('a');
    void first.startRecording('a', recording('RE1'));
    await settled(a.talk(600, 400));
    await under.abandon();
    await under.elapse(orphanMs + 500);
    const later = await under.control();
    expect(await later.takeOver(['a'])).toEqual([]);
    (await TestPhone.open(under.network, under.clock, under.planeAddress, a.target.port)).close();
    const tracks = tracksOf(await under.read(under.path('RE1.wav')));
    expect(toneShare(tracks[0]!, 600, 8000, 0, 3_000)).toBeGreaterThan(0.8);
  });

  it('is refused where it is of another node, as long as the first is there or has legs open', async () => {
    await phoneOn('a');
    await expect(under.control('another')).rejects.toThrow(/belongs to node/);
    await under.abandon();
    await expect(under.control('another')).rejects.toThrow(/belongs to node/);
    await under.elapse(orphanMs + 500);
    const later = await under.control('another');
    await later.open('b', { bindAddress: under.planeAddress });
  });

  it('takes the place of one of the same node, which is told so and can do nothing more', async () => {
    await phoneOn('a');
    const gone: string[] = [];
    first.events.on('gone', (legId) => gone.push(legId));
    const later = await under.control();
    await until(() => under.replaced === 1);
    void first.close('a');
    expect(await later.takeOver(['a'])).toHaveLength(1);
    expect((await later.stats('a')).codec).toBe('PCMU');
    expect(gone).toEqual([]);
  });
});
