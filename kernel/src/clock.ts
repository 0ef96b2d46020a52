/**
 * Time as a value. Everything that waits or asks for the time takes a `Clock`, so a whole platform can run on
 * virtual time in the simulation and no test ever sleeps.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. May be fractional on a real clock. */
  now(): number;
  /** Runs `action` once, `delayMs` from now. Returns a function that cancels it; cancelling twice is harmless. */
  after(delayMs: number, action: () => void): () => void;
}

/** The machine's own clock. A pending timer keeps the process alive, as `setTimeout` does. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};

/** Resolves `delayMs` from now, or at once when `signal` aborts (it never rejects: look at `signal.aborted`). */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
