import { timestampDelta } from '../../../rtp/sequence.js';

/** A packet whose timestamp and arrival disagree by more than this is placed by its arrival: 200 ms. */
const longestDisagreement = 1600;

/**
 * Where a packet's sound belongs on a recording's time axis. Its timestamp says so, relative to the packets before it, so that jitter and
 * reordering leave no trace; where the stream is a new one, or its clock stopped or jumped, the time of its arrival does.
 */
export class TrackPlacer {
  #ssrc = -1;
  #timestamp = 0;
  #position = 0;

  /** @param nowPosition the recording's time of the arrival, in samples. Answers the position of the first sample. */
  place(ssrc: number, timestamp: number, nowPosition: number): number {
    if (ssrc === this.#ssrc) {
      const step = timestampDelta(this.#timestamp, timestamp);
      const position = this.#position + step;
      if (Math.abs(position - nowPosition) <= longestDisagreement) {
        if (step > 0) {
          this.#timestamp = timestamp;
          this.#position = position;
        }
        return position;
      }
    }
    this.#ssrc = ssrc;
    this.#timestamp = timestamp;
    this.#position = nowPosition;
    return nowPosition;
  }

  /** Forgets the stream: the time axis was changed. */
  reset(): void {
    this.#ssrc = -1;
  }
}
