import type { Participant } from '../contact.js';
import { cancelSearch, sendAway } from './ending.js';
import { leave } from './leaving.js';
import { begin, linkTransfer } from './searching.js';
import { status } from './status.js';
import type { Search, Supervision } from './visit.js';
import type { Act, VisitDraft } from './visit-draft.js';

/** Puts a party on hold (the customer, unless another is named): it hears the hold audio, and nobody hears it. */
export function hold(by: number | undefined, whom: number): Act {
  return (draft) => {
    if (draft.party(whom)?.heldSince !== undefined) return;
    draft.hold(whom, 'hold');
    draft.trail('hold', who(draft, by));
    draft.emit('contact.updated', { held: whom });
  };
}

export function retrieve(by: number | undefined, whom: number): Act {
  return (draft) => {
    if (draft.party(whom)?.heldSince === undefined) return;
    draft.retrieve(whom);
    draft.trail('unhold', who(draft, by));
    draft.emit('contact.updated', { retrieved: whom });
  };
}

/** What the party says is heard by nobody; it hears the others. */
export function mute(sequence: number, muted: boolean): Act {
  return (draft) => {
    const party = draft.party(sequence);
    if (!party || party.muted === muted) return;
    draft.changeParty(sequence, { muted });
    draft.changeParticipant(sequence, { muted });
    draft.trail(muted ? 'mute' : 'unmute', who(draft, sequence));
    draft.emit('contact.updated', { [muted ? 'muted' : 'unmuted']: sequence });
  };
}

/**
 * Hands the customer over without a word. To a group or an agent, who transfers goes at once; to an outside line, when it has answered. The customer hears the
 * waiting audio meanwhile.
 */
export function transfer(search: Search): Act {
  return (draft) => {
    const party = search.by === undefined ? undefined : draft.party(search.by);
    const { customer } = draft;
    if (!customer) return;
    if (customer.state === 'away') draft.do({ kind: 'endScript' });
    draft.changeParty(customer.sequence, { state: 'talking' });
    draft.hold(customer.sequence, 'waiting');
    draft.trail('transfer', { ...who(draft, search.by), detail: targetDetail(search) });
    begin(draft, search);
    if (!party?.agentId) return status(draft);
    const { target } = search;
    const to =
      target.kind === 'group'
        ? { skillGroupId: target.skillGroupId }
        : target.kind === 'agents'
          ? { agentId: target.agentIds[0]! }
          : {};
    draft.do({ kind: 'tell', agentId: party.agentId, tidings: { event: 'transfer', ...to } });
    if (target.kind !== 'number') leave(draft, party, 'seatForward', 'agent');
    status(draft);
  };
}

/** Asks somebody while the customer is on hold. Then `completeConsult`, `retrieve` (all three talk), or the asked one leaves again. */
export function consult(search: Search): Act {
  return (draft) => {
    const { customer } = draft;
    if (!customer) return;
    if (customer.heldSince === undefined) draft.hold(customer.sequence, 'hold');
    draft.trail('consult', { ...who(draft, search.by), detail: targetDetail(search) });
    begin(draft, search);
    status(draft);
  };
}

/** Who consulted leaves; the customer goes on with who was asked. */
export function completeConsult(by: number): Act {
  return (draft) => {
    const party = draft.party(by);
    const asked = draft.talkers.find(({ consultedBy }) => consultedBy === by);
    if (!party || !asked) return;
    linkTransfer(draft, { purpose: 'transfer', by }, asked.sequence);
    draft.trail('transfer', { ...who(draft, by), detail: { to: asked.sequence } });
    leave(draft, party, asked.role === 'external' ? 'outboundForward' : 'seatForward', 'agent');
  };
}

/** Whom an agent's phone talks to in a call of its own. */
export type ConsultedByPhone = Pick<Participant, 'type' | 'agentId' | 'phone' | 'callId'>;

/** The agent's phone joins the customer with whom it talks to in a call of its own (REFER with Replaces), and leaves: a consultation that the contact learns of when it is over. */
export function joinConsulted(by: number, consulted: ConsultedByPhone): Act {
  return (draft) => {
    const party = draft.party(by);
    if (!party) return;
    const { agentId } = consulted;
    const sequence = draft.call(
      { ...consulted, acceptedAt: draft.now },
      agentId === undefined ? { role: 'external', state: 'talking' } : { role: 'agent', agentId, state: 'talking' },
    );
    draft.emit('contact.participant-joined', { participant: sequence });
    if (agentId !== undefined) draft.do({ kind: 'tell', agentId, tidings: { event: 'userAccessed' } });
    linkTransfer(draft, { purpose: 'transfer', by }, sequence);
    draft.trail('transfer', { ...who(draft, by), detail: { to: sequence } });
    if (draft.customer) draft.retrieve(draft.customer.sequence);
    leave(draft, party, agentId === undefined ? 'outboundForward' : 'seatForward', 'agent');
  };
}

/** Who consulted takes the customer back; who was asked, or is being called, goes. */
export function returnFromConsult(by: number): Act {
  return (draft) => {
    const { customer } = draft;
    for (const { id, purpose, by: asker } of draft.searches) {
      if (purpose === 'consult' && asker === by) cancelSearch(draft, id);
    }
    for (const party of draft.parties) if (party.consultedBy === by) sendAway(draft, party, 'ok', 'agent');
    draft.trail('consultReturned', who(draft, by));
    if (customer) draft.retrieve(customer.sequence);
    status(draft);
  };
}

/** All who are asked and the customer talk together. */
export function mergeConsult(by: number): Act {
  return (draft) => {
    for (const { sequence, consultedBy } of draft.parties) {
      if (consultedBy !== by) continue;
      const { consultedBy: _, ...party } = draft.party(sequence)!;
      draft.replaceParty(party);
    }
    draft.trail('conference', who(draft, by));
    if (draft.customer) draft.retrieve(draft.customer.sequence);
    draft.emit('contact.updated', { conference: true });
    status(draft);
  };
}

/** Calls somebody into the talk. */
export function invite(search: Search): Act {
  return (draft) => {
    draft.trail('conference', { ...who(draft, search.by), detail: targetDetail(search) });
    begin(draft, search);
    status(draft);
  };
}

/** A supervisor's phone is called, to listen, whisper or barge in; or who is there already changes how. */
export function supervise(agentId: string, supervision: Supervision): Act {
  return (draft) => {
    const there = draft.parties.find((party) => party.role === 'supervisor' && party.agentId === agentId);
    draft.trail(supervision.mode, { agentId });
    if (there) return draft.changeParty(there.sequence, { supervision });
    const sequence = draft.call(
      { type: 'supervisor', agentId },
      { role: 'supervisor', agentId, state: 'ringing', supervision },
    );
    draft.do({ kind: 'ring', sequence, agentId });
  };
}

/** A supervisor who is there takes the agent's place. */
export function takeOver(supervisor: number, agent: number): Act {
  return (draft) => {
    const party = draft.party(supervisor);
    const replaced = draft.party(agent);
    if (party?.state !== 'talking' || !replaced) return;
    const { supervision: _, ...talker } = party;
    draft.replaceParty({ ...talker, role: 'agent' });
    linkTransfer(draft, { purpose: 'transfer', by: agent }, supervisor);
    draft.trail('takeOver', who(draft, supervisor));
    if (draft.customer) draft.retrieve(draft.customer.sequence);
    leave(draft, replaced, 'seatForward', 'admin');
  };
}

/** The customer goes through a script, while who talked with it waits. */
export function sendToScript(by: number | undefined): Act {
  return (draft) => {
    const { customer } = draft;
    if (customer?.state !== 'talking') return;
    draft.hold(customer.sequence, 'silence');
    draft.changeParty(customer.sequence, { state: 'away' });
    draft.trail('script', who(draft, by));
    draft.emit('contact.updated', { inScript: true });
  };
}

/** The script is over, or the agent takes the customer back. */
export function backFromScript(by: number | undefined): Act {
  return (draft) => {
    const { customer } = draft;
    if (customer?.state !== 'away') return;
    draft.do({ kind: 'endScript' });
    draft.retrieve(customer.sequence);
    draft.changeParty(customer.sequence, { state: 'talking' });
    draft.trail('scriptReturned', who(draft, by));
    draft.emit('contact.updated', { inScript: false });
  };
}

/** The customer is asked for digits: whoever talks with it waits, and hears no key. */
export function askForDigits(by: number | undefined): Act {
  return (draft) => {
    const { customer } = draft;
    if (customer?.state !== 'talking') return;
    draft.hold(customer.sequence, 'silence');
    draft.trail('digitsCollected', { ...who(draft, by), detail: { begun: true } });
  };
}

/** The digits came, or none; the talk goes on. */
export function digitsCollected(by: number | undefined, count: number): Act {
  return (draft) => {
    const { customer } = draft;
    if (customer?.heldWith === 'silence') draft.retrieve(customer.sequence);
    draft.trail('digitsCollected', { ...who(draft, by), detail: { count } });
    draft.emit('contact.updated', { digitsCollected: count });
  };
}

/** The agents' note. */
export function note(by: number | undefined, remark: string): Act {
  return (draft) => {
    draft.record({ remark });
    draft.trail('remark', who(draft, by));
    draft.emit('contact.updated', { remark: true });
  };
}

/** A recording of the customer's call began. */
export function recorded(recordingId: string): Act {
  return (draft) => {
    draft.record({ recordingIds: [...draft.contact.recordingIds, recordingId] });
    draft.emit('contact.updated', { recordingId });
  };
}

/** Something that leaves only a trace: keys were sent, a sound was played. */
export function noted(by: number | undefined, what: 'digitsSent' | 'played'): Act {
  return (draft) => draft.trail(what, who(draft, by));
}

function who(draft: VisitDraft, sequence: number | undefined): { agentId?: string } {
  const agentId = sequence === undefined ? undefined : draft.party(sequence)?.agentId;
  return agentId === undefined ? {} : { agentId };
}

function targetDetail({ target }: Search): Record<string, string> {
  if (target.kind === 'group') return { skillGroupId: target.skillGroupId };
  return target.kind === 'number' ? { kind: 'number' } : { agentId: target.agentIds.join(' ') };
}
