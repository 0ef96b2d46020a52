import type { Clock } from '@hookswitch/kernel/clock';

/** Waits for those who are to come, to do what each wants at one moment. Who comes besides waits with them. */
export class Gathering {
  readonly #awaited: Set<string>;
  readonly #done: (act: () => void) => void;
  readonly #acts: (() => void)[] = [];
  readonly #cancel: () => void;
  #over = false;

  /** @param done told once, when all have come or it has lasted too long: with what does what they want */
  constructor(awaited: ReadonlySet<string>, mostMs: number, clock: Clock, done: (act: () => void) => void) {
    this.#awaited = new Set(awaited);
    this.#done = done;
    this.#cancel = clock.after(mostMs, () => this.end());
  }

  /** Resolves when the act was done; rejects with what it throws. */
  join(id: string, act: () => void): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#acts.push(() => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      });
    });
    this.#awaited.delete(id);
    if (this.#awaited.size === 0) this.end();
    return done;
  }

  /** Nobody is waited for any more. Idempotent. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel();
    this.#done(() => {
      for (const act of this.#acts) act();
    });
  }
}
