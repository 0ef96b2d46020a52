/**
 * Says when a peer has gone silent for good: nothing at all, RTP or RTCP, for the given time. Armed by the first packet, so
 * that a leg that never sent anything is left to the ring and session timers; off while the leg is held.
 */
export class MediaLossDetector {
  readonly #timeoutMs: number;
  #lastAt: number | undefined;
  #held = false;
  #reported = false;

  /** @param timeoutMs 0 turns it off. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether it was said, and nothing came since. */
  get lost(): boolean {
    return this.#reported;
  }

  /** RTP or RTCP came from the peer. */
  alive(nowMs: number): void {
    this.#lastAt = nowMs;
    this.#reported = false;
  }

  /** While the peer is not expected to send. Taking it back counts from then. */
  setHeld(held: boolean, nowMs: number): void {
    if (this.#held && !held && this.#lastAt !== undefined) this.#lastAt = nowMs;
    this.#held = held;
  }

  /** True once when the time is over. */
  check(nowMs: number): boolean {
    if (this.#timeoutMs === 0 || this.#held || this.#reported || this.#lastAt === undefined) return false;
    if (nowMs - this.#lastAt < this.#timeoutMs) return false;
    this.#reported = true;
    return true;
  }
}
