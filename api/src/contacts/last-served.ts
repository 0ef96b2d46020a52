import type { ContactStore } from './contact-store.js';

/** So many of the customer's newest contacts are looked at: some may have ended before anybody answered. */
const contactsLookedAt = 20;

/** The agent who took this customer's last inbound call (ROUTE-04); the last of several where it was transferred. */
export async function lastServedAgent(
  contacts: Pick<ContactStore, 'list'>,
  accountId: string,
  customer: string,
): Promise<string | undefined> {
  const recent = await contacts.list(accountId, { customer, direction: 'inbound' }, { limit: contactsLookedAt });
  for (const { participants } of recent) {
    const served = participants.findLast(
      ({ type, agentId, acceptedAt }) => type !== 'supervisor' && agentId !== undefined && acceptedAt !== undefined,
    );
    if (served) return served.agentId;
  }
  return undefined;
}
