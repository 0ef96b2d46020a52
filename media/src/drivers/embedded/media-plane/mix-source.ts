import { mixFrameSamples } from '../../../audio/mix.js';
import type { RtpFields } from '../../../rtp/rtp-packet.js';
import { timestampDelta } from '../../../rtp/sequence.js';

/** Samples kept: one second. A power of two, so that positions wrap by a mask. */
const capacity = 8192;
const mask = capacity - 1;
/** A timestamp further off than this begins a new stream: half a second. */
const resyncSamples = 4000;
/** A packet's sound waits at most so long, and then for the next frame: 40 ms. */
const mostAhead = 320;
/** What waits at the start, so that packets may be so late: by the jitter seen, within these. */
const leastPrefill = 80;
const mostPrefill = 240;
/** Frames in a row that may be missing until the source counts as silent: 60 ms. */
const longestGap = 3;
/** Frames looked at before the delay is made shorter: 5 s. */
const trimFrames = 250;
/** A packet no sample of which is louder than this says nothing (about -58 dB below full scale), and so long after a louder one. */
const quietPeak = 40;
const hangSamples = 1600;

/** A stream that is taken up gets loud within so long: 10 ms. */
const riseSamples = 80;

/** What a source gives for a frame: `sound`, nothing worth hearing, or nothing at all any more. */
export type SourceFrame = 'sound' | 'quiet' | 'dry';

/**
 * One leg's sound on its way into mixes: packets in, a frame of 20 ms at each tick of the room out. Packets of any length fit, since samples are
 * kept by their timestamp. The delay finds itself: a frame that is not there in time is waited for, which makes the delay longer by a frame; what
 * would wait too long is dropped, and where a frame more than needed waited for 5 s, a silent one is left out. So clocks that
 * differ do no harm.
 */
export class MixSource {
  readonly #ring = new Int16Array(capacity);
  #flowing = false;
  #ssrc = -1;
  /** Timestamp of the next sample to come out. */
  #head = 0;
  /** Timestamp after the newest sample. */
  #tail = 0;
  /** Timestamp up to which there is something worth hearing. */
  #loudUntil = 0;
  #missing = 0;
  #leastSpare = capacity;
  #watched = 0;
  #trims = false;
  /** Packets that came after their time. */
  late = 0;

  /** Takes a packet's codes. @param jitterMs interarrival jitter of the stream so far. */
  put(bytes: Uint8Array, packet: RtpFields, decode: Int16Array, jitterMs: number): void {
    const { ssrc, timestamp, payloadStart, payloadEnd } = packet;
    const count = payloadEnd - payloadStart;
    if (count === 0 || count > resyncSamples) return;
    const gap = timestampDelta(this.#tail, timestamp);
    const starts = !this.#flowing || ssrc !== this.#ssrc || gap > resyncSamples || gap < -resyncSamples;
    if (starts) this.#start(ssrc, timestamp, jitterMs);
    else if (gap > 0) this.#bridge(gap);
    const ahead = timestampDelta(this.#head, timestamp);
    if (ahead + count <= 0) {
      this.late++;
      return;
    }
    if (ahead > mostAhead) this.#head = (timestamp - mostAhead) >>> 0;
    let peak = 0;
    for (let at = 0; at < count; at++) {
      const value = decode[bytes[payloadStart + at]!]!;
      this.#ring[(timestamp + at) & mask] = value;
      peak = Math.max(peak, value, -value);
    }
    if (starts) this.#rise(timestamp, Math.min(count, riseSamples));
    const end = (timestamp + count) >>> 0;
    if (timestampDelta(this.#tail, end) > 0) this.#tail = end;
    if (peak > quietPeak && timestampDelta(this.#loudUntil, end) + hangSamples > 0) {
      this.#loudUntil = (end + hangSamples) >>> 0;
    }
  }

  /** The next frame. Only with `sound` is anything written. */
  pull(into: Int16Array): SourceFrame {
    if (!this.#flowing) return 'dry';
    const spare = timestampDelta(this.#head, this.#tail) - mixFrameSamples;
    const isLoud = timestampDelta(this.#head, this.#loudUntil) > 0;
    if (spare < 0) return this.#wait(into, isLoud);
    this.#missing = 0;
    this.#watch(spare);
    if (!isLoud && this.#trims) {
      this.#trims = false;
      this.#head = (this.#head + mixFrameSamples) >>> 0;
    }
    if (isLoud) for (let at = 0; at < mixFrameSamples; at++) into[at] = this.#ring[(this.#head + at) & mask]!;
    this.#head = (this.#head + mixFrameSamples) >>> 0;
    return isLoud ? 'sound' : 'quiet';
  }

  #start(ssrc: number, timestamp: number, jitterMs: number): void {
    const prefill = Math.round(Math.min(mostPrefill, Math.max(leastPrefill, jitterMs * 16)));
    this.#flowing = true;
    this.#ssrc = ssrc;
    this.#head = (timestamp - prefill) >>> 0;
    this.#tail = timestamp;
    this.#loudUntil = this.#head;
    this.#missing = 0;
    this.#leastSpare = capacity;
    this.#watched = 0;
    this.#trims = false;
    for (let at = 1; at <= Math.max(prefill, mixFrameSamples); at++) this.#ring[(timestamp - at) & mask] = 0;
  }

  /** What began before it was heard here begins without a click. */
  #rise(timestamp: number, count: number): void {
    for (let at = 0; at < count; at++) {
      const place = (timestamp + at) & mask;
      this.#ring[place] = (this.#ring[place]! * at) / count;
    }
  }

  /** Fills what is missing before a packet with what came last, fading, and then with silence. */
  #bridge(gap: number): void {
    for (let at = 0; at < gap; at++) {
      const turn = Math.floor(at / mixFrameSamples) + 1;
      const before = this.#ring[(this.#tail + at - mixFrameSamples) & mask]!;
      this.#ring[(this.#tail + at) & mask] = turn > longestGap ? 0 : before >> 1;
    }
  }

  /** The frame is not there yet: meanwhile what came last, fading. */
  #wait(into: Int16Array, isLoud: boolean): SourceFrame {
    this.#missing++;
    if (this.#missing > longestGap) {
      this.#flowing = false;
      return 'dry';
    }
    if (!isLoud) return 'quiet';
    for (let at = 0; at < mixFrameSamples; at++) {
      into[at] = this.#ring[(this.#head + at - mixFrameSamples) & mask]! >> this.#missing;
    }
    return 'sound';
  }

  #watch(spare: number): void {
    this.#leastSpare = Math.min(this.#leastSpare, spare);
    if (++this.#watched < trimFrames) return;
    this.#trims = this.#leastSpare >= mixFrameSamples;
    this.#watched = 0;
    this.#leastSpare = capacity;
  }
}
