import { decodeG711, type G711Codec } from '../../../audio/g711.js';
import { InbandDigitDetector } from '../../../audio/inband-digits.js';
import { JitterBuffer, jitterFrameSamples } from '../../../rtp/jitter-buffer.js';
import type { RtpFields } from '../../../rtp/rtp-packet.js';

const decoded = new Int16Array(1500);

/** Listens to a leg's sound for DTMF tones, in order and with its gaps filled, so that neither loss nor reordering breaks a tone in two. */
export class InbandListener {
  readonly #buffer = new JitterBuffer();
  readonly #frame = new Int16Array(jitterFrameSamples);
  readonly #detector: InbandDigitDetector;

  constructor(onDigit: (digit: string) => void) {
    this.#detector = new InbandDigitDetector(onDigit);
  }

  /** Takes a packet's sound; hears what is due by now. */
  take(codec: G711Codec, bytes: Uint8Array, packet: RtpFields, nowMs: number): void {
    const count = decodeG711(codec, bytes, packet.payloadStart, packet.payloadEnd, decoded);
    this.#buffer.put(packet.ssrc, packet.timestamp, packet.marker, decoded, count, nowMs);
    while (this.#buffer.pull(this.#frame, nowMs) !== 'waiting') this.#detector.feed(this.#frame);
  }
}
