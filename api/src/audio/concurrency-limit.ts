import { BaseError } from '@hookswitch/kernel/base-error';

/** More work waits than is reasonable. */
export class TooMuchWaitingError extends BaseError {
  constructor(what: string) {
    super('limit', 'too-busy', `Too much waits for ${what}. Try again in a moment.`, { retryAfterSeconds: 2 });
  }
}

/** Runs `work` when there is room; rejects at once where too much waits. */
export type ConcurrencyLimit = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `concurrency` at a time, at most `waiting` in line; first come, first served. */
export function concurrencyLimit(what: string, concurrency: number, waiting: number): ConcurrencyLimit {
  let running = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (running >= concurrency) {
      if (line.length >= waiting) throw new TooMuchWaitingError(what);
      await new Promise<void>((resolve) => line.push(resolve)); // whoever ends hands its place on
    } else running++;
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}
