import { endCallsOfNode } from '../acd/index.js';
import type { ActiveCall } from '../calls/index.js';
import type { Contact } from './contact.js';
import type { ContactDeps } from './contact-deps.js';
import { endLostContact, tellAgents } from './expire-lost-contacts.js';
import { canBeTakenUp } from './state/taken-up.js';

/** The contacts of the process that was this node before. */
export interface FormerContacts {
  /** Ids of the customers' calls for which nothing is left to do: their talk was over. */
  readonly done: ReadonlySet<string>;
  /**
   * Goes on with those whose customer's call is among these: the customer is back in its script. Ends all others. What they left in the live state is ended: agents are free
   * again. Before this process has contacts of its own.
   */
  goOn(calls: readonly ActiveCall[]): Promise<void>;
}

export async function formerContacts(
  deps: Pick<ContactDeps, 'nodeId' | 'contacts' | 'live' | 'agentEvents' | 'clock'>,
  takeUp: (contact: Contact, customer: ActiveCall) => void,
): Promise<FormerContacts> {
  const { nodeId, contacts, live, agentEvents, clock } = deps;
  const left = await contacts.liveOnNode(nodeId);
  return {
    done: new Set(left.filter((contact) => !canBeTakenUp(contact)).flatMap((contact) => customerCall(contact) ?? [])),
    async goOn(calls) {
      const known = new Map(calls.map((call) => [call.id, call]));
      for (const accountId of new Set(left.map((contact) => contact.accountId))) {
        await endCallsOfNode(live, accountId, nodeId, () => clock.now());
      }
      for (const contact of left) {
        const customer = known.get(customerCall(contact) ?? '');
        if (!customer || !canBeTakenUp(contact)) await endLostContact(contact, deps);
        else {
          tellAgents(contact, agentEvents);
          takeUp(contact, customer);
        }
      }
    },
  };
}

function customerCall({ participants }: Contact): string | undefined {
  return participants.find(({ sequence }) => sequence === 0)?.callId;
}
