import type { ActiveCall } from './active-call.js';

/** The calls that this process owns. A call is in it from before its leg starts until its final record is written. */
export class LiveCallRegistry {
  readonly #calls = new Map<string, ActiveCall>();
  readonly #whenEmpty = new Set<() => void>();
  #underWay = 0;

  get size(): number {
    return this.#calls.size;
  }

  get(callId: string): ActiveCall | undefined {
    return this.#calls.get(callId);
  }

  all(): readonly ActiveCall[] {
    return [...this.#calls.values()];
  }

  add(call: ActiveCall): void {
    this.#calls.set(call.id, call);
  }

  remove(call: ActiveCall): void {
    this.#calls.delete(call.id);
    this.#tellEmpty();
  }

  /** Counts work before a call is here, or after it left: one about to start, a script that still tells of its end. Nobody takes the registry for empty meanwhile. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#tellEmpty();
    }
  }

  /** Resolves once no call is left, and no work for one is under way. */
  empty(): Promise<void> {
    if (this.#isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.add(resolve));
  }

  get #isEmpty(): boolean {
    return this.#calls.size === 0 && this.#underWay === 0;
  }

  #tellEmpty(): void {
    if (!this.#isEmpty) return;
    for (const resolve of this.#whenEmpty) resolve();
    this.#whenEmpty.clear();
  }
}
