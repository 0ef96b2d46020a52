import { SwitchUnreachableError } from './esl-errors.js';

/** Commands wait while FreeSWITCH cannot be commanded, and while its calls are compared with ours. */
export class SwitchCommands {
  readonly #waiters = new Set<() => void>();
  #isReady = false;
  #isOver = false;

  /** Lets those that wait go, and those that come. */
  ready(): void {
    this.#isReady = true;
    this.#wake();
  }

  /** From now on commands wait. */
  away(): void {
    this.#isReady = false;
  }

  /** Nobody waits for it any longer: those that wait go, and fail. */
  giveUp(): void {
    this.#wake();
  }

  /** No command waits any more, now or later. */
  close(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Runs a command once FreeSWITCH can be commanded. */
  async whenReady(run: () => Promise<string>): Promise<string> {
    if (!this.#isReady && !this.#isOver) await new Promise<void>((resolve) => this.#waiters.add(resolve));
    return run();
  }

  /** The same; where its answer was lost with the connection it is sent again with the next: what is asked for twice has to be the same as once. */
  async repeatable(run: () => Promise<string>, tries = 3): Promise<string> {
    try {
      return await this.whenReady(run);
    } catch (error) {
      if (!(error instanceof SwitchUnreachableError) || tries <= 1 || this.#isOver) throw error;
      return this.repeatable(run, tries - 1);
    }
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}
