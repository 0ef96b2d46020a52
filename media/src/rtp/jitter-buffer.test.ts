import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer, jitterFrameSamples } from './jitter-buffer.js';
import { MediaLossDetector } from './media-loss.js';

interface Arrival {
  readonly at: number;
  readonly timestamp: number;
  readonly samples: number;
  readonly ssrc?: number;
  readonly marker?: boolean;
}

/** Every sample's value is its own place in the stream, modulo 30,000, plus one. */
function run(arrivals: readonly Arrival[], until: number, base = 0) {
  const buffer = new JitterBuffer();
  const frame = new Int16Array(jitterFrameSamples);
  const frames: { kind: string; first: number }[] = [];
  const sorted = [...arrivals].sort((a, b) => a.at - b.at);
  for (let now = 0; now <= until; now += 5) {
    while (sorted[0] && sorted[0].at <= now) {
      const { timestamp, samples, ssrc = 1, marker = false } = sorted.shift()!;
      const sound = Int16Array.from({ length: samples }, (_, at) => (((timestamp - base + at) >>> 0) % 30_000) + 1);
      buffer.put(ssrc, timestamp, marker, sound, samples, now);
    }
    for (let kind = buffer.pull(frame, now); kind !== 'waiting'; kind = buffer.pull(frame, now)) {
      frames.push({ kind, first: frame[0]! });
    }
  }
  return { frames, buffer };
}

const steady = (count: number, ptime = 20, base = 0): Arrival[] =>
  Array.from({ length: count }, (_, at) => ({
    at: at * ptime,
    timestamp: (base + at * ptime * 8) >>> 0,
    samples: ptime * 8,
  }));

describe('the jitter buffer', () => {
  it.each([10, 20, 30, 40, 60])('gives a steady stream of %d ms packets out whole and in order', (ptime) => {
    const { frames } = run(steady(600 / ptime, ptime), 2000);
    const sound = frames.filter(({ kind }) => kind === 'sound');
    expect(sound.map(({ first }) => first)).toEqual(Array.from({ length: 30 }, (_, at) => at * 160 + 1));
  });

  it('goes over the end of the timestamps', () => {
    const base = 0xffffffff - 800;
    const { frames } = run(steady(20, 20, base), 2000, base);
    expect(frames.filter(({ kind }) => kind === 'sound')).toHaveLength(20);
  });

  it('puts reordered and doubled packets right', () => {
    const arrivals = steady(30).flatMap((arrival, at) => [
      { ...arrival, at: arrival.at + (at % 3 === 0 ? 25 : 0) },
      { ...arrival, at: arrival.at + 26 },
    ]);
    const { frames } = run(arrivals, 3000);
    const firsts = frames.filter(({ kind }) => kind === 'sound').map(({ first }) => first);
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    expect(new Set(firsts).size).toBe(firsts.length);
    expect(firsts.length).toBeGreaterThanOrEqual(28);
  });

  it('conceals a gap and fades it out, without losing its place', () => {
    const { frames } = run(
      steady(20).filter((_, at) => at !== 8),
      2000,
    );
    expect(frames[8]!.kind).toBe('concealed');
    expect(frames[8]!.first).not.toBe(0);
    expect(frames[9]).toEqual({ kind: 'sound', first: 9 * 160 + 1 });
  });

  it('goes on with a new source at once, and after a jump of the timestamps', () => {
    const first = steady(10);
    const other = steady(10).map((arrival) => ({ ...arrival, at: arrival.at + 400, timestamp: 900_000, ssrc: 2 }));
    const jumped = steady(10).map((arrival) => ({
      ...arrival,
      at: arrival.at + 800,
      timestamp: arrival.timestamp + 5_000_000,
      ssrc: 2,
    }));
    const { frames } = run([...first, ...other.slice(0, 1), ...jumped], 3000);
    expect(frames.filter(({ kind }) => kind === 'sound')).toHaveLength(21);
  });

  it('grows its delay when packets come late', () => {
    const { buffer } = run(
      steady(100).map((arrival, at) => ({ ...arrival, at: arrival.at + (at % 10 === 9 ? 90 : 0) })),
      4000,
    );
    expect(buffer.late).toBeGreaterThan(0);
    expect(buffer.delayMs).toBeGreaterThan(20);
    expect(buffer.delayMs).toBeLessThanOrEqual(200);
  });

  it('survives any packets', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            at: fc.nat(2000),
            timestamp: fc.nat(0xffffffff),
            samples: fc.nat(1400),
            ssrc: fc.nat(2),
            marker: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        (arrivals) => {
          const { frames } = run(arrivals, 4000);
          expect(frames.length).toBeLessThan(1000);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('media loss', () => {
  it('is armed by the first packet, is reported once, and not while held', () => {
    const detector = new MediaLossDetector(1000);
    expect(detector.check(100_000)).toBe(false);
    detector.alive(100_000);
    expect(detector.check(100_999)).toBe(false);
    expect([detector.check(101_000), detector.check(101_001)]).toEqual([true, false]);
    detector.alive(102_000);
    detector.setHeld(true, 102_000);
    expect(detector.check(200_000)).toBe(false);
    detector.setHeld(false, 200_000);
    expect([detector.check(200_999), detector.check(201_000)]).toEqual([false, true]);
  });

  it('is off with a time of nothing', () => {
    const detector = new MediaLossDetector(0);
    detector.alive(0);
    expect(detector.check(1e9)).toBe(false);
  });
});
