import type { EndCode } from '../../call-records/call-in-contact.js';
import { cancelSearch, type EndedBy, finish, sendAway } from './ending.js';
import { settleFlow } from './in-flow.js';
import { claimDecided, lookAgain, notCome } from './searching.js';
import { status } from './status.js';
import type { Party } from './visit.js';
import type { Act, VisitDraft } from './visit-draft.js';

/** A party's phone hung up, its call broke off, or `by` somebody else was ended. */
export function partyLeft(sequence: number, endCode: EndCode = 'ok', by?: EndedBy): Act {
  return (draft) => {
    const party = draft.party(sequence);
    if (!party) return;
    if (party.role === 'customer') return customerLeft(draft, party, endCode, by ?? 'customer');
    if (party.state === 'ringing') return notCome(sequence, 'declined')(draft);
    if (party.state === 'claiming') return goneWhileClaiming(draft, party);
    leave(draft, party, endCode, by ?? 'agent');
  };
}

/** Somebody sends a party away: the agent hangs up by API, a supervisor ends the call of one. */
export function hangUp(sequence: number, by: EndedBy): Act {
  return (draft) => {
    const party = draft.party(sequence);
    if (!party) return;
    if (party.role === 'customer') return finish(draft, by);
    leave(draft, party, 'ok', by);
  };
}

/** Everybody goes. */
export function endContact(by: EndedBy): Act {
  return (draft) => finish(draft, by);
}

/** The customer's call got another script: everybody else goes, and the customer stays with that. */
export function takenAway(): Act {
  return (draft) => {
    const { customer } = draft;
    if (!customer || draft.over) return;
    for (const { id } of draft.searches) cancelSearch(draft, id);
    for (const party of draft.parties) if (party.role !== 'customer') sendAway(draft, party, 'ok', 'admin');
    if (draft.contact.acceptedAt === undefined) draft.waited('left');
    draft.retrieve(customer.sequence);
    draft.changeParty(customer.sequence, { state: 'scripted' });
    draft.do({ kind: 'endScript' }, { kind: 'scriptGoesOn', result: 'left' });
    status(draft);
  };
}

/** The agent hung up before it was clear whether it got the call. The claim decides; if won, another agent has to be found. */
function goneWhileClaiming(draft: VisitDraft, party: Party): void {
  claimDecided(party.sequence, false)(draft);
}

function customerLeft(draft: VisitDraft, customer: Party, endCode: EndCode, by: EndedBy): void {
  const others = draft.talkers;
  const consults = others.some(({ consultedBy }) => consultedBy !== undefined);
  if (others.length < 2 || consults || customer.state === 'scripted') {
    finish(draft, by, brokenFlow(draft, customer, endCode) ? 'error' : undefined);
    return;
  }
  settleFlow(draft);
  draft.record({ endedBy: by });
  for (const { id } of draft.searches) cancelSearch(draft, id);
  draft.removeParty(customer.sequence, 'ok');
  draft.do({ kind: 'hangUp', sequence: customer.sequence, elsewhere: false });
  draft.emit('contact.participant-left', { participant: customer.sequence });
  status(draft);
}

/** Its flow or script broke before anybody took the call. */
function brokenFlow(draft: VisitDraft, { state }: Party, endCode: EndCode): boolean {
  return state === 'scripted' && endCode === 'error' && draft.contact.participants.every(({ agentId }) => !agentId);
}

/** A party leaves the talk; who remains decides what becomes of the contact. */
export function leave(draft: VisitDraft, party: Party, endCode: EndCode, by: EndedBy): void {
  sendAway(draft, party, endCode, by);
  if (party.role === 'supervisor') return;
  if (party.joinsFor) {
    lookAgain(draft, party.joinsFor);
    status(draft);
    if (draft.customer || draft.over) return;
  }
  const { customer } = draft;
  if (party.consultedBy !== undefined) draft.trail('consultReturned');
  for (const search of draft.searches) {
    // What an agent who left asked for privately is wanted by nobody; a transfer goes on.
    if (search.by === party.sequence && search.purpose === 'consult') cancelSearch(draft, search.id);
  }
  const stillConsults = draft.talkers.some(({ consultedBy }) => consultedBy !== undefined && draft.party(consultedBy));
  if (customer && !stillConsults) freeOfConsultation(draft, customer, party);
  if (draft.talkers.length === 0) {
    nobodyLeft(draft, party, by);
    return;
  }
  if (!customer && draft.talkers.length < 2) {
    finish(draft, by, 'ok');
    return;
  }
  status(draft);
}

/** The consultation is over: the customer talks to whoever is there. */
function freeOfConsultation(draft: VisitDraft, customer: Party, left: Party): void {
  const consulted = draft.talkers.filter(({ consultedBy }) => consultedBy !== undefined);
  for (const { sequence } of consulted) {
    const { consultedBy: _, ...party } = draft.party(sequence)!;
    draft.replaceParty(party);
    draft.changeParticipant(sequence, { transferFrom: left.sequence });
    draft.changeParticipant(left.sequence, { transferTo: sequence });
  }
  if ((consulted.length > 0 || left.consultedBy !== undefined) && customer.heldWith === 'hold') {
    draft.retrieve(customer.sequence);
  }
}

function nobodyLeft(draft: VisitDraft, last: Party, by: EndedBy): void {
  const { customer } = draft;
  if (!customer) {
    finish(draft, by, 'ok');
    return;
  }
  if (customer.state === 'scripted') {
    status(draft);
    return;
  }
  const awaited =
    draft.searches.some(({ purpose }) => purpose === 'transfer' || purpose === 'serve') ||
    draft.parties.some(({ state }) => state === 'joining' || state === 'claiming');
  if (awaited) {
    draft.hold(customer.sequence, 'waiting');
    status(draft);
    return;
  }
  if (!draft.placed) {
    leaveAlone(draft, customer, by);
    draft.do({ kind: 'scriptGoesOn', result: 'connected', servedBy: last.sequence });
    return;
  }
  const { surveyFlowId } = draft.placed;
  if (surveyFlowId === undefined || by !== 'agent' || !canBeAsked(customer)) {
    finish(draft, by);
    return;
  }
  leaveAlone(draft, customer, by);
  draft.do({ kind: 'survey', flowId: surveyFlowId });
}

function canBeAsked({ state }: Party): boolean {
  return state === 'talking' || state === 'away';
}

/** The customer is left to its script, or its flow. */
function leaveAlone(draft: VisitDraft, customer: Party, by: EndedBy): void {
  for (const { id } of draft.searches) cancelSearch(draft, id);
  for (const party of draft.parties) if (party.role === 'supervisor') sendAway(draft, party, 'ok', 'system');
  draft.record({ endedBy: draft.contact.endedBy ?? by });
  draft.retrieve(customer.sequence);
  if (customer.state === 'away') draft.do({ kind: 'endScript' });
  draft.changeParty(customer.sequence, { state: 'scripted' });
  status(draft);
}
