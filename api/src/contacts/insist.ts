import { type Clock, pause } from '@hookswitch/kernel/clock';

/** The pause before the last try, milliseconds: with those before it a minute. */
const longestPauseMs = 20_000;

/** Does what must be done until it is done, for a minute. Resolves to whether it was done; never rejects. */
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

/**
 * Goes on where that minute was too short, for as long as the process lives: an agent or a caller would be stuck in a live state that was away and came back as it was. Who stops does not
 * wait for it: then the lease of the process runs out, and routing ends what is left.
 */
export async function keepInsisting(
  clock: Clock,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<void> {
  for (let done = false; !done; ) {
    await pause(clock, longestPauseMs);
    done = await work().then(
      () => true,
      (error: unknown) => {
        failed(error);
        return false;
      },
    );
  }
}
