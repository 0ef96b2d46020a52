import {
  type LiveAgent,
  type LiveCentre,
  type LiveRecord,
  type Offer,
  type QueueEntry,
  type QueuePlace,
  queuePlaces,
} from '../acd/index.js';
import type { SkillGroup } from '../skill-groups/index.js';

/** The places of a line are worked out once for all who ask within so long, milliseconds. */
const placesKeptMs = 1000;

/** The live records of one account, found by what contacts ask: whose they are, and where in line. */
export class LiveBook {
  readonly #agents = new Map<string, LiveAgent>();
  readonly #entries = new Map<string, QueueEntry>();
  readonly #offers = new Map<string, Offer>();
  /** Entries and offers by their contact. */
  readonly #byContact = new Map<string, Set<QueueEntry | Offer>>();
  readonly #places = new Map<string, { readonly at: number; readonly places: ReadonlyMap<string, QueuePlace> }>();

  load({ agents, entries, offers }: Pick<LiveCentre, 'agents' | 'entries' | 'offers'>): void {
    this.clear();
    for (const record of [...agents, ...entries, ...offers]) this.#put(record);
  }

  clear(): void {
    for (const each of [this.#agents, this.#entries, this.#offers, this.#byContact, this.#places]) each.clear();
  }

  /** Takes one change over. Answers the contacts it is about. */
  change(kind: LiveRecord['kind'], id: string, record: LiveRecord | undefined): readonly string[] {
    const before = this.#remove(kind, id);
    if (record) this.#put(record);
    const both = [before, record].filter((each) => each !== undefined && each.kind !== 'agent');
    return [...new Set(both.map((each) => (each as QueueEntry | Offer).contactId))];
  }

  agent(agentId: string): LiveAgent | undefined {
    return this.#agents.get(agentId);
  }

  of(contactId: string): { readonly entries: readonly QueueEntry[]; readonly offers: readonly Offer[] } {
    const records = [...(this.#byContact.get(contactId) ?? [])];
    return {
      entries: records.filter((record): record is QueueEntry => record.kind === 'entry'),
      offers: records.filter((record): record is Offer => record.kind === 'offer'),
    };
  }

  /** Whether anybody of the group is at work: neither offline nor at rest. */
  hasSeat(skillGroupId: string): boolean {
    for (const { status, skillGroups } of this.#agents.values()) {
      if (status === 'offline' || status === 'rest') continue;
      if (skillGroups.some((group) => group.skillGroupId === skillGroupId)) return true;
    }
    return false;
  }

  /** Where that entry stands in its group's line; undefined where it has none. A second old at most. */
  async placeOf(
    entryId: string,
    now: number,
    groupOf: (skillGroupId: string) => Promise<SkillGroup | undefined>,
  ): Promise<QueuePlace | undefined> {
    const skillGroupId = this.#entries.get(entryId)?.skillGroupId;
    if (skillGroupId === undefined) return undefined;
    const known = this.#places.get(skillGroupId);
    if (known && now - known.at < placesKeptMs && known.places.has(entryId)) return known.places.get(entryId);
    const group = await groupOf(skillGroupId);
    const groups = new Map(group ? [[group.id, group]] : []);
    const line = { agents: this.#agents.values(), entries: this.#entries.values() };
    const found = queuePlaces(skillGroupId, line, groups, now);
    const places = new Map(found.map((place) => [place.entry.id, place]));
    this.#places.set(skillGroupId, { at: now, places });
    return places.get(entryId);
  }

  #put(record: LiveRecord): void {
    if (record.kind === 'agent') return void this.#agents.set(record.id, record);
    if (record.kind === 'entry') this.#entries.set(record.id, record);
    else this.#offers.set(record.id, record);
    const records = this.#byContact.get(record.contactId) ?? new Set();
    this.#byContact.set(record.contactId, records.add(record));
  }

  #remove(kind: LiveRecord['kind'], id: string): LiveRecord | undefined {
    const map: Map<string, LiveRecord> = { agent: this.#agents, entry: this.#entries, offer: this.#offers }[
      kind
    ] as Map<string, LiveRecord>;
    const record = map.get(id);
    map.delete(id);
    if (record === undefined || record.kind === 'agent') return record;
    const records = this.#byContact.get(record.contactId);
    records?.delete(record);
    if (records?.size === 0) this.#byContact.delete(record.contactId);
    return record;
  }
}
