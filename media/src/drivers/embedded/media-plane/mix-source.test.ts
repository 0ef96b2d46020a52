import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTable, encodeTable } from '../../../audio/g711.js';
import { toneAmplitude } from '../../../audio/goertzel.js';
import { mixFrameSamples } from '../../../audio/mix.js';
import { RtpFields } from '../../../rtp/rtp-packet.js';
import { MixSource, type SourceFrame } from './mix-source.js';

const frequency = 500;

interface Packet {
  readonly timestamp: number;
  readonly samples: number;
  readonly at: number;
}

/** Packets of a steady tone, as they arrive; `delayOf` says how late each is, or that it never comes. */
function packetsOf(ms: number, ptimeMs: number, delayOf: (n: number) => number | undefined, skew = 1): Packet[] {
  const packets: Packet[] = [];
  for (let n = 0; n * ptimeMs < ms; n++) {
    const delay = delayOf(n);
    if (delay === undefined) continue;
    packets.push({ timestamp: n * ptimeMs * 8, samples: ptimeMs * 8, at: (n + 1) * ptimeMs * skew + delay });
  }
  return packets.sort((a, b) => a.at - b.at);
}

function put(source: MixSource, { timestamp, samples }: Packet, amplitude = 8000): void {
  const fields = new RtpFields();
  Object.assign(fields, { ssrc: 1, timestamp: (timestamp + 0xffff_f000) >>> 0, payloadStart: 0, payloadEnd: samples });
  const codes = Uint8Array.from({ length: samples }, (_, at) => {
    const value = Math.round(amplitude * Math.sin((2 * Math.PI * frequency * (timestamp + at)) / 8000));
    return encodeTable.pcmu[value + 32_768]!;
  });
  source.put(codes, fields, decodeTable.pcmu, 0);
}

/** Lets the packets arrive and pulls a frame each 20 ms, starting `phase` ms in; the sound that came out, frame by frame. */
function run(packets: readonly Packet[], ms: number, phase: number, amplitude?: number) {
  const source = new MixSource();
  const frames: { kind: SourceFrame; sound: Int16Array; at: number }[] = [];
  let next = 0;
  for (let at = phase; at < ms; at += 20) {
    while (next < packets.length && packets[next]!.at <= at) put(source, packets[next++]!, amplitude);
    const sound = new Int16Array(mixFrameSamples);
    frames.push({ kind: source.pull(sound), sound, at });
  }
  return { source, frames };
}

const isTone = (sound: Int16Array) => toneAmplitude(sound, frequency, 8000) > 6000;

describe('a source of a mix', () => {
  it('gives every frame of a steady stream, of any packet time, at any phase, at most 60 ms late', () => {
    fc.assert(
      fc.property(fc.constantFrom(10, 20, 30, 40, 60), fc.nat(19), (ptimeMs, phase) => {
        const { frames, source } = run(
          packetsOf(2000, ptimeMs, () => 0),
          2000,
          phase,
        );
        const first = frames.findIndex(({ sound }) => isTone(sound));
        expect(frames[first]!.at).toBeLessThanOrEqual(ptimeMs + 60);
        // A packet time that is no multiple of a frame costs a frame or two until the delay is found.
        const settled = frames.slice(first + 10, -1);
        expect(settled.every(({ kind, sound }) => kind === 'sound' && isTone(sound))).toBe(true);
        expect(source.late).toBe(0);
      }),
    );
  });

  it('gives it without a gap through 25 ms of jitter, which its delay always bears, once it knows it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 100, maxLength: 100 }), (delays) => {
        const packets = packetsOf(4000, 20, (n) => (n < 100 ? delays[n]! : delays[n - 100]!));
        const { frames } = run(packets, 4000, 7);
        const settled = frames.slice(frames.length / 2, -4);
        expect(settled.filter(({ sound }) => !isTone(sound)).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('never holds sound for longer than 60 ms, whatever the network does', () => {
    const delay = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 200 }) }, fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(delay, { minLength: 150, maxLength: 150 }), fc.nat(19), (delays, phase) => {
        const packets = packetsOf(3000, 20, (n) => (n === 100 ? 0 : n > 100 ? undefined : delays[n]));
        const last = Math.max(...packets.map(({ at }) => at));
        const { frames } = run(packets, 4000, phase);
        // After the last packet: what waited (40 ms), the packet itself, and the frames that fill a gap.
        const sounding = frames.filter(({ kind, at }) => kind === 'sound' && at > last + 60 + 20 + 60);
        expect(sounding).toEqual([]);
        expect(frames.at(-1)!.kind).toBe('dry');
      }),
    );
  });

  it.each([0.999, 1.001])('follows a clock that runs at another pace: %d', (skew) => {
    const { frames } = run(
      packetsOf(60_000, 20, () => 0, skew),
      59_000,
      3,
    );
    const missing = frames.slice(20).filter(({ sound }) => !isTone(sound));
    expect(missing.length).toBeLessThanOrEqual(8);
  });

  it('bridges a lost packet', () => {
    const { frames } = run(
      packetsOf(1000, 20, (n) => (n === 20 ? undefined : 0)),
      900,
      5,
    );
    expect(frames.slice(10, -1).every(({ kind }) => kind === 'sound')).toBe(true);
  });

  it('is quiet while nothing is said, and dry when nothing comes', () => {
    const { frames } = run(
      packetsOf(1000, 20, () => 0),
      2000,
      5,
      10,
    );
    expect(new Set(frames.slice(5, 45).map(({ kind }) => kind))).toEqual(new Set(['quiet']));
    expect(new Set(frames.slice(60).map(({ kind }) => kind))).toEqual(new Set(['dry']));
  });
});
