import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiverStats } from './receiver-stats.js';
import { buildRtcp, isRtcp, parseRtcp } from './rtcp-packet.js';
import { RtcpSession } from './rtcp-session.js';

const uint32 = fc.nat(0xffffffff);
const block = fc.record({
  ssrc: uint32,
  fractionLost: fc.nat(255),
  cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  highestSequence: uint32,
  jitter: uint32,
  lastSr: uint32,
  delaySinceLastSr: uint32,
});
const sender = fc.record({
  ntpSeconds: uint32,
  ntpFraction: uint32,
  rtpTimestamp: uint32,
  packets: uint32,
  octets: uint32,
});

describe('RTCP packets (RFC 3550 6)', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(
        uint32,
        fc.string({ maxLength: 60 }),
        fc.option(sender, { nil: undefined }),
        fc.array(block, { maxLength: 4 }),
        fc.boolean(),
        (ssrc, cname, info, blocks, bye) => {
          const bytes = buildRtcp({ ssrc, cname, blocks, bye, ...(info ? { sender: info } : {}) });
          expect(bytes.length % 4).toBe(0);
          expect(isRtcp(bytes)).toBe(true);
          expect(parseRtcp(bytes)).toEqual({ ssrc, sender: info, blocks, bye });
        },
      ),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(10), (bytes, words) => {
        if (bytes.length > 4) bytes.set([0x80 | (bytes[0]! & 0x1f), 200 + (bytes[1]! & 3), 0, words]);
        const reading = parseRtcp(bytes);
        if (reading) expect(reading.blocks.length).toBeLessThanOrEqual(bytes.length / 24);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('RTCP sessions', () => {
  it('reports at random moments between half and one and a half times five seconds (RFC 3550 6.3.1)', () => {
    const session = new RtcpSession(1, 'c', seededRandom(4), 0);
    expect(session.dueAt).toBeGreaterThanOrEqual(1250);
    const gaps = new Set<number>();
    for (let now = session.dueAt, turn = 0; turn < 50; turn++) {
      session.report(now, { packets: turn, octets: 0, timestamp: 0 }, new ReceiverStats());
      const gap = session.dueAt - now;
      expect(gap).toBeGreaterThanOrEqual(2500);
      expect(gap).toBeLessThanOrEqual(7500);
      gaps.add(gap);
      now = session.dueAt;
    }
    expect(gaps.size).toBeGreaterThan(40);
  });

  it('measures the round trip from the echo of its own report (RFC 3550 6.4.1)', () => {
    const a = new RtcpSession(1, 'a', seededRandom(1), 1_000_000);
    const b = new RtcpSession(2, 'b', seededRandom(2), 1_000_000);
    const heardByB = new ReceiverStats();
    heardByB.add(1, 10, 0, 1_000_000, true);
    heardByB.add(1, 14, 640, 1_000_080, true);
    const heardByA = new ReceiverStats();
    const report = a.report(1_000_100, { packets: 5, octets: 800, timestamp: 800 }, heardByA);
    b.receive(parseRtcp(report)!, 1_000_140);
    const answer = b.report(1_002_140, { packets: 0, octets: 0, timestamp: 0 }, heardByB);
    a.receive(parseRtcp(answer)!, 1_002_180);
    expect(a.roundTripMs).toBeCloseTo(80, 0);
    expect(a.remoteLossFraction).toBeCloseTo(3 / 5, 1);
    expect(b.roundTripMs).toBeUndefined();
  });
});

describe('receiver statistics (RFC 3550 A.1, A.3, A.8)', () => {
  const feed = (sequences: readonly number[]) => {
    const stats = new ReceiverStats();
    for (const sequence of sequences) stats.add(7, sequence & 0xffff, sequence * 160, sequence * 20, true);
    return stats;
  };

  it.each([
    ['nothing lost', [1, 2, 3, 4], 0, 4],
    ['one lost', [1, 2, 4], 1, 3],
    ['order does not matter', [1, 3, 2, 4], 0, 4],
    ['over the end of the sequence', [65_534, 65_535, 65_536, 65_538], 1, 4],
    ['duplicates do not make the loss negative', [1, 1, 1, 2], 0, 4],
    ['a single packet far off is a stray', [1, 2, 30_000, 3], 0, 3],
    ['two in a row far off are a new start', [1, 2, 30_000, 30_001, 30_002], 0, 4],
  ])('%s', (_name, sequences, lost, received) => {
    const stats = feed(sequences);
    expect([stats.lost, stats.received]).toEqual([lost, received]);
  });

  it('keeps its totals when the source changes', () => {
    const stats = feed([1, 3]);
    stats.add(8, 50, 0, 100, true);
    stats.add(8, 53, 480, 160, true);
    expect([stats.lost, stats.received]).toEqual([3, 4]);
  });

  it('knows no jitter in a steady stream, and some in an uneven one', () => {
    expect(feed(Array.from({ length: 100 }, (_, at) => at)).jitterMs).toBe(0);
    const uneven = new ReceiverStats();
    for (let at = 0; at < 200; at++) uneven.add(1, at, at * 160, at * 20 + (at % 2) * 10, true);
    expect(uneven.jitterMs).toBeGreaterThan(8);
    expect(uneven.jitterMs).toBeLessThan(11);
  });
});
