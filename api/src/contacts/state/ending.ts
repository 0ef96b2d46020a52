import type { EndCode } from '../../call-records/call-in-contact.js';
import type { Contact } from '../contact.js';
import { settleFlow } from './in-flow.js';
import { type CloseBy, type Party, type RingFailure, ringEndCode } from './visit.js';
import type { VisitDraft } from './visit-draft.js';

const closeBy: Readonly<Record<NonNullable<Contact['endedBy']>, CloseBy>> = {
  customer: 'client',
  agent: 'seat',
  admin: 'admin',
  timer: 'timer',
  system: 'timer',
};

/** Who ends something, as the record says it. */
export type EndedBy = NonNullable<Contact['endedBy']>;

/** Stops calling a party that has not come, for that reason. */
export function stopRinging(draft: VisitDraft, party: Party, why: RingFailure, elsewhere = false): void {
  draft.removeParty(party.sequence, ringEndCode[why]);
  draft.do({ kind: 'hangUp', sequence: party.sequence, elsewhere });
  if (party.offerId !== undefined) draft.do({ kind: 'giveUp', offerId: party.offerId, why });
  if (party.agentId === undefined || party.role === 'supervisor') return;
  if (party.engaged) draft.do({ kind: 'release', agentId: party.agentId, sequence: party.sequence });
  draft.do({ kind: 'tell', agentId: party.agentId, tidings: { event: 'sessionEnded', closeBy: 'client' } });
}

/** Nobody is wanted for that any more: out of the queue, and who rings for it stops. */
export function cancelSearch(draft: VisitDraft, searchId: string, elsewhere = false): void {
  draft.removeSearch(searchId);
  draft.do({ kind: 'dequeue', searchId });
  for (const party of draft.parties) {
    if (party.searchId !== searchId || (party.state !== 'ringing' && party.state !== 'claiming')) continue;
    // Its offer ends with the entry. Given up by itself it would leave the entry waiting, for routing to offer again.
    const { offerId: _, ...called } = party;
    stopRinging(draft, called, 'withdrawn', elsewhere);
  }
}

/** A party goes: its phone is hung up, an agent is released and told. */
export function sendAway(draft: VisitDraft, party: Party, endCode: EndCode, by: EndedBy): void {
  const { sequence, agentId, role } = party;
  if (role !== 'customer' && (party.state === 'ringing' || party.state === 'claiming')) {
    stopRinging(draft, party, 'withdrawn');
    return;
  }
  draft.removeParty(sequence, endCode);
  draft.do({ kind: 'hangUp', sequence, elsewhere: false });
  draft.emit('contact.participant-left', { participant: sequence });
  if (role === 'supervisor') draft.trail('supervisorLeft', agentId === undefined ? {} : { agentId });
  if (role !== 'agent' || agentId === undefined) return;
  draft.trail('left', { agentId });
  draft.do(
    { kind: 'tell', agentId, tidings: { event: 'sessionEnded', closeBy: closeBy[by] } },
    { kind: 'release', agentId, sequence },
  );
}

/** The contact is over: everybody goes, the record is final. */
export function finish(draft: VisitDraft, by: EndedBy, endCode: EndCode = endCodeOf(draft, by)): void {
  if (draft.over) return;
  settleFlow(draft);
  draft.record({ endedBy: draft.contact.endedBy ?? by });
  for (const { id } of draft.searches) cancelSearch(draft, id);
  for (const party of draft.parties) sendAway(draft, party, party.role === 'customer' ? endCode : 'ok', by);
  draft.record({ status: 'finished', endedAt: draft.now, endCode });
  draft.emit('contact.completed');
  draft.do({ kind: 'finished' });
}

/** How a contact ends now. Who had a flow or a script of its own may never have asked for an agent. */
export function endCodeOf(draft: VisitDraft, by: EndedBy): EndCode {
  const { contact, parties, searches, lastWait } = draft;
  if (draft.placed) {
    if (contact.acceptedAt !== undefined) return 'ok';
    return contact.ringingAt === undefined ? 'callerCancel' : 'callerCancelWhileRing';
  }
  const talked = contact.participants.filter(({ acceptedAt }) => acceptedAt !== undefined);
  if (talked.some(({ agentId, type }) => agentId !== undefined && type !== 'supervisor')) return 'ok';
  if (talked.some(({ type }) => type === 'outboundSeat')) return 'outboundForward';
  const called = parties.some(
    ({ role, state }) => (role === 'agent' || role === 'external') && (state === 'ringing' || state === 'claiming'),
  );
  if (called) return 'ringingGiveUp';
  if (searches.length > 0) return 'waitingGiveUp';
  return lastWait === undefined ? endCodeOfFlow(draft, by) : endCodeOfWait(lastWait);
}

function endCodeOfWait(lastWait: NonNullable<VisitDraft['lastWait']>): EndCode {
  return lastWait === 'noSeatOnline' ? 'noSeatOnline' : lastWait === 'failed' ? 'error' : 'waitingGiveUp';
}

/** Of a call that the platform placed, the customer has answered: whatever it heard was what it was called for. */
function endCodeOfFlow({ flow, contact }: VisitDraft, by: EndedBy): EndCode {
  if (flow.endsAs !== undefined && flow.endsAs !== 'ivrEnd') return flow.endsAs;
  if (contact.direction === 'outbound') return 'ok';
  return by === 'customer' ? 'ivrGiveUp' : 'ivrEnd';
}
