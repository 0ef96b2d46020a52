import { sequenceDelta } from './sequence.js';

/** A jump further ahead than this is a new stream of the same source, not loss (RFC 3550 A.1 MAX_DROPOUT). */
const maxDropout = 3000;
/** A packet older than this is a new stream, not a late one (RFC 3550 A.1 MAX_MISORDER). */
const maxMisorder = 100;

/**
 * Counts what one peer sends (RFC 3550 A.1, A.3, A.8): received, lost, interarrival jitter. A new SSRC or a jump of the
 * sequence starts a new stream; totals go on over all streams of the leg.
 */
export class ReceiverStats {
  received = 0;
  /** SSRC of the stream counted now. */
  ssrc: number | undefined = undefined;
  #cycles = 0;
  #maxSequence = 0;
  #baseSequence = 0;
  #streamReceived = 0;
  /** Loss of streams that are over. */
  #lostBefore = 0;
  #suspectSequence = -1;
  #transit = 0;
  #jitter = 0;
  #hasTransit = false;
  #expectedPrior = 0;
  #receivedPrior = 0;
  readonly #clockRate: number;

  /** @param clockRate RTP clock, Hz: 8000 for G.711. */
  constructor(clockRate = 8000) {
    this.#clockRate = clockRate;
  }

  /**
   * Counts a packet. Jitter counts only packets whose timestamp says when they were made, so pass `timed` false for
   * RFC 4733 events, which all carry the start of their event.
   */
  add(ssrc: number, sequence: number, timestamp: number, nowMs: number, timed: boolean): void {
    if (this.ssrc !== ssrc) this.#restart(ssrc, sequence);
    const delta = sequenceDelta(this.#maxSequence, sequence);
    if (delta > maxDropout || delta < -maxMisorder) {
      if (sequence === this.#suspectSequence) {
        this.#restart(ssrc, sequence);
      } else {
        // One packet far off is a stray (RFC 3550 A.1); two in a row are a source that restarted.
        this.#suspectSequence = (sequence + 1) & 0xffff;
        return;
      }
    } else if (delta > 0) {
      if (sequence < this.#maxSequence) this.#cycles += 0x10000;
      this.#maxSequence = sequence;
    }
    this.#suspectSequence = -1;
    this.received++;
    this.#streamReceived++;
    if (timed) this.#addJitter(timestamp, nowMs);
  }

  /** Packets that never came, of all streams so far. Duplicates do not make it negative. */
  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#streamReceived);
  }

  /** Interarrival jitter in milliseconds (RFC 3550 A.8). */
  get jitterMs(): number {
    return (this.#jitter / this.#clockRate) * 1000;
  }

  /** Highest sequence number with its cycles, for a report block. */
  get extendedHighestSequence(): number {
    return (this.#cycles + this.#maxSequence) >>> 0;
  }

  /** Figures for a report block; loss since the block before (RFC 3550 A.3). */
  takeReport(): { fractionLost: number; cumulativeLost: number; highestSequence: number; jitter: number } {
    const expectedInterval = this.#expected - this.#expectedPrior;
    const lostInterval = expectedInterval - (this.#streamReceived - this.#receivedPrior);
    this.#expectedPrior = this.#expected;
    this.#receivedPrior = this.#streamReceived;
    return {
      fractionLost:
        expectedInterval <= 0 || lostInterval <= 0
          ? 0
          : Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)),
      cumulativeLost: Math.max(-0x800000, Math.min(0x7fffff, this.#expected - this.#streamReceived)),
      highestSequence: this.extendedHighestSequence,
      jitter: Math.round(this.#jitter),
    };
  }

  get #expected(): number {
    return this.ssrc === undefined ? 0 : this.#cycles + this.#maxSequence - this.#baseSequence + 1;
  }

  #restart(ssrc: number, sequence: number): void {
    this.#lostBefore = this.lost;
    this.ssrc = ssrc;
    this.#cycles = 0;
    this.#baseSequence = sequence;
    this.#maxSequence = sequence;
    this.#streamReceived = 0;
    this.#suspectSequence = -1;
    this.#hasTransit = false;
    this.#expectedPrior = 0;
    this.#receivedPrior = 0;
  }

  #addJitter(timestamp: number, nowMs: number): void {
    // Modulo 2^32, as both the timestamp and the arrival in its units wrap.
    const transit = (Math.round((nowMs * this.#clockRate) / 1000) - timestamp) | 0;
    if (this.#hasTransit) {
      const difference = Math.abs((transit - this.#transit) | 0);
      // A pause of the source's clock (talkspurt with a stopped clock) is not jitter.
      if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#transit = transit;
    this.#hasTransit = true;
  }
}
