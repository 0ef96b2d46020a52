import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach, type TestContext } from 'vitest';

/**
 * State that each case of a suite has of its own, also where cases run side by side (`describe.concurrent`): a variable of the suite, and what an `afterEach` ends, would belong to all of
 * those that are under way.
 */
export class OfCase<State> {
  readonly #running = new AsyncLocalStorage<State>();

  /** The state of the case that asks; undefined outside of any. */
  get now(): State | undefined {
    return this.#running.getStore();
  }

  /** Gives each case of the suite that this is called in a state, and has it ended after the case. */
  around(begin: () => State, end: (state: State, context: TestContext) => unknown): void {
    aroundEach(async (runTest, context) => {
      const state = begin();
      await this.#running.run(state, async () => {
        await runTest();
        await end(state, context);
      });
    });
  }
}
