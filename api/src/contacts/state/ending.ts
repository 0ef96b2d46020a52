import type { Contact, EndCode } from '../contact.js';
import type { CloseBy, Party, RingFailure } from './visit.js';
import { ringEndCode } from './visit.js';
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
export function finish(draft: VisitDraft, by: EndedBy, endCode: EndCode = endCodeOf(draft)): void {
  if (draft.over) return;
  draft.record({ endedBy: draft.contact.endedBy ?? by });
  for (const { id } of draft.searches) cancelSearch(draft, id);
  for (const party of draft.parties) sendAway(draft, party, party.role === 'customer' ? endCode : 'ok', by);
  draft.record({ status: 'finished', endedAt: draft.now, endCode });
  draft.emit('contact.completed');
  draft.do({ kind: 'finished' });
}

/** How a contact ends whose customer goes now. */
export function endCodeOf({ contact, parties, searches, lastWait }: VisitDraft): EndCode {
  if (contact.acceptedAt !== undefined) return 'ok';
  if (contact.direction !== 'inbound')
    return contact.ringingAt === undefined ? 'callerCancel' : 'callerCancelWhileRing';
  if (parties.some(({ role, state }) => role === 'agent' && (state === 'ringing' || state === 'claiming'))) {
    return 'ringingGiveUp';
  }
  if (searches.length > 0) return 'waitingGiveUp';
  if (lastWait === undefined) return 'ivrGiveUp';
  return lastWait === 'noSeatOnline' ? 'noSeatOnline' : lastWait === 'failed' ? 'error' : 'waitingGiveUp';
}
