import { endCallsOfNode } from '../acd/index.js';
import type { ContactDeps } from './contact-deps.js';
import { endLostContact } from './expire-lost-contacts.js';

/**
 * Ends the contacts of the process that was this node before, with all that they left in the live state: agents are free again. Answers their ids. Before this process has
 * contacts of its own.
 */
export async function endFormerContacts(
  deps: Pick<ContactDeps, 'nodeId' | 'contacts' | 'live' | 'agentEvents' | 'clock'>,
): Promise<ReadonlySet<string>> {
  const { nodeId, contacts, live, clock } = deps;
  const left = await contacts.liveOnNode(nodeId);
  await Promise.all(left.map((contact) => endLostContact(contact, deps)));
  for (const accountId of new Set(left.map((contact) => contact.accountId))) {
    await endCallsOfNode(live, accountId, nodeId, () => clock.now());
  }
  return new Set(left.map(({ id }) => id));
}
