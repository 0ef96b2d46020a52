import type { Contact } from '../contact.js';
import { partyLeft } from './leaving.js';
import { claimDecided, notCome, welcomed, withdrawn } from './searching.js';
import { status } from './status.js';
import { backFromScript } from './talking.js';
import type { Party, QueueResult, Visit, VisitRecord } from './visit.js';
import type { Act, VisitDraft } from './visit-draft.js';

/** What a later process needs of a visit, beside its record, to go on with it. Plain JSON. */
export interface KeptVisit extends Omit<Visit, 'contact'> {
  readonly contactId: string;
  /** What no write of the record carries yet: what a flow alone has learned. */
  readonly ahead: Partial<VisitRecord>;
  /** The talk in which the customer's script is. */
  readonly talk?: FormerTalk;
  /** The talk that is over, where the customer's script has not gone on from it. */
  readonly ended?: FormerEnd;
}

/** A talk that a queue led to. Times are milliseconds since the epoch. */
export interface FormerTalk {
  readonly joinedAt: number;
  readonly takenAt: number;
  /** Of the verb, or the node, that queued the customer. */
  readonly recordingId?: string;
}

/** What came of such a talk. */
export interface FormerEnd extends FormerTalk {
  readonly endedAt: number;
  readonly result: QueueResult;
  /** Sequence of who talked to the customer last. */
  readonly servedBy?: number;
}

/** What the customer's script did when its process was lost, and goes on with when it comes there again. */
export type FormerStay =
  | { readonly kind: 'waits' /** Milliseconds since the epoch. */; readonly joinedAt: number }
  | ({ readonly kind: 'talks' } & FormerTalk)
  | ({ readonly kind: 'left' } & FormerEnd);

/** The visit as the next process goes on with it: the customer is back in its own script, and everybody else is gone. Pure. */
export function takenUp(contact: Contact, now: number, kept?: KeptVisit): Visit {
  const record = recordOf(contact, kept);
  const participants = record.participants.map((each) =>
    each.sequence === 0 || each.endedAt !== undefined ? each : { ...each, endedAt: now, endCode: 'error' as const },
  );
  const { lastWait, flow } = kept ?? {};
  return {
    contact: { ...record, status: 'ivr', participants },
    parties: [{ sequence: 0, role: 'customer', state: 'scripted', muted: false }],
    searches: [],
    ...(lastWait === undefined ? {} : { lastWait }),
    ...(flow === undefined ? {} : { flow }),
  };
}

/** How the customer's script goes on that stood in a queue, or had been left by an agent a moment before. Pure. */
export function formerStay({ status, acceptedAt, queuedAt }: Contact, kept?: KeptVisit): FormerStay | undefined {
  if (kept?.ended) return { kind: 'left', ...kept.ended };
  const search = kept?.searches.find(({ purpose }) => purpose === 'serve');
  if (search && kept!.parties.some(({ role, state }) => role === 'customer' && state === 'scripted')) {
    return { kind: 'waits', joinedAt: search.enqueuedAt };
  }
  const waited = status === 'queued' || status === 'ringing' || status === 'joining';
  return waited && acceptedAt === undefined && queuedAt !== undefined
    ? { kind: 'waits', joinedAt: queuedAt }
    : undefined;
}

/**
 * The visit in which people talk on whose process was lost, with those of its parties who are still there; undefined where nobody is left to talk to. Nobody is looked for in it:
 * that, and what is to be done because of those who are gone, is `goesOn`. Pure.
 *
 * @param calls ids of the calls that are still there
 */
export function talkTakenUp(contact: Contact, kept: KeptVisit, calls: ReadonlySet<string>): Visit | undefined {
  if (contact.status === 'finished') return undefined;
  const record = recordOf(contact, kept);
  const known = new Map(record.participants.map((each) => [each.sequence, each]));
  const parties = kept.parties.filter(({ sequence }) => {
    const participant = known.get(sequence);
    return participant && participant.endedAt === undefined;
  });
  const isThere = ({ sequence }: Party) => calls.has(known.get(sequence)?.callId ?? '');
  const customer = parties.find(({ role }) => role === 'customer');
  if (customer && !isThere(customer)) return undefined;
  const others = parties.filter((party) => isTalker(party) && isThere(party)).length;
  const awaited = customer?.state === 'talking' && kept.searches.some(({ purpose }) => purpose !== 'consult');
  if (
    others < (customer ? 1 : 2) &&
    !awaited &&
    surveyOf({ placed: kept.placed, contact: record, parties }) === undefined
  ) {
    return undefined;
  }
  const { contactId: _, ahead: __, talk: ___, ended: ____, ...visit } = kept;
  return { ...visit, contact: record, parties, searches: [] };
}

/**
 * What follows from the restart: who is gone has left, what was under way for a party begins again or is given up, and who was wanted is looked for again.
 *
 * @param isThere whether the call of that party goes on
 */
export function goesOn({ searches }: KeptVisit, isThere: (sequence: number) => boolean): Act {
  return (draft) => {
    for (const search of searches) draft.addSearch(search);
    for (const party of draft.parties) partyGoesOn(draft, party, isThere(party.sequence));
    const here = new Set(draft.parties.map(({ sequence }) => sequence));
    for (const { sequence, endedAt } of draft.contact.participants) {
      if (endedAt === undefined && !here.has(sequence)) {
        draft.changeParticipant(sequence, { endedAt: draft.now, endCode: 'error' });
      }
    }
    for (const { id } of searches) {
      const search = draft.search(id);
      // Agents may be yet to come back themselves: it waits for them.
      if (search && search.target.kind !== 'number') {
        draft.do({ kind: 'enqueue', search: { ...search, onNoSeat: 'wait' } });
      }
    }
    const flowId = surveyOf(draft);
    if (flowId !== undefined) draft.do({ kind: 'survey', flowId });
    status(draft);
  };
}

/** The flow that asks the customer for a rating whom the agents left who had called it; undefined where they have not, or it has rated. */
function surveyOf({
  placed,
  parties,
  contact,
}: Pick<VisitDraft, 'placed' | 'parties' | 'contact'>): string | undefined {
  const left = parties.some(({ role, state }) => role === 'customer' && state === 'scripted');
  return left && !contact.ratings?.length ? placed?.surveyFlowId : undefined;
}

function partyGoesOn(draft: VisitDraft, { sequence, state, offerId, heldWith }: Party, isThere: boolean): void {
  if (state === 'claiming') claimDecided(sequence, false)(draft);
  else if (state === 'ringing') (offerId === undefined ? notCome(sequence, 'unreachable') : withdrawn(offerId))(draft);
  else if (!isThere) partyLeft(sequence, 'error', 'system')(draft);
  else if (state === 'joining') welcomed(sequence)(draft);
  else if (state === 'away') backFromScript(undefined)(draft);
  else if (heldWith === 'silence') draft.retrieve(sequence);
}

function isTalker({ role, state }: Party): boolean {
  return (role === 'agent' || role === 'external') && (state === 'talking' || state === 'joining');
}

function recordOf(contact: Contact, kept: KeptVisit | undefined): VisitRecord {
  const { sequence: _, revision: __, pendingEvents: ___, ...record } = contact;
  return { ...record, ...kept?.ahead };
}
