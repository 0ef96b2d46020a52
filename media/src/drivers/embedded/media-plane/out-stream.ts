import { writeRtpHeader } from '../../../rtp/rtp-packet.js';
import { sequenceDelta, timestampDelta } from '../../../rtp/sequence.js';

/**
 * The RTP stream we send to one leg, whatever its sound comes from: one SSRC, a sequence without steps of our own making, and
 * timestamps that follow the clock also through silence and from one source to the next (RFC 3550 5.1, RFC 3551 4.1).
 */
export class OutStream {
  readonly ssrc: number;
  packets = 0;
  octets = 0;
  /** Clock time of the packet that `#timestamp` belongs to. */
  lastAt: number;
  #sequence: number;
  #timestamp: number;
  #samples = 160;
  #mappedSsrc = -1;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #floor = 0;

  constructor(ssrc: number, sequence: number, timestamp: number, nowMs: number) {
    this.ssrc = ssrc;
    this.#sequence = sequence & 0xffff;
    this.#timestamp = timestamp >>> 0;
    this.lastAt = nowMs;
  }

  /** Timestamp that belongs to a clock time, for the next packet or a report. */
  timestampAt(nowMs: number): number {
    return (this.#timestamp + Math.round((nowMs - this.lastAt) * 8)) >>> 0;
  }

  /** Heads a packet of our own making: `samples` of sound due at `dueAt`. */
  headSound(bytes: Uint8Array, payloadType: number, marker: boolean, samples: number, dueAt: number): void {
    this.#mappedSsrc = -1;
    this.#timestamp = this.#nextTimestamp(dueAt);
    this.lastAt = dueAt;
    this.#samples = samples;
    this.#head(bytes, payloadType, marker, this.#timestamp, samples);
  }

  /** Starts an event now; its packets will carry the timestamp this answers. */
  beginEvent(dueAt: number): number {
    this.#mappedSsrc = -1;
    this.#timestamp = this.#nextTimestamp(dueAt);
    this.lastAt = dueAt;
    this.#samples = 0;
    return this.#timestamp;
  }

  /** Heads a packet of an event. */
  headEvent(bytes: Uint8Array, payloadType: number, marker: boolean, timestamp: number): void {
    this.#head(bytes, payloadType, marker, timestamp, 4);
  }

  /**
   * Heads a packet passed on from another stream: gaps and order of that stream are kept, so that the receiver sees them as they
   * are. Answers false for a packet from before the stream was joined; it must not be sent.
   */
  headForwarded(
    bytes: Uint8Array,
    payloadType: number,
    marker: boolean,
    source: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number },
    samples: number,
    nowMs: number,
  ): boolean {
    let joins = source.ssrc !== this.#mappedSsrc;
    if (!joins) {
      const sequenceStep = sequenceDelta(this.#sequence, source.sequence + this.#sequenceOffset);
      const drift =
        timestampDelta(this.#timestamp, source.timestamp + this.#timestampOffset) - (nowMs - this.lastAt) * 8;
      joins = sequenceStep > 1000 || sequenceStep < -1000 || drift > 8000 || drift < -8000;
    }
    if (joins) {
      this.#mappedSsrc = source.ssrc;
      this.#sequenceOffset = this.#sequence + 1 - source.sequence;
      this.#timestampOffset = this.#nextTimestamp(nowMs) - source.timestamp;
      this.#floor = (this.#sequence + 1) & 0xffff;
    }
    const sequence = (source.sequence + this.#sequenceOffset) & 0xffff;
    if (sequenceDelta(this.#floor, sequence) < 0) return false;
    const timestamp = (source.timestamp + this.#timestampOffset) >>> 0;
    if (sequenceDelta(this.#sequence, sequence) > 0) {
      this.#sequence = sequence;
      this.#timestamp = timestamp;
      this.lastAt = nowMs;
      this.#samples = samples;
      // The floor follows at a distance, so that it never lies half a cycle behind.
      if (sequenceDelta(this.#floor, sequence) > 16_000) this.#floor = (sequence - 8000) & 0xffff;
    }
    this.packets++;
    this.octets += samples;
    writeRtpHeader(bytes, payloadType, marker || joins, sequence, timestamp, this.ssrc);
    return true;
  }

  #nextTimestamp(dueAt: number): number {
    return (this.#timestamp + Math.max(this.#samples, Math.round((dueAt - this.lastAt) * 8))) >>> 0;
  }

  #head(bytes: Uint8Array, payloadType: number, marker: boolean, timestamp: number, octets: number): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packets++;
    this.octets += octets;
    writeRtpHeader(bytes, payloadType, marker, this.#sequence, timestamp, this.ssrc);
  }
}
