import { sequenceDelta, timestampDelta } from './sequence.js';
import { longestEventDuration, telephoneEventLength, telephoneKeys } from './telephone-event.js';

/** How many events back a late packet is still known as one that was reported. */
const remembered = 16;

/** What a packet meant. */
export type EventSign = 'nothing' | 'began' | 'went-on' | 'ended' | 'began-and-ended';

/**
 * Turns RFC 4733 packets into key presses. All packets of a press carry the timestamp of its start, so a press is reported by whichever of
 * its packets arrives first, and never again: not by repeated ends, duplicates or packets that overtook each other. A
 * long press that its sender cuts into segments (RFC 4733 2.5.1.3) stays one press.
 */
export class TelephoneEventReceiver {
  /** The key of the press reported last. */
  key = '';
  /** Made with the first press: most legs never see one. */
  #recent: { readonly timestamps: Float64Array; readonly ssrcs: Float64Array } | undefined;
  #next = 0;
  #event = -1;
  #ssrc = -1;
  #timestamp = 0;
  #sequence = 0;
  #ended = true;

  /** Whether a press has begun and its end was not seen. */
  get pressed(): boolean {
    return !this.#ended;
  }

  /** Takes the payload `bytes[start … end)` of an event packet. Payloads that are too short, or no DTMF, mean nothing. */
  receive(bytes: Uint8Array, start: number, end: number, ssrc: number, timestamp: number, sequence: number): EventSign {
    if (end - start < telephoneEventLength) return 'nothing';
    const event = bytes[start]!;
    if (event >= telephoneKeys.length) return 'nothing';
    const isEnd = (bytes[start + 1]! & 0x80) !== 0;
    if (this.#knows(ssrc, timestamp)) {
      if (ssrc !== this.#ssrc || timestamp !== this.#timestamp || this.#ended) return 'nothing';
      if (!isEnd) return 'went-on';
      this.#ended = true;
      return 'ended';
    }
    this.#remember(ssrc, timestamp);
    if (ssrc === this.#ssrc && this.#isOlder(timestamp, sequence)) {
      // A press of which nothing came in time: late, but a press.
      this.key = telephoneKeys[event]!;
      return 'began-and-ended';
    }
    const segment =
      !this.#ended &&
      event === this.#event &&
      ssrc === this.#ssrc &&
      isSegmentStep(timestampDelta(this.#timestamp, timestamp));
    this.#event = event;
    this.#ssrc = ssrc;
    this.#timestamp = timestamp;
    this.#sequence = sequence;
    this.#ended = isEnd;
    if (segment) return isEnd ? 'ended' : 'went-on';
    this.key = telephoneKeys[event]!;
    return isEnd ? 'began-and-ended' : 'began';
  }

  /** Gives a press up whose end never came. */
  abandon(): void {
    this.#ended = true;
  }

  #isOlder(timestamp: number, sequence: number): boolean {
    return timestampDelta(this.#timestamp, timestamp) < 0 && sequenceDelta(this.#sequence, sequence) < 0;
  }

  #knows(ssrc: number, timestamp: number): boolean {
    const recent = this.#recent;
    if (!recent) return false;
    for (let at = 0; at < remembered; at++) {
      if (recent.timestamps[at] === timestamp && recent.ssrcs[at] === ssrc) return true;
    }
    return false;
  }

  #remember(ssrc: number, timestamp: number): void {
    this.#recent ??= {
      timestamps: new Float64Array(remembered).fill(-1),
      ssrcs: new Float64Array(remembered).fill(-1),
    };
    this.#recent.timestamps[this.#next] = timestamp;
    this.#recent.ssrcs[this.#next] = ssrc;
    this.#next = (this.#next + 1) % remembered;
  }
}

/** Whole segments lie between two timestamps of one long press; a few may have been lost altogether. */
function isSegmentStep(delta: number): boolean {
  return delta > 0 && delta % longestEventDuration === 0 && delta <= 4 * longestEventDuration;
}
