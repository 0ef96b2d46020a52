import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach, type TestContext } from 'vitest';

/**
 * State that every case of a suite has of its own, also where cases run side by side (`describe.concurrent`), when a variable of the suite or an `afterEach` would belong to all of them. `end` is called
 * after the case. What is returned gives the state of the case it is called in; undefined where it is called in none.
 */
export function ofEachCase<State>(
  begin: () => State,
  end: (state: State, context: TestContext) => unknown,
): () => State | undefined {
  const running = new AsyncLocalStorage<State>();
  aroundEach(async (runTest, context) => {
    const state = begin();
    await running.run(state, runTest);
    await end(state, context);
  });
  return () => running.getStore();
}
