/** How long an end is remembered, milliseconds: as long as a message may still be on its way (RFC 3261 17.1.1.1, 64×T1). */
const rememberedMs = 32_000;
/** How many are remembered at most. */
const most = 1024;

/** Dialogs that ended a moment ago, so that whoever wants to take the place of one is told that it is over (RFC 3891 3), not that it never was. */
export class EndedDialogs {
  readonly #endedAt = new Map<string, number>();

  add(key: string, now: number): void {
    if (this.#endedAt.size >= most) this.#endedAt.delete(this.#endedAt.keys().next().value!);
    this.#endedAt.set(key, now);
  }

  has(key: string, now: number): boolean {
    const at = this.#endedAt.get(key);
    return at !== undefined && now - at <= rememberedMs;
  }
}
