import { LiveStateContendedError } from './acd-errors.js';
import type { AgentSignal } from './agent-signal.js';
import { nextAgent } from './agent-state.js';
import type { LiveCentreStore, LiveWrite } from './live-centre-store.js';
import type { LiveAgent } from './live-records.js';
import { type OfferClaims, refuseOffer } from './offer-state.js';

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

/** What a ringing agent may do instead of answering: the offer is refused in the same commit. */
const refusing: ReadonlySet<AgentSignal['type']> = new Set(['ask', 'goOffline', 'resumeCall']);

/**
 * Gives an agent a signal: reads, decides by the status machine, commits. A call that rings for an agent who asks for another status, goes offline or is in a call after all
 * is refused with it.
 *
 * @param absent makes the agent where there is none yet; undefined: then nothing happens
 * @returns the agent as it was before the change that was stored and as it is, or undefined where nothing changed
 * @throws AgentStatusNotAllowedError, RestReasonUnknownError, LiveStateContendedError
 */
export async function signalAgent(
  store: LiveCentreStore,
  accountId: string,
  agentId: string,
  signals: readonly AgentSignal[],
  at: number,
  absent?: () => LiveAgent,
): Promise<{ readonly before: LiveAgent; readonly after: LiveAgent } | undefined> {
  let change: { before: LiveAgent; after: LiveAgent } | undefined;
  const changed = await decideAndCommit(store, accountId, async () => {
    const before = (await store.get(accountId, 'agent', agentId)) ?? absent?.();
    if (!before) return undefined;
    const claims = before.offerId === undefined ? undefined : await readOffer(store, accountId, before.offerId);
    if (
      claims &&
      signals.some((signal) => refusing.has(signal.type) && !(signal.type === 'ask' && signal.status === 'free'))
    ) {
      const writes = refuseOffer({ ...claims, agent: before }, signals, at);
      const after = writes.find((write) => 'put' in write && write.put.kind === 'agent') as { put: LiveAgent };
      change = { before, after: after.put };
      return writes;
    }
    const after = signals.reduce((agent, signal) => nextAgent(agent, signal, at), before);
    change = { before, after };
    return after === before ? undefined : [{ put: after }];
  });
  return changed ? change : undefined;
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
