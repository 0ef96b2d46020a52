import { OfferOverError } from './acd-errors.js';
import { decideAndCommit, readOffer, readOffers } from './decide-and-commit.js';
import type { LiveCentreStore } from './live-centre-store.js';
import {
  acceptOffer,
  declineOffer,
  missOffer,
  type OfferClaims,
  unreachedOffer,
  withdrawOffer,
} from './offer-state.js';
import { leaveQueue } from './queue-entry-state.js';

/*
 * What the owner of a call does to its offers and its entry: read, decide by the pure functions, commit, and again where somebody was quicker. Of an answer, a refusal,
 * a time-out and the caller's hang-up one wins; the others get OfferOverError or `false`.
 */

/** The agent answered. @throws OfferOverError where it was too late */
export async function answerOffer(
  store: LiveCentreStore,
  accountId: string,
  offerId: string,
  at: number,
  day: string,
): Promise<void> {
  await decideAndCommit(store, accountId, async () => {
    const claims = await readOffer(store, accountId, offerId);
    if (!claims) throw new OfferOverError(offerId);
    const otherIds = claims.entry?.offerIds.filter((id) => id !== offerId) ?? [];
    return acceptOffer(claims, await readOffers(store, accountId, otherIds), at, day);
  });
}

/** How an offer ends without an answer: the agent refused it, missed it, could not be reached, or we take it back. */
export type OfferEnd =
  | { readonly type: 'declined' }
  | { readonly type: 'unreachable' }
  | { readonly type: 'missed'; readonly afterMissedOffer: 'free' | 'rest' }
  | { readonly type: 'withdrawn' };

/** Ends an offer without an answer. Resolves to whether it was still there. */
export function endUnansweredOffer(
  store: LiveCentreStore,
  accountId: string,
  offerId: string,
  at: number,
  end: OfferEnd,
): Promise<boolean> {
  return decideAndCommit(store, accountId, async () => {
    const claims = await readOffer(store, accountId, offerId);
    return claims && endWrites(claims, at, end);
  });
}

/** The caller leaves the queue; offers that ring for it end. Resolves to whether it was still in it: `false` where an agent answered first. */
export function leave(store: LiveCentreStore, accountId: string, entryId: string, at: number): Promise<boolean> {
  return decideAndCommit(store, accountId, async () => {
    const entry = await store.get(accountId, 'entry', entryId);
    return entry && leaveQueue(entry, await readOffers(store, accountId, entry.offerIds), at);
  });
}

function endWrites(claims: OfferClaims, at: number, end: OfferEnd) {
  if (end.type === 'declined') return declineOffer(claims, at);
  if (end.type === 'unreachable') return unreachedOffer(claims, at);
  if (end.type === 'missed') return missOffer(claims, at, end.afterMissedOffer);
  return withdrawOffer(claims, at);
}
