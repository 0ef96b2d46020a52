import { LiveStateContendedError } from './acd-errors.js';
import type { LiveCentreStore, LiveWrite } from './live-centre-store.js';
import type { LiveAgent } from './live-records.js';
import type { OfferClaims } from './offer-state.js';

/** More attempts than any meeting of honest processes takes. */
const mostAttempts = 25;

/**
 * Reads, decides and commits, and does it again where somebody else was quicker. `decide` reads what it needs anew each time and answers the writes;
 * none, or undefined, where there is nothing (left) to do; what it throws ends it.
 *
 * @returns whether something was written
 * @throws LiveStateContendedError after many lost attempts
 */
export async function decideAndCommit(
  store: LiveCentreStore,
  accountId: string,
  decide: () => Promise<readonly LiveWrite[] | undefined>,
): Promise<boolean> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const writes = await decide();
    if (!writes || writes.length === 0) return false;
    if ((await store.commit(accountId, writes)).committed) return true;
  }
  throw new LiveStateContendedError();
}

/** An offer with its agent and entry as they are now; undefined where it is over. */
export async function readOffer(
  store: LiveCentreStore,
  accountId: string,
  offerId: string,
): Promise<OfferClaims | undefined> {
  const offer = await store.get(accountId, 'offer', offerId);
  if (!offer) return undefined;
  const [agent, entry] = await Promise.all([
    store.get(accountId, 'agent', offer.agentId),
    store.get(accountId, 'entry', offer.entryId),
  ]);
  return { offer, agent, entry };
}

/** Those of these offers that exist, each with its agent. */
export async function readOffers(
  store: LiveCentreStore,
  accountId: string,
  offerIds: readonly string[],
): Promise<readonly Pick<OfferClaims, 'offer' | 'agent'>[]> {
  const found = await Promise.all(
    offerIds.map(async (id) => {
      const offer = await store.get(accountId, 'offer', id);
      return offer && { offer, agent: await store.get(accountId, 'agent', offer.agentId) };
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** One change of one agent. `decide` may throw; the same object, or undefined, means nothing to do. */
export function changeAgent(
  store: LiveCentreStore,
  accountId: string,
  agentId: string,
  decide: (agent: LiveAgent | undefined) => LiveAgent | undefined,
): Promise<boolean> {
  return decideAndCommit(store, accountId, async () => {
    const agent = await store.get(accountId, 'agent', agentId);
    const next = decide(agent);
    return next && next !== agent ? [{ put: next }] : undefined;
  });
}
