import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toneAmplitude, toneShare } from '../../../audio/goertzel.js';
import { InbandDigitDetector } from '../../../audio/inband-digits.js';
import { readWav } from '../../../audio/wav.js';
import type { LegRemote, MediaPlane } from './media-plane.js';
import { inProcessPlane, type PlaneUnderTest, together } from './planes-under-test.js';
import { eventType, TestPhone } from './test-phone.js';
import { waitingIn } from './waiting-in.fixture.js';

const settings = { latchWindowMs: 0, keepAliveMs: 0 };

describe('G.722 legs of the media plane', () => {
  let under: PlaneUnderTest;
  let plane: MediaPlane;
  let phones: TestPhone[];
  let digits: string[];

  beforeEach(async () => {
    under = await inProcessPlane(settings);
    plane = under.plane;
    phones = [];
    digits = [];
    plane.events.on('digit', (legId, digit, via) => digits.push(`${legId}:${digit}:${via}`));
  });

  afterEach(async () => {
    for (const phone of phones) phone.close();
    await under.close();
  });

  async function phoneOn(legId: string, codec: LegRemote['codec'], more: Partial<LegRemote> = {}): Promise<TestPhone> {
    const { port } = await plane.open(legId, { bindAddress: under.planeAddress });
    const at = under.phonePort + 2 * phones.length;
    const phone = await TestPhone.open(under.network, under.clock, under.phoneAddress, at, codec);
    phones.push(phone);
    phone.aim(under.planeAddress, port);
    plane.setRemote(legId, {
      address: under.phoneAddress,
      port: at,
      codec,
      telephoneEventPayloadType: eventType,
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: under.phoneAddress,
      ...more,
    });
    return phone;
  }

  const { until, settled } = waitingIn(() => under);

  const tone = (hertz: number, ms: number) =>
    ({ kind: 'tone', frequencies: [hertz], levelDbm0: -10, cadenceMs: [ms] }) as const;
  /** Its share of the sound, past the first 100 ms. */
  const heard = (phone: TestPhone, hertz: number) => toneShare(phone.sound, hertz, 8000, 800, 2400);

  it('are played to in payload type 9, with a clock of 8000 (RFC 3551 4.5.2)', async () => {
    const phone = await phoneOn('a', 'g722');
    expect(await settled(plane.play('a', 'p', tone(1000, 400)))).toEqual({ end: 'finished', playedMs: 400 });
    await until(() => phone.packets.length >= 20);
    expect(new Set(phone.packets.map(({ payloadType }) => payloadType))).toEqual(new Set([9]));
    expect(new Set(phone.packets.map(({ payload }) => payload.length))).toEqual(new Set([160]));
    const steps = phone.packets.slice(1).map((packet, at) => (packet.timestamp - phone.packets[at]!.timestamp) | 0);
    expect(new Set(steps)).toEqual(new Set([160]));
    expect(toneShare(phone.widebandSound, 1000, 16_000, 1600, 4800)).toBeGreaterThan(0.9);
    expect((await plane.stats('a')).codec).toBe('G722');
  });

  it.each([10, 30, 60])('are sent packets of %i ms where they ask for that', async (ptimeMs) => {
    const phone = await phoneOn('a', 'g722', { ptimeMs });
    await settled(plane.play('a', 'p', tone(1000, 600)));
    await until(() => phone.packets.length >= 600 / ptimeMs);
    expect(new Set(phone.packets.map(({ payload }) => payload.length))).toEqual(new Set([ptimeMs * 8]));
    expect(heard(phone, 1000)).toBeGreaterThan(0.9);
  });

  it('hear each other as they speak: 5.5 kHz goes through untouched', async () => {
    const [a, b] = [await phoneOn('a', 'g722'), await phoneOn('b', 'g722')];
    plane.setRoom('R', together('a', 'b'));
    await settled(Promise.all([a.talk(5500, 400), b.talk(600, 400)]));
    await until(() => a.packets.length >= 19 && b.packets.length >= 19);
    expect(toneShare(b.widebandSound, 5500, 16_000, 1600, 4000)).toBeGreaterThan(0.9);
    expect(toneShare(a.widebandSound, 600, 16_000, 1600, 4000)).toBeGreaterThan(0.9);
  });

  it.each(['pcmu', 'pcma'] as const)('and %s legs hear each other, as loud as they speak', async (codec) => {
    const [a, b] = [await phoneOn('a', 'g722'), await phoneOn('b', codec)];
    plane.setRoom('R', together('a', 'b'));
    await settled(Promise.all([a.talk(600, 400), b.talk(1500, 400)]));
    await until(() => a.packets.length >= 19 && b.packets.length >= 19);
    expect(heard(a, 1500)).toBeGreaterThan(0.9);
    expect(heard(b, 600)).toBeGreaterThan(0.9);
    for (const [phone, hertz] of [
      [a, 1500],
      [b, 600],
    ] as const) {
      expect(toneAmplitude(phone.sound.subarray(800, 2400), hertz, 8000)).toBeGreaterThan(7000);
      expect(toneAmplitude(phone.sound.subarray(800, 2400), hertz, 8000)).toBeLessThan(9000);
    }
    expect(b.packets[0]!.payloadType).toBe(codec === 'pcmu' ? 0 : 8);
  });

  it('are heard by several at once, each in its own codec', async () => {
    const said = await phoneOn('a', 'g722');
    const ears = [await phoneOn('b', 'g722'), await phoneOn('c', 'pcma'), await phoneOn('d', 'pcmu')];
    plane.setRoom('R', [{ legId: 'a', hears: [] }, ...['b', 'c', 'd'].map((legId) => ({ legId, hears: ['a'] }))]);
    await settled(said.talk(900, 400));
    await until(() => ears.every(({ packets }) => packets.length >= 19));
    for (const ear of ears) expect(heard(ear, 900)).toBeGreaterThan(0.9);
    expect(ears.map(({ packets }) => packets[0]!.payloadType)).toEqual([9, 8, 0]);
  });

  it('hear and are heard in a conference', async () => {
    const voices = { a: 600, b: 1500, c: 2100 } as const;
    const [a, b, c] = [await phoneOn('a', 'g722'), await phoneOn('b', 'pcma'), await phoneOn('c', 'g722')];
    plane.setRoom('R', together('a', 'b', 'c'));
    await settled(Promise.all([a.talk(voices.a, 800), b.talk(voices.b, 800), c.talk(voices.c, 800)]));
    const hears = ({ sound }: TestPhone) =>
      Object.entries(voices).flatMap(([name, hertz]) =>
        toneAmplitude(sound.subarray(2000, 5000), hertz, 8000) > 4000 ? [name] : [],
      );
    expect([a, b, c].map(hears)).toEqual([
      ['b', 'c'],
      ['a', 'c'],
      ['a', 'b'],
    ]);
  });

  it.each(['g722', 'pcmu'] as const)('are recorded in a talk with a %s leg, both sides', async (codec) => {
    const [a, b] = [await phoneOn('a', 'g722'), await phoneOn('b', codec)];
    plane.setRoom('R', together('a', 'b'));
    const captured = plane.startRecording('a', { recordingId: 'RE1', path: under.path('wide.wav'), channels: 2 });
    await settled(Promise.all([a.talk(600, 1000), b.talk(1500, 1000)]));
    plane.stopRecording('a', 'RE1');
    const { path } = await settled(captured);
    const { samples } = readWav(await under.read(path));
    const [said, heardSide] = [0, 1].map((side) => samples.filter((_, at) => at % 2 === side));
    expect(toneShare(said!, 600, 8000, 2000, 6000)).toBeGreaterThan(0.9);
    expect(toneShare(heardSide!, 1500, 8000, 2000, 6000)).toBeGreaterThan(0.9);
  });

  it('press keys and are sent keys as events beside G.722 (RFC 4733)', async () => {
    const [a, b] = [await phoneOn('a', 'g722'), await phoneOn('b', 'g722')];
    plane.setRoom('R', together('a', 'b'));
    await settled(a.talk(600, 100));
    await settled(a.press('5', 160));
    await until(() => b.keysHeard === '5');
    await settled(plane.sendDigits('a', 'd', '19'));
    await until(() => a.keysHeard === '19');
    expect(digits).toEqual(['a:5:rtp']);
  });

  it('are listened to for tones of keys, and sent such where they take no events', async () => {
    const phone = await phoneOn('a', 'g722');
    plane.enableInbandDigits('a', true);
    for (let at = 0; at < 6; at++) {
      phone.say(852, 1336);
      await under.elapse(20);
    }
    await settled(phone.talk(0, 200));
    await until(() => digits.length > 0);
    expect(digits).toEqual(['a:8:inband']);
    const { address, port } = { address: under.phoneAddress, port: phone.port };
    plane.setRemote('a', {
      address,
      port,
      codec: 'g722',
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: address,
    });
    await settled(plane.sendDigits('a', 'd', '42'));
    await under.elapse(40);
    let keys = '';
    const detector = new InbandDigitDetector((digit) => {
      keys += digit;
    });
    detector.feed(phone.sound);
    detector.feed(new Int16Array(1000));
    expect(keys).toBe('42');
  });

  it('change their codec within a call', async () => {
    const phone = await phoneOn('a', 'g722');
    await settled(plane.play('a', 'p', tone(1000, 200)));
    phone.forget();
    const to = { address: under.phoneAddress, port: phone.port, signallingSourceAddress: under.phoneAddress };
    plane.setRemote('a', { ...to, codec: 'pcma', ptimeMs: 20, direction: 'sendrecv' });
    await settled(plane.play('a', 'q', tone(700, 400)));
    await until(() => phone.packets.length >= 20);
    expect(new Set(phone.packets.map(({ payloadType }) => payloadType))).toEqual(new Set([8]));
    expect(heard(phone, 700)).toBeGreaterThan(0.9);
  });
});
