import type { EndCode } from '../../call-records/call-in-contact.js';
import type { Participant, TrailEntry } from '../contact.js';
import type { Effect, EmittedEvent, FlowFacts, Party, Placed, Search, Visit, VisitRecord } from './visit.js';

/** The most entries of a trail, and participants, that a record keeps. */
const mostTrail = 500;
const mostParticipants = 50;

/** A visit after an act, and what is to be done because of it. */
export interface Step {
  readonly visit: Visit;
  readonly effects: readonly Effect[];
}

/** An act: changes the draft it is given. */
export type Act = (draft: VisitDraft) => void;

/** What comes of an act at that time. Pure: the visit that is given stays as it is. Nothing happens to a visit that is over. */
export function step(visit: Visit, now: number, act: Act): Step {
  const draft = new VisitDraft(visit, now);
  act(draft);
  return draft.done();
}

/** A visit while one act changes it. */
export class VisitDraft {
  readonly now: number;
  readonly #effects: Effect[] = [];
  #visit: Visit;

  constructor(visit: Visit, now: number) {
    this.#visit = visit;
    this.now = now;
  }

  done(): Step {
    return { visit: this.#visit, effects: this.#effects };
  }

  get contact(): VisitRecord {
    return this.#visit.contact;
  }
  get parties(): readonly Party[] {
    return this.#visit.parties;
  }
  get searches(): readonly Search[] {
    return this.#visit.searches;
  }
  get lastWait(): Visit['lastWait'] {
    return this.#visit.lastWait;
  }
  get flow(): FlowFacts {
    return this.#visit.flow ?? {};
  }
  get placed(): Placed | undefined {
    return this.#visit.placed;
  }
  get over(): boolean {
    return this.contact.status === 'finished';
  }
  get customer(): Party | undefined {
    return this.parties.find(({ role }) => role === 'customer');
  }
  /** Agents and external lines in the talk. */
  get talkers(): readonly Party[] {
    return this.parties.filter(({ role, state }) => (role === 'agent' || role === 'external') && state === 'talking');
  }

  do(...effects: readonly Effect[]): void {
    this.#effects.push(...effects);
  }
  emit(type: EmittedEvent, detail?: Readonly<Record<string, unknown>>): void {
    this.do(detail === undefined ? { kind: 'emit', type } : { kind: 'emit', type, detail });
  }

  record(change: Partial<VisitRecord>): void {
    this.#visit = { ...this.#visit, contact: { ...this.contact, ...change } };
  }
  waited(result: NonNullable<Visit['lastWait']>): void {
    this.#visit = { ...this.#visit, lastWait: result };
  }
  inFlow(facts: { readonly [Name in keyof FlowFacts]: FlowFacts[Name] | undefined }): void {
    this.#visit = { ...this.#visit, flow: { ...this.flow, ...facts } as FlowFacts };
  }
  trail(what: TrailEntry['what'], more: Omit<TrailEntry, 'at' | 'what'> = {}): void {
    this.record({ trail: [...this.contact.trail, { at: this.now, what, ...more }].slice(-mostTrail) });
  }

  party(sequence: number): Party | undefined {
    return this.parties.find((party) => party.sequence === sequence);
  }
  /** A new participant, and its party. Resolves to its sequence. */
  call(
    participant: Pick<Participant, 'type'> & Partial<Participant>,
    party: Omit<Party, 'sequence' | 'muted'>,
  ): number {
    const { participants } = this.contact;
    const sequence = (participants.at(-1)?.sequence ?? -1) + 1;
    const made: Participant = { startedAt: this.now, heldMs: 0, ...participant, sequence };
    this.record({ participants: withinLimit([...participants, made]) });
    this.#visit = { ...this.#visit, parties: [...this.parties, { muted: false, ...party, sequence }] };
    return sequence;
  }
  changeParty(sequence: number, change: Partial<Party>): void {
    const party = this.party(sequence);
    if (party) this.replaceParty({ ...party, ...change });
  }
  replaceParty(party: Party): void {
    const parties = this.parties.map((each) => (each.sequence === party.sequence ? party : each));
    this.#visit = { ...this.#visit, parties };
  }
  participant(sequence: number): Participant | undefined {
    return this.contact.participants.find((each) => each.sequence === sequence);
  }
  changeParticipant(sequence: number, change: Partial<Participant>): void {
    this.record({
      participants: this.contact.participants.map((each) =>
        each.sequence === sequence ? { ...each, ...change } : each,
      ),
    });
  }
  /** It is no party any more: its participant's stay ends. */
  removeParty(sequence: number, endCode: EndCode): void {
    this.retrieve(sequence);
    this.#visit = { ...this.#visit, parties: this.parties.filter((party) => party.sequence !== sequence) };
    this.changeParticipant(sequence, { endedAt: this.now, endCode });
  }

  hold(sequence: number, heldWith: NonNullable<Party['heldWith']>): void {
    const party = this.party(sequence);
    if (party) this.changeParty(sequence, { heldSince: party.heldSince ?? this.now, heldWith });
  }
  retrieve(sequence: number): void {
    const party = this.party(sequence);
    if (party?.heldSince === undefined) return;
    const { heldSince, heldWith: _, ...rest } = party;
    this.replaceParty(rest);
    const heldMs = (this.participant(sequence)?.heldMs ?? 0) + this.now - heldSince;
    this.changeParticipant(sequence, { heldMs });
  }

  search(id: string): Search | undefined {
    return this.searches.find((search) => search.id === id);
  }
  addSearch(search: Search): void {
    this.#visit = { ...this.#visit, searches: [...this.searches, search] };
  }
  removeSearch(id: string): void {
    this.#visit = { ...this.#visit, searches: this.searches.filter((search) => search.id !== id) };
  }
}

/** Of too many participants those are dropped who never came, oldest first. */
function withinLimit(participants: readonly Participant[]): readonly Participant[] {
  const tooMany = participants.length - mostParticipants;
  if (tooMany <= 0) return participants;
  const absent = participants.filter(({ acceptedAt, endedAt }) => acceptedAt === undefined && endedAt !== undefined);
  const dropped = new Set(absent.slice(0, tooMany));
  return participants.filter((each) => !dropped.has(each));
}

/** The fields of the record that an act changed; undefined where it changed none. */
export function changedFields(before: VisitRecord, after: VisitRecord): Partial<VisitRecord> | undefined {
  if (before === after) return undefined;
  const names = Object.keys(after) as (keyof VisitRecord)[];
  const fields = names.filter((name) => before[name] !== after[name]);
  return fields.length === 0 ? undefined : Object.fromEntries(fields.map((name) => [name, after[name]]));
}
