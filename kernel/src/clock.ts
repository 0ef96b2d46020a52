/**
 * Time as a value. Everything that waits or asks for the time takes a `Clock`, so a whole platform can run on
 * virtual time in the simulation and no test ever sleeps.
 */
export interface Clock {
  /** The time of day: milliseconds since the Unix epoch. May be fractional on a real clock, and jumps when somebody sets the machine's clock. */
  now(): number;
  /** Milliseconds since some moment. Goes on evenly whatever is done to the time of day: for how long something takes, and whether it is time. */
  monotonic(): number;
  /** Runs `action` once, `delayMs` from now. Returns a function that cancels it; cancelling twice is harmless. */
  after(delayMs: number, action: () => void): () => void;
}

/** The machine's own clock. A pending timer keeps the process alive, as `setTimeout` does. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.timeOrigin + performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};

/**
 * A clock that nobody sets: the time of day as it is now, and what passes from now on. For whatever is measured from its beginning to its end in one process and says its times, such as
 * a call: they are in order, and what lies between two of them is what passed.
 *
 * @param from the time of day to begin with
 */
export function steadyClock(clock: Clock, from = clock.now()): Clock {
  const begin = from - clock.monotonic();
  return {
    now: () => begin + clock.monotonic(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, action) => clock.after(delayMs, action),
  };
}

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
