import type { Schema } from '@hookswitch/openapi/operations';
import type { LiveIndex } from './dispatch/upkeep.js';
import type { QueuePlace } from './expected-wait.js';
import type { Offer } from './live-records.js';

/** So many calls are shown. */
const mostShown = 1000;

/** What the API shows of a queue. */
export function queueView(skillGroupId: string, places: readonly QueuePlace[], centre: LiveIndex): Schema<'Queue'> {
  const waits = places.map(({ waitedMs }) => waitedMs);
  const agents = { free: 0, unreachable: 0, notReady: 0, rest: 0, busy: 0, afterCallWork: 0, offline: 0 };
  for (const agent of centre.agents.values()) {
    if (!agent.skillGroups.some((group) => group.skillGroupId === skillGroupId)) continue;
    agents[agent.status === 'free' && agent.unreachable ? 'unreachable' : agent.status]++;
  }
  return {
    skillGroupId,
    size: places.length,
    longestWaitSeconds: waits.length === 0 ? null : waits.reduce((longest, ms) => Math.max(longest, ms), 0) / 1000,
    agents,
    entries: places.slice(0, mostShown).map((place) => entryView(place, centre)),
  };
}

function entryView({ entry, position, waitedMs, expected }: QueuePlace, centre: LiveIndex): Schema<'QueueEntry'> {
  return {
    queueEntryId: entry.id,
    contactId: entry.contactId,
    callId: entry.callId,
    state: entry.state === 'turnedAway' ? 'waiting' : entry.state,
    position,
    priority: entry.priority,
    enqueuedAt: new Date(entry.enqueuedAt).toISOString(),
    waitSeconds: waitedMs / 1000,
    expectedWaitSeconds: expected
      ? { p50: Math.ceil(expected.p50Ms / 1000), p90: Math.ceil(expected.p90Ms / 1000) }
      : null,
    offers: entry.offerIds.flatMap((id) => {
      const offer = centre.offers.get(id);
      return offer ? [offerView(offer)] : [];
    }),
  };
}

function offerView({ id, agentId, madeAt, ringsUntil, because }: Offer): Schema<'QueueOffer'> {
  return {
    offerId: id,
    agentId,
    madeAt: new Date(madeAt).toISOString(),
    ringsUntil: ringsUntil === undefined ? null : new Date(ringsUntil).toISOString(),
    because: because.map((reason) => ({ ...reason })),
  };
}
