import type { CentreSettings } from '../../contact-centre/centre-settings.js';
import { nextAgent, offlineAt } from '../agent-state.js';
import type { LiveWrite } from '../live-centre-store.js';
import type { LiveAgent, Offer, QueueEntry } from '../live-records.js';
import { missOffer, type OfferClaims, refuseOffer, withdrawOffer } from '../offer-state.js';
import { leaveQueue } from '../queue-entry-state.js';

/*
 * What would stay for ever if nobody ended it: after-call work, agents whose clients are gone, offers that nobody ends, and what dead nodes leave.
 */

/** The owner of a call ends its offers itself; if it has not so long after, the routing node does. */
export const offerMarginMs = 5000;

/** The live records, by id. */
export interface LiveIndex {
  readonly agents: ReadonlyMap<string, LiveAgent>;
  readonly entries: ReadonlyMap<string, QueueEntry>;
  readonly offers: ReadonlyMap<string, Offer>;
}

type UpkeepSettings = Pick<CentreSettings, 'clientLostGraceSeconds' | 'afterMissedOffer'>;

/** When something is to be done for that agent; undefined: nothing, as it is. */
export function whenAgentIsDue(agent: LiveAgent, settings: UpkeepSettings): number | undefined {
  const times = [
    agent.afterCallWorkUntil,
    offlineAt(agent, settings.clientLostGraceSeconds * 1000),
    agent.unreachable?.until,
  ];
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

export function whenOfferIsDue({ ringsUntil }: Offer): number | undefined {
  return ringsUntil === undefined ? undefined : ringsUntil + offerMarginMs;
}

/** Ends after-call work whose time is over, brings an agent offline whose clients are gone, or tries one again whose mobile could not be reached. */
export function agentIsDue(
  index: LiveIndex,
  agentId: string,
  settings: UpkeepSettings,
  now: number,
): readonly LiveWrite[] | undefined {
  const agent = index.agents.get(agentId);
  if (!agent) return undefined;
  if ((offlineAt(agent, settings.clientLostGraceSeconds * 1000) ?? Number.POSITIVE_INFINITY) <= now) {
    return bringOffline(index, agent, now);
  }
  if ((agent.unreachable?.until ?? Number.POSITIVE_INFINITY) <= now) {
    return [{ put: nextAgent(agent, { type: 'reachableAgain' }, now) }];
  }
  if ((agent.afterCallWorkUntil ?? Number.POSITIVE_INFINITY) > now) return undefined;
  return [{ put: nextAgent(agent, { type: 'endAfterCallWork', by: 'system' }, now) }];
}

/** Ends an offer whose time is over although its owner did not. */
export function offerIsDue(
  index: LiveIndex,
  offerId: string,
  settings: UpkeepSettings,
  now: number,
): readonly LiveWrite[] | undefined {
  const claims = claimsOf(index, offerId);
  return claims && missOffer(claims, now, settings.afterMissedOffer);
}

/** One commit for each call, agent or offer that a dead node leaves. */
export function callsOfDeadNodes(index: LiveIndex, dead: ReadonlySet<string>, now: number): readonly LiveWrite[][] {
  const commits: LiveWrite[][] = [];
  for (const entry of index.entries.values()) {
    if (!dead.has(entry.nodeId)) continue;
    const offers = entry.offerIds.flatMap((id) => claimsOf(index, id) ?? []);
    commits.push(leaveQueue(entry, offers, now));
  }
  for (const offer of index.offers.values()) {
    // One whose entry is there was ended with it, or belongs to a node that lives.
    if (!dead.has(offer.nodeId) || index.entries.has(offer.entryId)) continue;
    commits.push(withdrawOffer(claimsOf(index, offer.id)!, now));
  }
  for (const agent of index.agents.values()) {
    const next = withoutDeadNodes(agent, dead, now);
    if (next !== agent) commits.push([{ put: next }]);
  }
  return commits;
}

function withoutDeadNodes(agent: LiveAgent, dead: ReadonlySet<string>, now: number): LiveAgent {
  let next = agent;
  for (const client of agent.clients) {
    if (dead.has(client.nodeId)) next = nextAgent(next, { type: 'clientLost', clientId: client.id }, now);
  }
  if (next.contactId === undefined || next.contactNodeId === undefined || !dead.has(next.contactNodeId)) return next;
  const { contactId } = next;
  return nextAgent(next, { type: 'callEnded', contactId, afterCallWorkSeconds: 0, why: 'callLost' }, now);
}

function bringOffline(index: LiveIndex, agent: LiveAgent, now: number): readonly LiveWrite[] {
  const offline = { type: 'goOffline', why: 'clientLost', by: 'system' } as const;
  if (agent.offerId === undefined) return [{ put: nextAgent(agent, offline, now) }];
  const claims = claimsOf(index, agent.offerId);
  return claims ? refuseOffer({ ...claims, agent }, [offline], now) : [];
}

function claimsOf(index: LiveIndex, offerId: string): OfferClaims | undefined {
  const offer = index.offers.get(offerId);
  return offer && { offer, agent: index.agents.get(offer.agentId), entry: index.entries.get(offer.entryId) };
}
