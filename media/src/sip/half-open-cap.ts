/** Caps INVITEs without a final answer, in all and for each source. Every `open` that answered true needs one `close`. */
export class HalfOpenCap {
  readonly #perSource: number;
  readonly #total: number;
  readonly #open = new Map<string, number>();
  #count = 0;

  constructor(limits: { perSource: number; total: number }) {
    this.#perSource = limits.perSource;
    this.#total = limits.total;
  }

  /** How many are open. */
  get count(): number {
    return this.#count;
  }

  /** Counts one more. False where that would be too many: refuse it. */
  open(source: string): boolean {
    const held = this.#open.get(source) ?? 0;
    if (held >= this.#perSource || this.#count >= this.#total) return false;
    this.#open.set(source, held + 1);
    this.#count++;
    return true;
  }

  close(source: string): void {
    const held = this.#open.get(source);
    if (held === undefined) return;
    if (held === 1) this.#open.delete(source);
    else this.#open.set(source, held - 1);
    this.#count--;
  }
}
