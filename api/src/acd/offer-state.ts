import { OfferOverError } from './acd-errors.js';
import type { AgentSignal } from './agent-signal.js';
import { nextAgent } from './agent-state.js';
import type { LiveWrite } from './live-centre-store.js';
import type { LiveAgent, Offer, QueueEntry, RoutingReason } from './live-records.js';

/** An offer with what it claims. The agent or the entry may be missing after data was lost. */
export interface OfferClaims {
  readonly offer: Offer;
  readonly agent: LiveAgent | undefined;
  readonly entry: QueueEntry | undefined;
}

/** An agent to be asked. */
export interface NewOffer {
  readonly offerId: string;
  readonly agent: LiveAgent;
  readonly skillGroupId?: string | undefined;
  readonly because: readonly RoutingReason[];
}

/**
 * Offers a call to agents (more than one: ring all), claiming them and the call in one commit.
 *
 * @param ringsUntil when the owner gives up; undefined: rings on
 * @throws AgentStatusNotAllowedError where one of them is not free
 */
export function offerTo(
  entry: QueueEntry,
  offers: readonly NewOffer[],
  at: number,
  ringsUntil: number | undefined,
): LiveWrite[] {
  const offerIds = [...entry.offerIds, ...offers.map(({ offerId }) => offerId)];
  return [
    { put: { ...entry, state: 'offered', offerIds } },
    ...offers.flatMap((made): LiveWrite[] => [
      { put: nextAgent(made.agent, { type: 'offer', offerId: made.offerId }, at) },
      { put: offerOf(entry, made, at, ringsUntil) },
    ]),
  ];
}

/**
 * The agent answered, and is connected with the caller: it is in the call, the caller is out of the queue, and others who were asked stop ringing.
 *
 * @param others the other offers that ring for the same call, each with its agent
 * @param day today in the centre's time zone (yyyy-mm-dd), for "calls answered today"
 * @throws OfferOverError where the agent or the call is claimed otherwise by now
 */
export function acceptOffer(
  { offer, agent, entry }: OfferClaims,
  others: readonly Pick<OfferClaims, 'offer' | 'agent'>[],
  at: number,
  day: string,
): LiveWrite[] {
  if (!agent || !entry?.offerIds.includes(offer.id)) throw new OfferOverError(offer.id);
  const { contactId, nodeId } = offer;
  const answered = nextAgent(agent, { type: 'accept', offerId: offer.id, contactId, nodeId, day }, at);
  return [
    { put: answered },
    { remove: { kind: 'entry', id: entry.id, revision: entry.revision } },
    remove(offer),
    ...endOffers(others, at),
  ];
}

/** The agent refused: others are asked first. */
export function declineOffer(claims: OfferClaims, at: number): LiveWrite[] {
  return endOffer(claims, { type: 'decline', offerId: claims.offer.id }, at);
}

/** It rang too long. The agent is free again or at rest, by the centre's setting. */
export function missOffer(claims: OfferClaims, at: number, afterMissedOffer: 'free' | 'rest'): LiveWrite[] {
  return endOffer(claims, { type: 'miss', offerId: claims.offer.id, afterMissedOffer }, at);
}

/** Nothing of the agent's could be rung: it is offered no calls until there is a sign of it. */
export function unreachedOffer(claims: OfferClaims, at: number): LiveWrite[] {
  return endOffer(claims, { type: 'notReached', offerId: claims.offer.id }, at);
}

/** Taken back by us, nobody's fault: the caller keeps its place and the agent its turn. */
export function withdrawOffer(claims: OfferClaims, at: number): LiveWrite[] {
  return endOffer(claims, { type: 'withdraw', offerId: claims.offer.id }, at);
}

/** Refuses the offer for an agent who does something else instead (rest, offline): one commit. */
export function refuseOffer(
  claims: OfferClaims & { agent: LiveAgent },
  instead: readonly AgentSignal[],
  at: number,
): LiveWrite[] {
  const refused = nextAgent(claims.agent, { type: 'decline', offerId: claims.offer.id }, at);
  const next = instead.reduce((agent, signal) => nextAgent(agent, signal, at), refused);
  return [{ put: next }, ...leftEntry(claims, at, true), remove(claims.offer)];
}

/** Ends offers whose call is gone from the queue. */
export function endOffers(offers: readonly Pick<OfferClaims, 'offer' | 'agent'>[], at: number): LiveWrite[] {
  return offers.flatMap(({ offer, agent }) => [
    ...changed(agent, { type: 'withdraw', offerId: offer.id }, at),
    remove(offer),
  ]);
}

/** So many of those who refused are remembered with an entry. */
const mostDeclined = 200;

function endOffer(
  claims: OfferClaims,
  signal: AgentSignal & { type: 'decline' | 'miss' | 'notReached' | 'withdraw' },
  at: number,
): LiveWrite[] {
  return [
    ...changed(claims.agent, signal, at),
    ...leftEntry(claims, at, signal.type === 'decline' || signal.type === 'miss'),
    remove(claims.offer),
  ];
}

/** The entry without that offer. */
function leftEntry({ offer, entry }: OfferClaims, at: number, declined: boolean): LiveWrite[] {
  if (!entry?.offerIds.includes(offer.id)) return [];
  const offerIds = entry.offerIds.filter((id) => id !== offer.id);
  const others = entry.declined.filter(({ agentId }) => agentId !== offer.agentId);
  return [
    {
      put: {
        ...entry,
        offerIds,
        state: offerIds.length === 0 ? 'waiting' : 'offered',
        declined: declined ? [...others, { agentId: offer.agentId, at }].slice(-mostDeclined) : entry.declined,
      },
    },
  ];
}

function changed(agent: LiveAgent | undefined, signal: AgentSignal, at: number): LiveWrite[] {
  const next = agent && nextAgent(agent, signal, at);
  return next && next !== agent ? [{ put: next }] : [];
}

function remove({ kind, id, revision }: Offer): LiveWrite {
  return { remove: { kind, id, revision } };
}

function offerOf(
  entry: QueueEntry,
  { offerId, agent, skillGroupId, because }: NewOffer,
  at: number,
  ringsUntil: number | undefined,
): Offer {
  return {
    kind: 'offer',
    id: offerId,
    accountId: entry.accountId,
    revision: 0,
    entryId: entry.id,
    contactId: entry.contactId,
    agentId: agent.id,
    nodeId: entry.nodeId,
    ...(skillGroupId === undefined ? {} : { skillGroupId }),
    madeAt: at,
    ...(ringsUntil === undefined ? {} : { ringsUntil }),
    because,
  };
}
