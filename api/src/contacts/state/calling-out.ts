import type { EndCode } from '../../call-records/call-in-contact.js';
import type { Contact } from '../contact.js';
import { type EndedBy, finish } from './ending.js';
import { status } from './status.js';
import {
  type AnsweredBy,
  type Caller,
  externalEndCode,
  type Placed,
  type RingFailure,
  type Visit,
  type VisitRecord,
} from './visit.js';
import type { Act, VisitDraft } from './visit-draft.js';

/** The sequence of a customer who is called out to; of an internal call there is none. */
const customerSequence = 0;

/** The visit of a call that an agent places, before anybody is called. */
export function placedVisit(contact: VisitRecord, placed: Omit<Placed, 'by'>): Visit {
  if (placed.to.kind !== 'customer') return { contact, parties: [], searches: [], placed: { ...placed, by: 0 } };
  const customer = { sequence: customerSequence, role: 'customer', state: 'awaited', muted: false } as const;
  return { contact, parties: [customer], searches: [], placed: { ...placed, by: 1 } };
}

/** The agent's own phone is called first. @param ringsUntil milliseconds since the epoch */
export function callAgentFirst(
  agentId: string,
  type: Contact['participants'][number]['type'],
  ringsUntil: number,
): Act {
  return (draft) => {
    const { skillGroupId } = draft.contact;
    const sequence = draft.call(
      { type, agentId, ringingAt: draft.now, ...(skillGroupId === undefined ? {} : { skillGroupId }) },
      { role: 'agent', agentId, state: 'ringing', engaged: true },
    );
    draft.do(
      { kind: 'tell', agentId, tidings: { event: 'callOuted' } },
      { kind: 'ring', sequence, agentId, ringsUntil },
    );
    status(draft);
  };
}

/** The agent who calls has answered its own phone: now whom it calls is called. */
export function callerIsThere(draft: VisitDraft): void {
  const { by, to, mobileCallerId } = draft.placed!;
  draft.changeParty(by, { state: 'talking' });
  draft.changeParticipant(by, { acceptedAt: draft.now });
  draft.emit('contact.participant-joined', { participant: by });
  switch (to.kind) {
    case 'customer':
      callCustomer(draft, to.callers[0]!);
      break;
    case 'agent': {
      const { agentId } = to;
      const sequence = draft.call(
        { type: 'staffSeat', agentId, ringingAt: draft.now },
        { role: 'agent', agentId, state: 'ringing' },
      );
      draft.do({ kind: 'engage', sequence, agentId });
      break;
    }
    case 'mobile': {
      const { agentId, number } = to;
      const sequence = draft.call(
        { type: 'staffPhoneSeat', agentId, phone: number },
        { role: 'external', state: 'ringing' },
      );
      draft.record({ ringingAt: draft.now });
      draft.do({ kind: 'dial', sequence, target: { kind: 'number', number, callerId: mobileCallerId } });
    }
  }
  status(draft);
}

function callCustomer(draft: VisitDraft, { number: callerId }: Caller): void {
  draft.changeParty(customerSequence, { state: 'ringing' });
  draft.do({ kind: 'callCustomer', sequence: customerSequence, number: draft.contact.customer, callerId });
}

/** A colleague counts as busy with the call: now its phone rings. */
export function engaged(sequence: number, agentId: string): Act {
  return (draft) => {
    if (draft.party(sequence)?.state !== 'ringing') {
      draft.do({ kind: 'release', agentId, sequence });
      return;
    }
    draft.changeParty(sequence, { engaged: true });
    draft.record({ ringingAt: draft.now });
    draft.do(
      { kind: 'ring', sequence, agentId, ringsUntil: draft.now + internalRingSeconds * 1000 },
      { kind: 'tell', agentId, tidings: { event: 'callIn', ringSeconds: internalRingSeconds } },
    );
  };
}

/** How long a colleague's phone rings. */
const internalRingSeconds = 60;

/** The customer's call was sent. */
export function customerDialled(callId: string): Act {
  return (draft) => draft.changeParticipant(customerSequence, { callId });
}

/** The customer's phone rings, or its far end sends sound. */
export function customerRings(sounding: boolean): Act {
  return (draft) => {
    const customer = draft.party(customerSequence);
    if (customer?.state !== 'ringing' && customer?.state !== 'sounding') return;
    const ringingAt = draft.contact.ringingAt ?? draft.now;
    draft.record({ ringingAt });
    draft.changeParticipant(customerSequence, { ringingAt });
    if (sounding) draft.changeParty(customerSequence, { state: 'sounding' });
    status(draft);
  };
}

/** The customer answered: the talk begins. */
export function customerAnswered(draft: VisitDraft, { callId }: AnsweredBy): void {
  const customer = draft.party(customerSequence);
  if (customer?.state !== 'ringing' && customer?.state !== 'sounding') {
    draft.do({ kind: 'hangUp', sequence: customerSequence, elsewhere: false });
    return;
  }
  draft.changeParty(customerSequence, { state: 'talking' });
  draft.changeParticipant(customerSequence, { callId, acceptedAt: draft.now });
  accepted(draft, customerSequence);
  status(draft);
}

/** Ends that may be another where another number is shown: the network did not let the call through. */
const refusesCaller: ReadonlySet<EndCode> = new Set([
  'callRestricted',
  'carrierBlocked',
  'operatorError',
  'outOfCredit',
]);

/** The customer was not reached: it is called with the next number, if there is one and no phone rang, or the contact is over. */
export function customerNotReached(endCode: EndCode, by: EndedBy): Act {
  return (draft) => {
    const customer = draft.party(customerSequence);
    if (customer?.state !== 'ringing' && customer?.state !== 'sounding') return;
    const next = refusesCaller.has(endCode) && draft.contact.ringingAt === undefined ? nextCaller(draft) : undefined;
    if (!next) return finish(draft, by, endCode);
    const { number, ...group } = next;
    draft.trail('callerRefused', { detail: { callerId: draft.contact.line, endCode } });
    draft.record({ line: number, ...group });
    draft.changeParticipant(draft.placed!.by, group);
    callCustomer(draft, next);
  };
}

/** The number after the one that is shown now. */
function nextCaller({ placed, contact }: VisitDraft): Caller | undefined {
  if (placed?.to.kind !== 'customer') return undefined;
  const { callers } = placed.to;
  return callers[callers.findIndex(({ number }) => number === contact.line) + 1];
}

/** Whom an agent called internally is in the talk. */
export function calleeCame(draft: VisitDraft): void {
  const { placed, contact, talkers } = draft;
  if (!placed || placed.to.kind === 'customer' || contact.acceptedAt !== undefined || talkers.length < 2) return;
  accepted(draft, talkers.at(-1)!.sequence);
}

/** Somebody who was called for a placed call did not come: who called, or its colleague. */
export function placedInVain(draft: VisitDraft, sequence: number, why: RingFailure): void {
  if (draft.contact.acceptedAt !== undefined) {
    status(draft);
    return;
  }
  const own = sequence === draft.placed!.by;
  const code = own ? (why === 'unreachable' ? 'clientError' : 'callerCancel') : externalEndCode[why];
  finish(draft, own ? 'agent' : why === 'missed' ? 'timer' : 'system', code);
}

/** The first who was called answered. */
function accepted(draft: VisitDraft, sequence: number): void {
  draft.record({ acceptedAt: draft.now });
  draft.trail('accepted', { detail: { participant: sequence } });
  draft.emit('contact.accepted', { participant: sequence });
  draft.emit('contact.participant-joined', { participant: sequence });
  const agentId = draft.party(draft.placed!.by)?.agentId;
  if (agentId !== undefined) draft.do({ kind: 'tell', agentId, tidings: { event: 'calloutAccepted' } });
}
