import { longestEventDuration, telephoneEventLength } from './telephone-event.js';

/** How often the end of an event is sent (RFC 4733 2.5.1.4). */
const endPackets = 3;
/** Power level in -dBm0 that we claim (RFC 4733 2.3.4). */
const volume = 10;

/**
 * Makes the packets of one key press after another (RFC 4733 2.5.1): one timestamp a press, a growing duration, the marker on the first,
 * the end three times; a press longer than a duration can tell goes on in a new segment. `step` is called once a
 * packet time while `active`.
 */
export class TelephoneEventSender {
  /** Payload of the packet to send, after `step`. */
  readonly payload = new Uint8Array(telephoneEventLength);
  /** RTP timestamp of the packet to send. */
  timestamp = 0;
  /** Marker bit of the packet to send. */
  marker = false;
  #event = 0;
  #duration = 0;
  #endsLeft = 0;
  #first = false;
  #ending = false;

  /** Whether there is a packet to send. */
  get active(): boolean {
    return this.#endsLeft > 0;
  }

  /** How long the key has been down so far in this segment, timestamp units. */
  get duration(): number {
    return this.#duration;
  }

  /** Starts a press. One under way is forgotten. `timestamp` is the RTP time at which it begins. */
  begin(event: number, timestamp: number): void {
    this.#event = event;
    this.timestamp = timestamp >>> 0;
    this.#duration = 0;
    this.#endsLeft = endPackets;
    this.#first = true;
    this.#ending = false;
  }

  /** Lets the key up: the next packets are ends. */
  end(): void {
    this.#ending = true;
  }

  /** Makes the next packet. `samples` is the time since the last one. */
  step(samples: number): void {
    this.marker = this.#first;
    this.#first = false;
    // The ends all tell the same duration: time stands still from the first of them.
    const grows = !this.#ending || this.#endsLeft === endPackets;
    if (grows) this.#grow(samples);
    if (this.#ending) this.#endsLeft--;
    this.payload[0] = this.#event;
    this.payload[1] = (this.#ending ? 0x80 : 0) | volume;
    this.payload[2] = this.#duration >> 8;
    this.payload[3] = this.#duration;
  }

  #grow(samples: number): void {
    this.#duration += samples;
    if (this.#duration <= longestEventDuration) return;
    this.timestamp = (this.timestamp + longestEventDuration) >>> 0;
    this.#duration -= longestEventDuration;
  }
}
