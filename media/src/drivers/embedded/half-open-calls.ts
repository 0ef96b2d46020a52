/** Counts inbound calls that have no final answer yet, in all and by source, against caps. */
export class HalfOpenCalls {
  readonly #most: number;
  readonly #mostPerSource: number;
  readonly #sourceOf = new Map<string, string>();
  readonly #bySource = new Map<string, number>();

  constructor(most: number, mostPerSource: number) {
    this.#most = most;
    this.#mostPerSource = mostPerSource;
  }

  get size(): number {
    return this.#sourceOf.size;
  }

  /** Takes one more in, or answers false where a cap is reached. `capSource` is false for addresses that are known. */
  add(sessionId: string, source: string, capSource: boolean): boolean {
    const fromSource = this.#bySource.get(source) ?? 0;
    if (this.#sourceOf.size >= this.#most || (capSource && fromSource >= this.#mostPerSource)) return false;
    this.#sourceOf.set(sessionId, source);
    this.#bySource.set(source, fromSource + 1);
    return true;
  }

  /** It was answered, refused or cancelled. */
  remove(sessionId: string): void {
    const source = this.#sourceOf.get(sessionId);
    if (source === undefined) return;
    this.#sourceOf.delete(sessionId);
    const left = this.#bySource.get(source)! - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }
}
