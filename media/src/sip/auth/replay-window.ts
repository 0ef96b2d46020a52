/** Nonce counts seen, by nonce (RFC 7616 3.4: nc). Bounded: when full, the oldest nonces are forgotten and count as stale from then on. */
export class ReplayWindow {
  readonly #capacity: number;
  readonly #seen = new Map<string, { madeAt: number; highest: number; bits: bigint }>();
  /** Nonces made at or before this were forgotten. */
  #forgottenUpTo = -1;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** Marks a count as used. False where it was before, is older than the last 64, or its nonce was forgotten. */
  use(nonce: string, madeAt: number, nc: number): boolean {
    const entry = this.#seen.get(nonce);
    if (!entry) {
      if (madeAt <= this.#forgottenUpTo) return false;
      this.#makeRoom();
      this.#seen.set(nonce, { madeAt, highest: nc, bits: 1n });
      return true;
    }
    if (nc > entry.highest) {
      const ahead = nc - entry.highest;
      entry.bits = ahead >= 64 ? 1n : ((entry.bits << BigInt(ahead)) | 1n) & 0xffff_ffff_ffff_ffffn;
      entry.highest = nc;
      return true;
    }
    const behind = entry.highest - nc;
    const bit = 1n << BigInt(behind);
    if (behind >= 64 || entry.bits & bit) return false;
    entry.bits |= bit;
    return true;
  }

  /** Forgets nonces made before; they have expired. */
  dropBefore(madeBefore: number): void {
    for (const [nonce, entry] of this.#seen) {
      if (entry.madeAt >= madeBefore) return;
      this.#seen.delete(nonce);
    }
  }

  #makeRoom(): void {
    if (this.#seen.size < this.#capacity) return;
    const oldest = this.#seen.entries().next().value;
    if (!oldest) return;
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, oldest[1].madeAt);
    this.#seen.delete(oldest[0]);
  }
}
