import type { Random } from '@hookswitch/kernel/random';
import type { ReceiverStats } from './receiver-stats.js';
import { buildRtcp, type ReportBlock, type RtcpReading, type SenderInfo } from './rtcp-packet.js';

/** RFC 3550 6.2: the least interval, before it is made random. */
const intervalMs = 5000;
/** Seconds from 1900 (NTP) to 1970 (Unix). */
const ntpEpoch = 2_208_988_800;

/** What we have sent, as a sender report tells it. */
export interface SentCounts {
  readonly packets: number;
  readonly octets: number;
  /** RTP timestamp that belongs to now. */
  readonly timestamp: number;
}

/**
 * RTCP of one leg (RFC 3550 6): when to report, what to say, and what the peer's reports tell. Sans-I/O: ask
 * `dueAt`, send what `report` builds, pass in what was read.
 */
export class RtcpSession {
  readonly #ssrc: number;
  readonly #cname: string;
  readonly #random: Random;
  #dueAt: number;
  #reportedPackets = 0;
  #lastSr = 0;
  #lastSrAt = 0;
  #roundTripMs: number | undefined;
  #remoteLossFraction: number | undefined;

  constructor(ssrc: number, cname: string, random: Random, nowMs: number) {
    this.#ssrc = ssrc;
    this.#cname = cname;
    this.#random = random;
    // The first report comes after half the time (RFC 3550 6.2).
    this.#dueAt = nowMs + this.#interval() / 2;
  }

  /** When the next report is due, on the clock's time. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Round trip, milliseconds, by the peer's last report (RFC 3550 6.4.1). */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** What the peer reported lost of ours since its report before, 0 to 1. */
  get remoteLossFraction(): number | undefined {
    return this.#remoteLossFraction;
  }

  /** The compound packet to send now; plans the next one. */
  report(nowMs: number, sent: SentCounts, stats: ReceiverStats, bye = false): Uint8Array {
    this.#dueAt = nowMs + this.#interval();
    let sender: SenderInfo | undefined;
    if (sent.packets !== this.#reportedPackets) {
      this.#reportedPackets = sent.packets;
      sender = {
        ntpSeconds: (Math.floor(nowMs / 1000) + ntpEpoch) >>> 0,
        ntpFraction: Math.floor(((nowMs % 1000) / 1000) * 0x1_0000_0000) >>> 0,
        rtpTimestamp: sent.timestamp >>> 0,
        packets: sent.packets >>> 0,
        octets: sent.octets >>> 0,
      };
    }
    const blocks: ReportBlock[] = [];
    if (stats.ssrc !== undefined) {
      const delay = this.#lastSr === 0 ? 0 : Math.round(((nowMs - this.#lastSrAt) * 65536) / 1000);
      blocks.push({ ssrc: stats.ssrc, ...stats.takeReport(), lastSr: this.#lastSr, delaySinceLastSr: delay });
    }
    return buildRtcp({ ssrc: this.#ssrc, cname: this.#cname, blocks, bye, ...(sender ? { sender } : {}) });
  }

  /** Takes in a report of the peer. */
  receive(reading: RtcpReading, nowMs: number): void {
    if (reading.sender) {
      this.#lastSr = middleOfNtp(reading.sender.ntpSeconds, reading.sender.ntpFraction);
      this.#lastSrAt = nowMs;
    }
    for (const block of reading.blocks) {
      if (block.ssrc !== this.#ssrc) continue;
      this.#remoteLossFraction = block.fractionLost / 256;
      if (block.lastSr === 0) continue;
      const now = middleOfNtp(
        (Math.floor(nowMs / 1000) + ntpEpoch) >>> 0,
        Math.floor(((nowMs % 1000) / 1000) * 0x1_0000_0000) >>> 0,
      );
      const roundTrip = (((now - block.lastSr - block.delaySinceLastSr) | 0) / 65536) * 1000;
      // A peer that lies, or a clock that was set, gives nonsense: minutes, or less than nothing.
      if (roundTrip > -5 && roundTrip < 60_000) this.#roundTripMs = Math.max(0, roundTrip);
    }
  }

  /** 0.5 to 1.5 times the interval, so that reports of many legs do not fall together (RFC 3550 6.3.1). */
  #interval(): number {
    return intervalMs * (0.5 + this.#random.next());
  }
}

function middleOfNtp(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
