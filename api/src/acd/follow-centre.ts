import { isNext, type LiveCentre, type LiveCentreStore, type LiveChange } from './live-centre-store.js';

export interface CentreFollower {
  /** The whole state, at first and whenever changes may have been missed: forget what was known. */
  loaded(centre: LiveCentre): void;
  /** The next change: each once, in order, on top of what was loaded. */
  changed(change: LiveChange): void;
  /** The state could not be read; it is tried again. */
  failed?(error: unknown): void;
}

/**
 * Keeps a view of an account's live state up to date: subscribes, loads, hands on the changes after what was loaded, and loads again where some are missing.
 * Rejects where the first load fails. Resolves, once loaded, to what ends it.
 *
 * @param retryLater runs what it is given after a moment: for loads that fail later.
 */
export async function followCentre(
  store: LiveCentreStore,
  accountId: string,
  follower: CentreFollower,
  retryLater: (again: () => void) => void,
): Promise<() => Promise<void>> {
  let at: { readonly epoch: string; readonly sequence: number } | undefined;
  let early: LiveChange[] = [];
  let ended = false;
  let turn = 0;

  const take = (change: LiveChange) => {
    if (!at) return void early.push(change);
    if (change.epoch === at.epoch && change.sequence <= at.sequence) return;
    if (!isNext(at, change)) return loadAgain();
    at = change;
    follower.changed(change);
  };
  const load = async () => {
    const mine = ++turn;
    const centre = await store.load(accountId);
    // Told to load again meanwhile: that load counts.
    if (mine !== turn || ended) return;
    at = centre;
    const waiting = early;
    early = [];
    follower.loaded(centre);
    for (const change of waiting) take(change);
  };
  const loadAgain = () => {
    at = undefined;
    early = [];
    load().catch((error: unknown) => {
      follower.failed?.(error);
      if (!ended) retryLater(loadAgain);
    });
  };

  const unsubscribe = await store.subscribe(accountId, {
    changed: (change) => !ended && take(change),
    reload: () => !ended && loadAgain(),
  });
  const end = async () => {
    ended = true;
    await unsubscribe();
  };
  try {
    await load();
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}
