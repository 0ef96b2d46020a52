import { type Clock, pause } from '@hookswitch/kernel/clock';

/** The pause before the last try, milliseconds: with those before it a minute. */
const longestPauseMs = 20_000;

/**
 * Does what must be done until it is done, for a minute: an agent or a caller would be stuck until routing sees it. Resolves to whether it was done; never
 * rejects.
 */
export async function insist(
  clock: Clock,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<boolean> {
  for (let waitMs = 200; waitMs < longestPauseMs; waitMs *= 1.5) {
    try {
      await work();
      return true;
    } catch (error) {
      failed(error);
      await pause(clock, waitMs);
    }
  }
  return false;
}
