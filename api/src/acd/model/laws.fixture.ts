import { isAvailable } from '../agent-state.js';
import type { LiveAgent, Offer, QueueEntry, StatusChange } from '../live-records.js';
import { askAgainAfterMs } from '../routing/eligibility.js';
import type { Caller, CentreLife } from './centre-life.fixture.js';

/*
 * What holds in every contact centre, whatever happened before (metrics.md, "Conservation laws"; issue: nobody offered twice, nobody stuck, nobody lost).
 */

/** After every step. @throws Error that names the law */
export async function checkLaws(life: CentreLife): Promise<void> {
  const { agents, entries, offers } = await life.world.store.load('AC1');
  checkOffers(agents, entries, offers);
  checkCallers(life, agents, entries);
  checkStatuses(agents);
  law(life.ledger.broken === undefined, life.ledger.broken ?? '');
}

/** When everything has worked for a while: nobody waits whom somebody free may serve, nothing belongs to the dead. */
export async function checkAtRest(life: CentreLife): Promise<void> {
  const { agents, entries, offers } = await life.world.store.load('AC1');
  const now = life.world.clock.now();
  for (const entry of entries) {
    law(life.lives(entry.nodeId), `${entry.id} waits although its node is dead`);
    law(entry.state !== 'arriving', `${entry.id} has not been looked at`);
    if (entry.state !== 'waiting') continue;
    for (const agent of agents) {
      const match = isAvailable(agent) && mayServe(entry, agent, now);
      law(!match, `${entry.id} waits although ${agent.id} is free`);
    }
  }
  for (const { id, nodeId } of offers) law(life.lives(nodeId), `${id} rings although its node is dead`);
  for (const { id, contactNodeId } of agents) {
    law(contactNodeId === undefined || life.lives(contactNodeId), `${id} is in a call of a dead node`);
  }
}

function checkOffers(agents: readonly LiveAgent[], entries: readonly QueueEntry[], offers: readonly Offer[]): void {
  const agentOf = byId(agents);
  const entryOf = byId(entries);
  const offerOf = byId(offers);
  for (const offer of offers) {
    law(agentOf.get(offer.agentId)?.offerId === offer.id, `${offer.id} rings for ${offer.agentId}, who does not know`);
    law(entryOf.get(offer.entryId)?.offerIds.includes(offer.id) === true, `${offer.id} rings for a call that is gone`);
  }
  for (const { id, offerId, status, unreachable } of agents) {
    if (offerId === undefined) continue;
    law(offerOf.has(offerId), `${id} is stuck: its offer is gone`);
    law(status === 'free', `${id} is ${status} and rings`);
    law(unreachable === undefined, `${id} rings although it could not be reached`);
  }
  for (const { id, state, offerIds } of entries) {
    law((state === 'offered') === offerIds.length > 0, `${id} is ${state} with ${offerIds.length} offers`);
    for (const offerId of offerIds) law(offerOf.has(offerId), `${id} is stuck: an offer of it is gone`);
  }
}

/** Q = A + B + E + still waiting, for each caller by itself. */
function checkCallers(life: CentreLife, agents: readonly LiveAgent[], entries: readonly QueueEntry[]): void {
  const entryOf = byId(entries);
  for (const [id, caller] of life.callers) {
    const entry = entryOf.get(id);
    if (caller.state === 'waiting') law(entry !== undefined, `${id} waits and is lost`);
    else if (caller.state !== 'lostWithNode') law(entry === undefined, `${id} is ${caller.state} and still waits`);
    checkTalk(id, caller, agents);
  }
  for (const { id } of entries) law(life.callers.has(id), `${id} is nobody's`);
}

function checkTalk(id: string, { state, agentId, draft }: Caller, agents: readonly LiveAgent[]): void {
  const inIt = agents.filter(({ contactId }) => contactId === draft.contactId);
  law(inIt.length <= 1, `${id} is with ${inIt.length} agents`);
  if (state === 'talking') law(inIt[0]?.id === agentId, `${id} talks with ${agentId}, who is not in the call`);
  if (state !== 'talking' && state !== 'lostWithNode') law(inIt.length === 0, `${inIt[0]?.id} is stuck in ${id}`);
}

/**
 * Watches every commit: each change of a status begins where the one before ended and is told, so that the times in all statuses add up to the time logged in, to the millisecond.
 */
export class StatusLedger {
  readonly #last = new Map<string, StatusChange>();
  /** As `#last`, of those who are not heard of since the live state was lost. */
  readonly #lost = new Map<string, StatusChange>();
  readonly #times = new Map<string, { inStatuses: number; loggedIn: number; onlineSince: number | undefined }>();
  broken: string | undefined;

  /** The live state was lost: each agent begins anew, or goes on as it was. */
  lose(): void {
    for (const [id, change] of this.#last) this.#lost.set(id, change);
    this.#last.clear();
  }

  heard({ id, status, lastChange }: LiveAgent): void {
    const lost = this.#lost.get(id);
    if (lost && lastChange.number > 0) {
      this.#lost.delete(id);
      if (lastChange.number > 1) this.#last.set(id, lost);
      else this.#times.delete(id);
    }
    const before = this.#last.get(id);
    if ((before?.number ?? 0) === lastChange.number) {
      if (status !== (before?.to ?? 'offline')) this.broken = `${id} became ${status} without a change`;
      return;
    }
    this.#last.set(id, lastChange);
    if (lastChange.number !== (before?.number ?? 0) + 1) this.broken = `${id} missed change ${lastChange.number - 1}`;
    if (lastChange.from !== (before?.to ?? 'offline')) this.broken = `${id} was ${before?.to}, not ${lastChange.from}`;
    if (before && lastChange.at < before.at) this.broken = `${id} changed before it had changed`;
    this.#add(id, before, lastChange);
  }

  #add(id: string, before: StatusChange | undefined, { from, to, at }: StatusChange): void {
    const times = this.#times.get(id) ?? { inStatuses: 0, loggedIn: 0, onlineSince: undefined };
    this.#times.set(id, times);
    if (before && from !== 'offline') times.inStatuses += at - before.at;
    if (from === 'offline') times.onlineSince = at;
    if (to !== 'offline') return;
    times.loggedIn += at - (times.onlineSince ?? at);
    times.onlineSince = undefined;
    if (times.inStatuses !== times.loggedIn) {
      this.broken = `${id} was ${times.inStatuses} ms in statuses and logged in for ${times.loggedIn} ms`;
    }
  }
}

function checkStatuses(agents: readonly LiveAgent[]): void {
  for (const { id, status, contactId, afterCallWorkUntil, lastChange, since } of agents) {
    law((status === 'busy') === (contactId !== undefined), `${id} is ${status} with contact ${contactId}`);
    law(afterCallWorkUntil === undefined || status === 'afterCallWork', `${id} is ${status} with work to end`);
    law(lastChange.to === status && lastChange.at === since, `${id} does not know since when it is ${status}`);
  }
}

/** In the words of the requirement, not in those of the code. */
function mayServe(entry: QueueEntry, agent: LiveAgent, now: number): boolean {
  const refusal = entry.declined.find(({ agentId }) => agentId === agent.id);
  if (refusal && now - refusal.at < askAgainAfterMs) return false;
  if (entry.onlyAgentIds) return entry.onlyAgentIds.includes(agent.id);
  if (entry.preferredAgentIds.includes(agent.id)) return true;
  // Only the own group: overflow steps may have changed a moment ago.
  return agent.skillGroups.some(({ skillGroupId }) => skillGroupId === entry.skillGroupId);
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

function law(holds: boolean, broken: string): void {
  if (!holds) throw new Error(broken);
}
