import { endCallsOfNode, type LiveAgent } from '../acd/index.js';
import type { ActiveCall } from '../calls/index.js';
import type { FormerContacts } from '../calls/resume/former-contacts.js';
import type { KeptCall } from '../calls/resume/kept-call.js';
import type { Contact } from './contact.js';
import type { ContactDeps } from './contact-deps.js';
import { endLostContact, tellAgents } from './expire-lost-contacts.js';
import { type KeptVisit, talkTakenUp } from './state/taken-up.js';
import type { Visit } from './state/visit.js';

/** Makes contacts of this process of those of another. */
export interface TakeUp {
  /** The customer is back in its script; nobody else is there. */
  backInScript(contact: Contact, kept: KeptVisit | undefined, customer: ActiveCall): void;
  /** The talk goes on. @param calls those who are there, by the sequence of their party */
  goOn(contact: Contact, kept: KeptVisit, visit: Visit, calls: ReadonlyMap<number, ActiveCall>): void;
}

type Deps = Pick<ContactDeps, 'nodeId' | 'contacts' | 'live' | 'agentEvents' | 'clock'>;

/** A talk that goes on. */
interface FormerTalking {
  readonly kept: KeptVisit;
  readonly visit: Visit;
  /** Ids of the calls that are there, by the sequence of their party. */
  readonly calls: ReadonlyMap<number, string>;
}

export async function formerContacts(deps: Deps, takeUp: TakeUp): Promise<FormerContacts> {
  const left = await deps.contacts.liveOnNode(deps.nodeId);
  return {
    settle(calls) {
      // What calls keep of a contact is what `PartyCalls` gave them.
      const visits = new Map(
        calls.flatMap(({ contact }) => (contact ? [[contact.contactId, contact as KeptVisit]] : [])),
      );
      const talks = new Map<string, FormerTalking>();
      for (const contact of left) {
        const kept = visits.get(contact.id);
        const talk = kept && talkOf(contact, kept, calls);
        if (talk) talks.set(contact.id, talk);
      }
      return {
        talking: new Set([...talks.values()].flatMap((talk) => [...talk.calls.values()])),
        goOn: (there) => goOn({ left, visits, talks }, new Map(there.map((call) => [call.id, call])), takeUp, deps),
      };
    },
  };
}

async function goOn(
  contacts: {
    readonly left: readonly Contact[];
    readonly visits: ReadonlyMap<string, KeptVisit>;
    readonly talks: ReadonlyMap<string, FormerTalking>;
  },
  calls: ReadonlyMap<string, ActiveCall>,
  takeUp: TakeUp,
  deps: Deps,
): Promise<void> {
  const { left, visits, talks } = contacts;
  const stays = ({ id, contactId }: LiveAgent) => isIn(id, talks.get(contactId ?? ''));
  for (const accountId of new Set(left.map((contact) => contact.accountId))) {
    await endCallsOfNode(deps.live, accountId, deps.nodeId, () => deps.clock.now(), stays);
  }
  for (const contact of left) {
    const talk = talks.get(contact.id);
    const customer = calls.get(customerCall(contact) ?? '');
    if (talk) {
      const there = [...talk.calls].map(([sequence, callId]) => [sequence, calls.get(callId)!] as const);
      takeUp.goOn(contact, talk.kept, talk.visit, new Map(there));
    } else if (customer) {
      tellAgents(contact, deps.agentEvents);
      takeUp.backInScript(contact, visits.get(contact.id), customer);
    } else await endLostContact(contact, deps);
  }
}

/** The talk of a contact, where it goes on. A script of which nobody knows where it stood, or that it had come to the talk, would begin anew in it. */
function talkOf(contact: Contact, kept: KeptVisit, calls: readonly KeptCall[]): FormerTalking | undefined {
  const script = calls.find(({ contact: its }) => its?.contactId === contact.id)?.script;
  const lost = script && (!script.position || !kept.talk);
  const ids = new Set(calls.map(({ callId }) => callId));
  const visit = lost ? undefined : talkTakenUp(contact, kept, ids);
  if (!visit) return undefined;
  const here = new Set(visit.parties.map(({ sequence }) => sequence));
  const there = visit.contact.participants.flatMap(({ sequence, callId, endedAt }) =>
    here.has(sequence) && endedAt === undefined && callId !== undefined && ids.has(callId)
      ? [[sequence, callId] as const]
      : [],
  );
  return { kept, visit, calls: new Map(there) };
}

/** Whether the agent is in that talk. */
function isIn(agentId: string, talk: FormerTalking | undefined): boolean {
  return talk?.visit.parties.some((party) => party.agentId === agentId && talk.calls.has(party.sequence)) ?? false;
}

function customerCall({ participants }: Contact): string | undefined {
  return participants.find(({ sequence }) => sequence === 0)?.callId;
}
