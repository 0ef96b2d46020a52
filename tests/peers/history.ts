import { within } from './within.js';

/** Things that happened, in order, which a test may look at or wait for. */
export class History<T> {
  readonly #all: T[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #name: string;
  readonly #show: (entry: T) => string;

  /** `name` and `show` are for the message when a wait is in vain. */
  constructor(name: string, show: (entry: T) => string = (entry) => JSON.stringify(entry)) {
    this.#name = name;
    this.#show = show;
  }

  add(entry: T): void {
    this.#all.push(entry);
    for (const wake of [...this.#waiting]) wake();
  }

  /** All so far, oldest first. */
  get all(): readonly T[] {
    return this.#all;
  }

  /** Resolves with the first entry from number `from` on that matches, which may have happened already. */
  first(what: string, matches: (entry: T) => boolean, options: { from?: number; guardMs?: number } = {}): Promise<T> {
    const find = () => this.#all.slice(options.from ?? 0).find(matches);
    return this.until(what, find, options.guardMs);
  }

  /** Resolves with what `find` finds, looking again whenever something happened. */
  until<R>(what: string, find: () => R | undefined, guardMs?: number): Promise<R> {
    let wake = () => {};
    const found = new Promise<R>((resolve) => {
      wake = () => {
        const result = find();
        if (result !== undefined) resolve(result);
      };
      this.#waiting.add(wake);
      wake();
    });
    const seen = () => this.#all.slice(-40).map(this.#show).join('\n');
    return within(found, `${what} (${this.#name})`, seen, guardMs).finally(() => this.#waiting.delete(wake));
  }
}
