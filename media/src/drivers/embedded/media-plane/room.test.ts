import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SoundCodec } from '../../../audio/g711.js';
import { toneAmplitude } from '../../../audio/goertzel.js';
import type { LegRemote, Listening } from './media-plane.js';
import { inProcessPlane, type PlaneUnderTest, together } from './planes-under-test.js';
import { TestPhone } from './test-phone.js';

// That of b has no whole number of cycles in a packet, so that a cut is heard.
const voices = { a: 900, b: 530, c: 1300, d: 1700 } as const;
type Name = keyof typeof voices;
const names = Object.keys(voices) as Name[];

/** Phones on the legs a, b, c and d, each talking in its tone. */
describe('a room of the media plane', () => {
  let under: PlaneUnderTest;
  let phones: Map<Name, TestPhone>;

  beforeEach(async () => {
    under = await inProcessPlane({ keepAliveMs: 0 });
    phones = new Map();
  });

  afterEach(async () => {
    for (const phone of phones.values()) phone.close();
    await under.close();
  });

  /** @param hertz what it says; 0: silence. */
  async function phoneOn(
    name: Name,
    remote: Partial<LegRemote> = {},
    hertz: number = voices[name],
  ): Promise<TestPhone> {
    const { port } = await under.plane.open(name, { bindAddress: under.planeAddress });
    const codec: SoundCodec = remote.codec ?? 'pcmu';
    const at = under.phonePort + 2 * phones.size;
    const phone = await TestPhone.open(under.network, under.clock, under.phoneAddress, at, codec);
    phone.aim(under.planeAddress, port);
    under.plane.setRemote(name, {
      address: under.phoneAddress,
      port: at,
      codec,
      telephoneEventPayloadType: 101,
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: under.phoneAddress,
      ...remote,
    });
    phones.set(name, phone);
    void phone.talk(hertz, 60_000);
    return phone;
  }

  /** Lets time pass, then tells whom each hears of the last half second. */
  async function heardAfter(ms: number): Promise<Partial<Record<Name, Name[]>>> {
    await under.elapse(ms - 500);
    for (const phone of phones.values()) phone.forget();
    await under.elapse(500);
    return Object.fromEntries(
      [...phones].map(([name, { sound }]) => [
        name,
        names.filter((each) => toneAmplitude(sound, voices[each], 8000) > 4000),
      ]),
    );
  }

  const room = (listening: Partial<Record<Name, string[]>>): Listening[] =>
    Object.entries(listening).map(([legId, hears]) => ({ legId, hears }));

  it.each([10, 20, 30, 40, 60])('sends a mix in packets of %i ms, without gap or overlap', async (ptimeMs) => {
    const a = await phoneOn('a', { ptimeMs });
    await phoneOn('b', { codec: 'pcma' });
    await phoneOn('c');
    under.plane.setRoom('R', together('a', 'b', 'c'));
    expect(await heardAfter(1000)).toEqual({ a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] });
    expect(a.packets.length).toBeGreaterThanOrEqual(Math.floor(500 / ptimeMs) - 1);
    a.packets.slice(1).forEach((packet, at) => {
      expect(packet.payload.length).toBe(ptimeMs * 8);
      expect((packet.timestamp - a.packets[at]!.timestamp) | 0).toBe(ptimeMs * 8);
      expect((packet.sequence - a.packets[at]!.sequence) & 0xffff).toBe(1);
      expect(packet.marker).toBe(false);
    });
  });

  it('forwards to whoever hears one only, also while others hear a mix of the same legs', async () => {
    for (const name of ['a', 'b', 'c'] as const) await phoneOn(name);
    under.plane.setRoom('R', together('a', 'b'));
    await under.elapse(500);
    await under.plane.load();
    await under.elapse(1000);
    expect(await under.plane.load()).toMatchObject({ forwardedPackets: 100, pacedPackets: 0 });
    under.plane.setRoom('R', room({ a: ['b'], b: ['a'], c: ['a', 'b'] }));
    expect(await heardAfter(1000)).toEqual({ a: ['b'], b: ['a'], c: ['a', 'b'] });
    expect((await under.plane.load()).forwardedPackets).toBe(100);
    under.plane.setRoom('R', together('a', 'b', 'c'));
    await under.elapse(500);
    await under.plane.load();
    await under.elapse(1000);
    expect(await under.plane.load()).toMatchObject({ forwardedPackets: 0, pacedPackets: 50 });
    under.plane.setRoom('R', []);
    await under.elapse(100);
    expect(under.plane.gauges().timers).toBe(1);
  });

  it('forwards one leg to several, whatever law each has', async () => {
    await phoneOn('a');
    await phoneOn('b', { codec: 'pcma' });
    await phoneOn('c');
    await phoneOn('d', { codec: 'pcma' });
    under.plane.setRoom('R', room({ a: [], b: ['a'], c: ['a'], d: ['a'] }));
    expect(await heardAfter(1000)).toEqual({ a: [], b: ['a'], c: ['a'], d: ['a'] });
  });

  it('takes a leg from the room it was in, and lets go of one that closes', async () => {
    for (const name of names) await phoneOn(name);
    under.plane.setRoom('R', together('a', 'b', 'c'));
    under.plane.setRoom('S', together('c', 'd'));
    expect(await heardAfter(1000)).toEqual({ a: ['b'], b: ['a'], c: ['d'], d: ['c'] });
    under.plane.setRoom('R', together('a', 'b', 'c'));
    await under.plane.close('b');
    expect(await heardAfter(1000)).toEqual({ a: ['c'], b: [], c: ['a'], d: [] });
    under.plane.setRoom('R', room({ a: ['nobody known'], c: ['c', 'b'] }));
    expect(await heardAfter(1000)).toEqual({ a: [], b: [], c: [], d: [] });
  });

  it('lets a member come and go without a click: the mix never jumps further than its tone does', async () => {
    const a = await phoneOn('a');
    await phoneOn('b');
    for (const name of ['c', 'd'] as const) await phoneOn(name, {}, 0);
    under.plane.setRoom('R', together('a', 'c', 'd'));
    await under.elapse(500);
    a.forget();
    for (let turn = 0; turn < 20; turn++) {
      under.plane.setRoom('R', together('a', 'c', 'd', ...(turn % 2 ? [] : ['b'])));
      await under.elapse(130 + turn);
    }
    // The steepest slope of the tone, and the steps of G.711.
    const steepest = 2 * 8000 * Math.sin((Math.PI * voices.b) / 8000) + 600;
    const { sound } = a;
    let widest = 0;
    for (let at = 1; at < sound.length - 480; at++) widest = Math.max(widest, Math.abs(sound[at]! - sound[at - 1]!));
    expect(widest).toBeLessThan(steepest);
    expect(widest).toBeGreaterThan(steepest / 2);
  });

  it('makes others quieter under a prompt that ducks, by 12 dB', async () => {
    for (const name of ['a', 'b', 'c'] as const) await phoneOn(name);
    under.plane.setRoom('R', together('a', 'b', 'c'));
    await under.elapse(300);
    const prompt = { kind: 'tone', frequencies: [2100], levelDbm0: -10, cadenceMs: [5000] } as const;
    const playing = under.plane.play('a', 'p', prompt, { mode: 'ducked' });
    await heardAfter(1000);
    const { sound } = phones.get('a')!;
    for (const voice of [voices.b, voices.c]) {
      const amplitude = toneAmplitude(sound, voice, 8000);
      expect(amplitude).toBeGreaterThan(1500);
      expect(amplitude).toBeLessThan(2500);
    }
    expect(toneAmplitude(sound, 2100, 8000)).toBeGreaterThan(5000);
    under.plane.stopPlay('a', 'p');
    expect((await playing).end).toBe('interrupted');
    expect(await heardAfter(700)).toEqual({ a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] });
  });
});
