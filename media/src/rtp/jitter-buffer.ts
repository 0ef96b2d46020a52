import { timestampDelta } from './sequence.js';

/** Samples kept: one second at 8 kHz. A power of two, so that positions wrap by a mask. */
const capacity = 8192;
const mask = capacity - 1;
/** Samples of a frame that comes out: 20 ms. */
export const jitterFrameSamples = 160;
/** A timestamp further off than this begins a new stream. */
const resyncSamples = 4000;
/** Concealed frames in a row before a gap becomes silence: 60 ms. */
const longestConcealment = 3;

/** What came out. `waiting`: the next frame is not due yet. */
export type JitterFrame = 'sound' | 'concealed' | 'waiting';

/**
 * Puts a peer's packets back in order and time. Sans-I/O and without a ticker: `put` what arrives, then `pull` frames of 20 ms until
 * it answers `waiting`. Packets of any length fit, since samples are kept by their timestamp; so reordering and
 * duplicates cost nothing, and a gap is filled by repeating and fading what was heard last.
 *
 * The delay adapts: it starts small, grows by a frame when a packet comes too late, and is set anew, from the
 * jitter seen, at each talkspurt, where a change is not heard.
 */
export class JitterBuffer {
  readonly #samples = new Int16Array(capacity);
  readonly #filled = new Uint8Array(capacity);
  readonly #last = new Int16Array(jitterFrameSamples);
  readonly #minDelayMs: number;
  readonly #maxDelayMs: number;
  #delayMs: number;
  #jitterMs = 0;
  #ssrc = -1;
  /** Timestamp of the next sample to come out. */
  #head = 0;
  /** Timestamp after the newest sample. */
  #tail = 0;
  /** Clock time at which the sample `#baseTimestamp` arrived. */
  #baseAt = 0;
  #baseTimestamp = 0;
  #lastTransitMs = 0;
  #concealed = 0;
  #started = false;
  /** Packets that came after their place was played. */
  late = 0;

  constructor(options: { minDelayMs?: number; maxDelayMs?: number } = {}) {
    this.#minDelayMs = options.minDelayMs ?? 20;
    this.#maxDelayMs = options.maxDelayMs ?? 200;
    this.#delayMs = this.#minDelayMs;
  }

  /** The delay now, milliseconds. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** Takes decoded samples. At most half a second of them. */
  put(ssrc: number, timestamp: number, marker: boolean, samples: Int16Array, count: number, nowMs: number): void {
    if (count === 0 || count > resyncSamples) return;
    const far = this.#started && Math.abs(timestampDelta(this.#tail, timestamp)) > resyncSamples;
    const drained = this.#started && timestampDelta(this.#head, this.#tail) <= 0;
    if (!this.#started || ssrc !== this.#ssrc || far || (drained && (marker || this.#concealed > longestConcealment))) {
      this.#start(ssrc, timestamp, nowMs);
    }
    this.#measure(timestamp, nowMs);
    const offset = timestampDelta(this.#head, timestamp);
    if (offset + count <= 0) {
      this.late++;
      this.#delayMs = Math.min(this.#maxDelayMs, this.#delayMs + 20);
      return;
    }
    if (offset + count > capacity) this.#skipTo((timestamp + count - capacity / 2) >>> 0);
    for (let at = Math.max(0, -timestampDelta(this.#head, timestamp)); at < count; at++) {
      const place = (timestamp + at) & mask;
      this.#samples[place] = samples[at]!;
      this.#filled[place] = 1;
    }
    const end = (timestamp + count) >>> 0;
    if (timestampDelta(this.#tail, end) > 0) this.#tail = end;
  }

  /** Writes the next 20 ms to `into` where they are due. With nothing left to play and nothing arriving it waits. */
  pull(into: Int16Array, nowMs: number): JitterFrame {
    if (!this.#started) return 'waiting';
    const dueAt = this.#baseAt + timestampDelta(this.#baseTimestamp, this.#head) / 8 + 20 + this.#delayMs;
    if (nowMs < dueAt) return 'waiting';
    const empty = timestampDelta(this.#head, this.#tail) <= 0;
    if (empty && this.#concealed > longestConcealment) return 'waiting';
    let missing = 0;
    for (let at = 0; at < jitterFrameSamples; at++) {
      const place = (this.#head + at) & mask;
      if (this.#filled[place]) {
        into[at] = this.#samples[place]!;
        this.#filled[place] = 0;
      } else {
        missing++;
        into[at] = this.#concealed >= longestConcealment ? 0 : this.#last[at]! >> (this.#concealed + 1);
      }
    }
    this.#head = (this.#head + jitterFrameSamples) >>> 0;
    if (missing === jitterFrameSamples) {
      this.#concealed++;
      return 'concealed';
    }
    this.#concealed = 0;
    this.#last.set(into.subarray(0, jitterFrameSamples));
    return missing === 0 ? 'sound' : 'concealed';
  }

  #start(ssrc: number, timestamp: number, nowMs: number): void {
    this.#filled.fill(0);
    this.#ssrc = ssrc;
    this.#head = timestamp;
    this.#tail = timestamp;
    this.#baseAt = nowMs;
    this.#baseTimestamp = timestamp;
    this.#lastTransitMs = 0;
    this.#concealed = 0;
    this.#delayMs = Math.min(this.#maxDelayMs, Math.max(this.#minDelayMs, 3 * this.#jitterMs));
    this.#started = true;
  }

  #measure(timestamp: number, nowMs: number): void {
    const transit = nowMs - this.#baseAt - timestampDelta(this.#baseTimestamp, timestamp) / 8;
    this.#jitterMs += (Math.abs(transit - this.#lastTransitMs) - this.#jitterMs) / 16;
    this.#lastTransitMs = transit;
    // The fastest packet seen is the one that tells the time best.
    if (transit < 0) this.#baseAt += transit;
  }

  #skipTo(timestamp: number): void {
    const skipped = Math.min(capacity, Math.max(0, timestampDelta(this.#head, timestamp)));
    for (let at = 0; at < skipped; at++) this.#filled[(this.#head + at) & mask] = 0;
    this.#head = timestamp;
    if (timestampDelta(this.#tail, timestamp) > 0) this.#tail = timestamp;
  }
}
