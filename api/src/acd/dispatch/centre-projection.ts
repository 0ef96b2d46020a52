import { isAvailable } from '../agent-state.js';
import type { ChangedRecord, LiveCentre } from '../live-centre-store.js';
import type { LiveAgent, Offer, QueueEntry } from '../live-records.js';
import { allGroups, servingGroups } from '../routing/eligibility.js';
import { compareEntries } from '../routing/order-entries.js';
import type { RoutingGroup, RoutingSnapshot } from '../routing/snapshot.js';
import { Line } from './line.js';
import { NodeCounts } from './node-counts.js';
import { SeatCounts } from './seat-counts.js';

/** What routing has to look at again. */
export interface Touched {
  readonly groups: Set<string>;
  readonly agents: Set<string>;
}

/** What the routing node decided and the store has not answered yet: left out of further decisions. */
export interface Claims {
  readonly agents: ReadonlySet<string>;
  readonly entries: ReadonlyMap<string, 'offer' | 'admit' | 'turnAway'>;
}

/**
 * An account's live state as the routing node knows it, indexed by what routing asks: who is free in a group, which calls stand in its line (own ones and those that may
 * overflow to it), who is there at all. It notes what a change touches, so that only that is routed again.
 */
export class CentreProjection {
  readonly agents = new Map<string, LiveAgent>();
  readonly entries = new Map<string, QueueEntry>();
  readonly offers = new Map<string, Offer>();
  readonly seats = new SeatCounts(this.agents);
  readonly nodes = new NodeCounts();
  touched: Touched = untouched();

  readonly #groups: ReadonlyMap<string, RoutingGroup>;
  readonly #free = new Map<string, LiveAgent>();
  readonly #freeIn = new Map<string, Map<string, LiveAgent>>();
  readonly #lines = new Map<string, Line>();
  /** In which lines an entry stands. */
  readonly #standsIn = new Map<string, readonly string[]>();
  readonly #arriving = new Set<string>();
  /** The entries of a group, in whatever state. */
  readonly #queuedFor = new Map<string, Set<string>>();
  readonly #waitingIn = new Map<string, number>();
  /** Entries that name an agent. */
  readonly #naming = new Map<string, Set<string>>();

  /** @param groups the groups known now; `groupChanged` tells of each that changes in it */
  constructor(groups: ReadonlyMap<string, RoutingGroup>) {
    this.#groups = groups;
  }

  load(centre: LiveCentre): void {
    const indexes = [this.agents, this.entries, this.offers, this.#free, this.#freeIn, this.#lines, this.#standsIn];
    for (const index of [...indexes, this.#arriving, this.#queuedFor, this.#waitingIn, this.#naming]) index.clear();
    this.seats.clear();
    this.nodes.clear();
    this.touched = untouched();
    for (const agent of centre.agents) this.#setAgent(agent.id, agent);
    for (const entry of centre.entries) this.#setEntry(entry.id, entry);
    for (const offer of centre.offers) this.#setOffer(offer.id, offer);
  }

  apply({ kind, id, record }: ChangedRecord): void {
    if (kind === 'agent') this.#setAgent(id, record as LiveAgent | undefined);
    else if (kind === 'entry') this.#setEntry(id, record as QueueEntry | undefined);
    else this.#setOffer(id, record as Offer | undefined);
  }

  /** The group's record is another than before: its calls may stand in other lines, in another order. */
  groupChanged(skillGroupId: string): void {
    const ids = new Set(this.#queuedFor.get(skillGroupId));
    const lines = new Set([...ids].flatMap((id) => this.#standsIn.get(id) ?? []));
    // All at once, since their order may be another: a line is searched by its order.
    for (const groupId of lines) this.#lines.get(groupId)?.drop(ids);
    for (const id of ids) this.#setEntry(id, this.entries.get(id));
    this.touched.groups.add(skillGroupId);
  }

  /** Looks at that call again: more may serve it now than before. */
  touchEntry(entry: QueueEntry, now: number): void {
    this.#touch(this.touched, entry.id, now);
  }

  touchAgent(agent: LiveAgent): void {
    this.touched.agents.add(agent.id);
    for (const { skillGroupId } of agent.skillGroups) this.touched.groups.add(skillGroupId);
  }

  /** Everything. */
  touchAll(): void {
    for (const groupId of [...this.#lines.keys(), ...this.#freeIn.keys()]) this.touched.groups.add(groupId);
    for (const agentId of this.#naming.keys()) this.touched.agents.add(agentId);
  }

  /** What routing needs to decide on what was touched. */
  snapshot(touched: Touched, claims: Claims, now: number, day: string): RoutingSnapshot {
    // One that arrives is decided on in any case, so all who may serve it have to be there.
    for (const entryId of this.#arriving) if (!claims.entries.has(entryId)) this.#touch(touched, entryId, now);
    const agents = this.#freeAmong(touched, claims);
    const entries = this.#entriesAmong(touched, claims, agents.size > 0);
    for (const entry of entries) {
      for (const agentId of named(entry)) {
        const agent = this.#free.get(agentId);
        if (agent && !claims.agents.has(agentId)) agents.set(agentId, agent);
      }
    }
    return {
      now,
      day,
      agents: [...agents.values()],
      entries: [...entries],
      groups: this.#groups,
      seats: this.seats,
      waitingIn: (skillGroupId) => this.#countWaiting(skillGroupId, claims),
    };
  }

  /** The calls that members of that group may serve, now or later, in order. */
  line(skillGroupId: string): readonly QueueEntry[] {
    return this.#lines.get(skillGroupId)?.entries ?? [];
  }

  #touch(touched: Touched, entryId: string, now: number): void {
    const entry = this.entries.get(entryId);
    if (!entry) return;
    for (const { skillGroupId } of servingGroups(entry, this.#groups, now)) touched.groups.add(skillGroupId);
    for (const agentId of named(entry)) touched.agents.add(agentId);
  }

  #freeAmong(touched: Touched, claims: Claims): Map<string, LiveAgent> {
    const found = new Map<string, LiveAgent>();
    const add = (agent: LiveAgent | undefined) => {
      if (agent && !claims.agents.has(agent.id)) found.set(agent.id, agent);
    };
    for (const groupId of touched.groups) for (const agent of this.#freeIn.get(groupId)?.values() ?? []) add(agent);
    for (const agentId of touched.agents) add(this.#free.get(agentId));
    return found;
  }

  #entriesAmong(touched: Touched, claims: Claims, anyFree: boolean): Set<QueueEntry> {
    const found = new Set<QueueEntry>();
    const add = (entry: QueueEntry | undefined) => {
      if (entry && !claims.entries.has(entry.id)) found.add(entry);
    };
    for (const groupId of touched.groups) {
      // Where nobody is free, those who wait go on waiting, unless nobody is there at all.
      if (!anyFree && this.seats.group(groupId).online) continue;
      for (const entry of this.#lines.get(groupId)?.entries ?? []) add(entry);
    }
    for (const agentId of touched.agents) {
      for (const entryId of this.#naming.get(agentId) ?? []) add(this.entries.get(entryId));
    }
    for (const entryId of this.#arriving) add(this.entries.get(entryId));
    return found;
  }

  #countWaiting(skillGroupId: string, claims: Claims): number {
    let count = this.#waitingIn.get(skillGroupId) ?? 0;
    for (const [entryId, claim] of claims.entries) {
      const entry = this.entries.get(entryId);
      if (entry?.skillGroupId !== skillGroupId) continue;
      if (claim === 'admit' && entry.state === 'arriving') count++;
      if (claim === 'offer' && entry.state === 'waiting') count--;
    }
    return count;
  }

  #setAgent(id: string, agent: LiveAgent | undefined): void {
    const before = this.agents.get(id);
    this.seats.change(before, agent);
    this.nodes.change(before, agent);
    if (before) {
      this.#free.delete(id);
      for (const { skillGroupId } of before.skillGroups) this.#freeIn.get(skillGroupId)?.delete(id);
    }
    if (!agent) {
      this.agents.delete(id);
      if (before) this.touchAgent(before);
      return;
    }
    this.agents.set(id, agent);
    if (isAvailable(agent)) {
      this.#free.set(id, agent);
      for (const { skillGroupId } of agent.skillGroups) of(this.#freeIn, skillGroupId, newMap).set(id, agent);
      this.touchAgent(agent);
    } else if (agent.status === 'rest' || agent.status === 'offline') this.touchAgent(agent);
  }

  #setOffer(id: string, offer: Offer | undefined): void {
    this.nodes.change(this.offers.get(id), offer);
    if (offer) this.offers.set(id, offer);
    else this.offers.delete(id);
  }

  #setEntry(id: string, entry: QueueEntry | undefined): void {
    const before = this.entries.get(id);
    this.nodes.change(before, entry);
    if (before) this.#takeOut(before);
    if (!entry) {
      this.entries.delete(id);
      return;
    }
    this.entries.set(id, entry);
    const { state, skillGroupId } = entry;
    if (skillGroupId !== undefined) of(this.#queuedFor, skillGroupId, newSet).add(id);
    if (state === 'turnedAway' || (state === 'offered' && !this.#ringsMore(entry))) return;
    if (state === 'arriving') this.#arriving.add(id);
    if (state === 'waiting' && skillGroupId !== undefined) this.#countIn(skillGroupId, 1);
    const lines = [...new Set(allGroups(entry, this.#groups))];
    this.#standsIn.set(id, lines);
    for (const groupId of lines) of(this.#lines, groupId, this.#newLine).add(entry);
    for (const agentId of named(entry)) of(this.#naming, agentId, newSet).add(id);
    for (const groupId of lines) this.touched.groups.add(groupId);
    for (const agentId of named(entry)) this.touched.agents.add(agentId);
  }

  #takeOut(entry: QueueEntry): void {
    const { id, state, skillGroupId } = entry;
    for (const groupId of this.#standsIn.get(id) ?? []) this.#lines.get(groupId)?.remove(entry);
    if (this.#standsIn.delete(id) && state === 'waiting' && skillGroupId !== undefined) this.#countIn(skillGroupId, -1);
    this.#arriving.delete(id);
    remove(this.#queuedFor, skillGroupId, id);
    for (const agentId of named(entry)) remove(this.#naming, agentId, id);
  }

  #ringsMore({ skillGroupId }: QueueEntry): boolean {
    return skillGroupId !== undefined && this.#groups.get(skillGroupId)?.strategy === 'ringAll';
  }

  #countIn(skillGroupId: string, by: number): void {
    this.#waitingIn.set(skillGroupId, (this.#waitingIn.get(skillGroupId) ?? 0) + by);
  }

  readonly #newLine = () => new Line(compareEntries(this.#groups));
}

export function untouched(): Touched {
  return { groups: new Set(), agents: new Set() };
}

function named({ onlyAgentIds, preferredAgentIds }: QueueEntry): readonly string[] {
  return onlyAgentIds ?? preferredAgentIds;
}

const newMap = () => new Map<string, LiveAgent>();
const newSet = () => new Set<string>();

/** Takes it out of the set of that key, and the set with its last. */
function remove(sets: Map<string, Set<string>>, key: string | undefined, value: string): void {
  const set = key === undefined ? undefined : sets.get(key);
  if (set?.delete(value) && set.size === 0) sets.delete(key!);
}

function of<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
