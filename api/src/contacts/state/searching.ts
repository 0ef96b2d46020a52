import type { Offer } from '../../acd/live-records.js';
import { calleeCame, callerIsThere, customerAnswered, placedInVain } from './calling-out.js';
import { cancelSearch, finish, sendAway, stopRinging } from './ending.js';
import { status } from './status.js';
import {
  type AnsweredBy,
  externalEndCode,
  type Party,
  type QueueResult,
  type RingFailure,
  ringEndCode,
  type Search,
} from './visit.js';
import type { Act, VisitDraft } from './visit-draft.js';

/** The customer's script wants an agent. */
export function wantAgent(search: Search): Act {
  return (draft) => {
    if (draft.over) return;
    begin(draft, search);
    if (search.target.kind !== 'number' && draft.contact.skillGroupId === undefined) {
      const { skillGroupId } = search.target;
      if (skillGroupId !== undefined) draft.record({ skillGroupId });
    }
    draft.record({ queuedAt: draft.contact.queuedAt ?? draft.now });
    draft.emit('contact.queued', { searchId: search.id });
    status(draft);
  };
}

/** The customer's flow wants an outside line. */
export function wantLine(search: Search): Act {
  return (draft) => {
    if (draft.over) return;
    draft.trail('transfer', { detail: { kind: 'number' } });
    begin(draft, search);
    status(draft);
  };
}

/** Nobody who could serve is at work, so the customer's flow does not even ask. */
export function nobodyThere(skillGroupId: string | undefined): Act {
  return (draft) => {
    if (draft.over) return;
    if (draft.contact.skillGroupId === undefined && skillGroupId !== undefined) draft.record({ skillGroupId });
    draft.waited('noSeatOnline');
    draft.trail('left', { detail: { result: 'noSeatOnline' } });
  };
}

/** Starts to look for somebody: in the queue, or by a call at once. */
export function begin(draft: VisitDraft, search: Search): void {
  draft.addSearch(search);
  const { target } = search;
  if (target.kind !== 'number') {
    draft.trail('queued', { detail: { purpose: search.purpose, ...nameOf(target) } });
    draft.do({ kind: 'enqueue', search });
    return;
  }
  const sequence = draft.call(
    { type: 'outboundSeat', phone: target.number, callerId: target.callerId ?? draft.contact.line },
    { role: 'external', state: 'ringing', searchId: search.id },
  );
  draft.do({ kind: 'dial', sequence, target });
}

function nameOf(target: Exclude<Search['target'], { kind: 'number' }>): Record<string, string> {
  return target.kind === 'group' ? { skillGroupId: target.skillGroupId } : { agentId: target.agentIds.join(' ') };
}

/** The wait ends without an agent: the script, or the customer by a key, gave it up. Too late once an agent has answered. */
export function stopWaiting(searchId: string, result: Exclude<QueueResult, 'connected'>): Act {
  return (draft) => {
    if (!draft.search(searchId) || claimed(draft, searchId)) return;
    cancelSearch(draft, searchId);
    draft.waited(result);
    draft.trail('left', { detail: { result } });
    if (draft.placed && draft.talkers.length === 0) return finish(draft, 'system');
    const { customer } = draft;
    if (customer && customer.state !== 'scripted' && draft.talkers.length === 0) {
      // It waited again, after a transfer that came to nothing.
      if (customer.state === 'away') draft.do({ kind: 'endScript' });
      draft.retrieve(customer.sequence);
      draft.changeParty(customer.sequence, { state: 'scripted' });
    }
    draft.do({ kind: 'scriptGoesOn', result });
    status(draft);
  };
}

/** Routing says that the call may not wait. */
export function turnedAway(searchId: string, why: 'queueFull' | 'noSeatOnline'): Act {
  return (draft) => {
    const act =
      draft.search(searchId)?.purpose === 'serve' ? stopWaiting(searchId, why) : searchFailed(searchId, 'unreachable');
    act(draft);
  };
}

/** Routing asks an agent. */
export function offered(offer: Offer): Act {
  return (draft) => {
    // Told again with every change; its agent may be the one who is taking the call.
    if (draft.parties.some(({ offerId }) => offerId === offer.id)) return;
    const search = draft.search(offer.entryId);
    if (!search) return draft.do({ kind: 'dequeue', searchId: offer.entryId });
    if (claimed(draft, search.id)) return draft.do({ kind: 'giveUp', offerId: offer.id, why: 'withdrawn' });
    const { agentId, ringsUntil, madeAt, because, skillGroupId } = offer;
    const group = skillGroupId === undefined ? {} : { skillGroupId };
    const sequence = draft.call(
      { type: 'staffSeat', agentId, ringingAt: draft.now, ...group },
      { role: 'agent', agentId, state: 'ringing', searchId: search.id, offerId: offer.id },
    );
    if (draft.contact.direction === 'inbound') draft.record({ ringingAt: draft.contact.ringingAt ?? draft.now });
    draft.trail('offered', { agentId, because });
    // From now by our own clock: that of the process that routes may be another one's, and wrong by an hour.
    const until = ringsUntil === undefined ? {} : { ringsUntil: draft.now + (ringsUntil - madeAt) };
    // As it is set, however long after the decision it is told.
    const rings = ringsUntil === undefined ? {} : { ringSeconds: Math.round((ringsUntil - madeAt) / 1000) };
    draft.do(
      { kind: 'ring', sequence, agentId, ...until },
      { kind: 'tell', agentId, tidings: { event: 'callIn', ...rings } },
    );
    draft.emit('contact.offered', { participant: sequence, agentId });
    status(draft);
  };
}

/** Routing, or somebody who made the agent leave, took the offer back. */
export function withdrawn(offerId: string): Act {
  return (draft) => {
    const party = draft.parties.find((each) => each.offerId === offerId);
    if (party?.state !== 'ringing') return;
    const { offerId: _, ...gone } = party;
    stopRinging(draft, gone, 'withdrawn');
    status(draft);
  };
}

/** An agent's phone was answered: the agent takes the call, if nobody else does. */
export function answered(sequence: number, by: AnsweredBy): Act {
  return (draft) => {
    const party = draft.party(sequence);
    if (party?.role === 'customer') return customerAnswered(draft, by);
    if (party?.state !== 'ringing') return draft.do({ kind: 'hangUp', sequence, elsewhere: true });
    draft.changeParticipant(sequence, { ...by });
    if (draft.placed?.by === sequence) return callerIsThere(draft);
    if (party.offerId === undefined) return joined(draft, sequence);
    draft.changeParty(sequence, { state: 'claiming' });
    draft.do({ kind: 'claim', sequence, offerId: party.offerId, searchId: party.searchId! });
  };
}

/** Whether the agent who answered got the call. */
export function claimed(draft: VisitDraft, searchId: string): boolean {
  return draft.parties.some((party) => party.searchId === searchId && party.state === 'claiming');
}

/** The claim on that search's entry was stored, or lost to another. */
export function claimDecided(sequence: number, won: boolean, searchId?: string): Act {
  return (draft) => {
    const party = draft.party(sequence);
    const participant = draft.participant(sequence);
    if (party?.state === 'claiming' && won) return joined(draft, sequence);
    if (party) {
      draft.removeParty(sequence, 'unconnected');
      draft.do({ kind: 'hangUp', sequence, elsewhere: true });
      const { agentId } = party;
      if (agentId) draft.do({ kind: 'tell', agentId, tidings: { event: 'sessionEnded', closeBy: 'client' } });
      return status(draft);
    }
    // The customer or the agent went while the claim was on its way, and it was won all the same.
    if (!won || participant?.agentId === undefined) return;
    draft.do({ kind: 'release', agentId: participant.agentId, sequence });
    // It was the agent: the customer's entry is gone with the claim, and is put back.
    const search = searchId === undefined ? undefined : draft.search(searchId);
    if (search) draft.do({ kind: 'enqueue', search });
  };
}

/** Who was looked for is there: nobody else is called, and what is said before the talk is said. */
function joined(draft: VisitDraft, sequence: number): void {
  const { searchId, agentId, role } = draft.party(sequence)!;
  const search = searchId === undefined ? undefined : draft.search(searchId);
  const { offerId: _, searchId: __, ...party } = draft.party(sequence)!;
  draft.changeParticipant(sequence, { acceptedAt: draft.now });
  if (!search) {
    talk(draft, sequence);
    return;
  }
  draft.replaceParty({ ...party, state: 'joining', joinsFor: search });
  draft.removeSearch(search.id);
  for (const other of draft.parties) {
    if (other.searchId === search.id) stopRinging(draft, other, 'withdrawn', true);
  }
  linkTransfer(draft, search, sequence);
  if (search.purpose === 'consult' && search.by !== undefined) draft.changeParty(sequence, { consultedBy: search.by });
  if (draft.contact.direction === 'inbound' && draft.contact.acceptedAt === undefined && role === 'agent') {
    draft.record({ acceptedAt: draft.now });
  }
  draft.trail('accepted', agentId === undefined ? { detail: { participant: sequence } } : { agentId });
  draft.emit('contact.accepted', { participant: sequence });
  draft.do({ kind: 'welcome', sequence, purpose: search.purpose });
  status(draft);
}

/** Says in both participants who handed the customer to whom. */
export function linkTransfer(draft: VisitDraft, { purpose, by }: Pick<Search, 'purpose' | 'by'>, to: number): void {
  if (by === undefined || (purpose !== 'transfer' && purpose !== 'serve')) return;
  draft.changeParticipant(by, { transferTo: to });
  draft.changeParticipant(to, { transferFrom: by });
}

/** What is said before the talk was said: now they talk. */
export function welcomed(sequence: number): Act {
  return (draft) => {
    if (draft.party(sequence)?.state === 'joining') talk(draft, sequence);
  };
}

function talk(draft: VisitDraft, sequence: number): void {
  const { joinsFor: _, ...party } = draft.party(sequence)!;
  draft.replaceParty({ ...party, state: 'talking' });
  const { role, agentId, consultedBy } = party;
  draft.emit('contact.participant-joined', { participant: sequence });
  if (role === 'supervisor') return;
  if (role === 'agent' && agentId) draft.do({ kind: 'tell', agentId, tidings: { event: 'userAccessed' } });
  const { customer } = draft;
  if (customer && consultedBy === undefined) {
    if (customer.state === 'scripted') draft.changeParty(customer.sequence, { state: 'talking' });
    if (customer.heldWith === 'waiting') draft.retrieve(customer.sequence);
    leaveAfterTransfer(draft, sequence);
  }
  calleeCame(draft);
  status(draft);
}

/** Who transferred to an outside line stayed until it answered. */
function leaveAfterTransfer(draft: VisitDraft, sequence: number): void {
  const from = draft.participant(sequence)?.transferFrom;
  const party = from === undefined ? undefined : draft.party(from);
  if (party) sendAway(draft, party, 'outboundForward', 'agent');
}

/** Who was called did not come. */
export function notCome(sequence: number, why: RingFailure): Act {
  return (draft) => {
    const party = draft.party(sequence);
    if (party?.state !== 'ringing') return;
    const { agentId, offerId, searchId } = party;
    draft.removeParty(sequence, party.role === 'external' ? externalEndCode[why] : ringEndCode[why]);
    draft.do({ kind: 'hangUp', sequence, elsewhere: false });
    if (offerId !== undefined) draft.do({ kind: 'giveUp', offerId, why });
    if (agentId !== undefined && party.role === 'agent') {
      if (party.engaged) draft.do({ kind: 'release', agentId, sequence });
      draft.trail(why === 'declined' ? 'declined' : 'missed', { agentId });
      const event = why === 'missed' && !party.engaged ? { event: 'autoTransfer' as const } : ended;
      draft.do({ kind: 'tell', agentId, tidings: event });
    }
    const search = searchId === undefined ? undefined : draft.search(searchId);
    if (search && isForNobodyElse(search, why)) {
      if (search.target.kind !== 'number') cancelSearch(draft, search.id);
      failed(draft, search, why);
    }
    if (draft.placed && searchId === undefined) return placedInVain(draft, sequence, why);
    status(draft);
  };
}

/** An outside line is called once; and whoever transfers to one agent, or asks for it, wants nobody else. */
function isForNobodyElse({ target, purpose }: Search, why: RingFailure): boolean {
  if (target.kind === 'number') return true;
  return purpose !== 'serve' && target.kind === 'agents' && target.agentIds.length === 1 && why !== 'withdrawn';
}

const ended = { event: 'sessionEnded', closeBy: 'seat' } as const;

/** Nobody came in the time that a transfer, a consultation or an invitation has. */
export function searchFailed(searchId: string, why: RingFailure): Act {
  return (draft) => {
    const search = draft.search(searchId);
    if (!search || claimed(draft, searchId)) return;
    if (search.purpose === 'serve') return stopWaiting(searchId, 'failed')(draft);
    cancelSearch(draft, searchId);
    failed(draft, search, why);
    status(draft);
  };
}

/** Who was to join went before the talk: what it came for is looked for again, in its old place. */
export function lookAgain(draft: VisitDraft, search: Search): void {
  const { customer } = draft;
  if (!customer) return;
  if (search.purpose === 'consult' || search.purpose === 'invite' || search.target.kind === 'number') {
    failed(draft, search, 'declined');
    return;
  }
  draft.changeParty(customer.sequence, { state: 'talking' });
  draft.hold(customer.sequence, 'waiting');
  begin(draft, search);
}

/** Who was talking has left, and nobody is on the way any more. */
function waitsInVain(draft: VisitDraft, customer: Pick<Party, 'state'>): boolean {
  const coming = draft.parties.some(({ state }) => state === 'joining' || state === 'claiming');
  return customer.state === 'talking' && draft.talkers.length === 0 && draft.searches.length === 0 && !coming;
}

/** What the flow is told of an outside line that nobody talked on. */
const lineResult: Readonly<Record<RingFailure, QueueResult>> = {
  busy: 'busy',
  declined: 'busy',
  missed: 'noAnswer',
  unreachable: 'failed',
  withdrawn: 'failed',
};

function failed(draft: VisitDraft, search: Search, why: RingFailure): void {
  draft.removeSearch(search.id);
  const { customer } = draft;
  if (search.purpose === 'serve') {
    if (search.target.kind === 'number') draft.do({ kind: 'scriptGoesOn', result: lineResult[why] });
    return;
  }
  draft.trail(search.purpose === 'consult' ? 'consultReturned' : 'transfer', { detail: { failed: why } });
  draft.emit('contact.updated', { failed: search.purpose, why });
  if (!customer) return;
  if (search.purpose === 'invite' && !waitsInVain(draft, customer)) return;
  // Back to who is still there; else nobody is lost: the customer waits for the group it first came for.
  if (draft.talkers.length > 0) {
    draft.retrieve(customer.sequence);
    return;
  }
  const home = draft.contact.skillGroupId;
  const left = search.by === undefined ? undefined : draft.participant(search.by)?.agentId;
  if (home === undefined && left === undefined) {
    finish(draft, 'system');
    return;
  }
  const preferredAgentIds = left === undefined ? [] : [left];
  begin(draft, {
    id: search.fallbackId ?? search.id,
    purpose: 'serve',
    target:
      home === undefined
        ? { kind: 'agents', agentIds: preferredAgentIds }
        : { kind: 'group', skillGroupId: home, preferredAgentIds },
    enqueuedAt: draft.contact.queuedAt ?? search.enqueuedAt,
    priority: search.priority,
    onNoSeat: 'wait',
    ...(search.by === undefined ? {} : { by: search.by }),
  });
}
