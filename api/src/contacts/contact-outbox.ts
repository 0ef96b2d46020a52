import type { OutboxSource } from '../events/outbox-source.js';
import type { Contact } from './contact.js';
import type { ContactStore } from './contact-store.js';

/** The events of contacts. */
export function contactOutbox(contacts: ContactStore): OutboxSource<Contact> {
  return {
    name: 'contacts',
    findMany: (ids) => contacts.findMany(ids),
    withPendingEvents: (limit) => contacts.withPendingEvents(limit),
    removePendingEvents: (relayed) =>
      contacts.removePendingEventsOf(relayed.map(({ id, sequence }) => ({ contactId: id, sequence }))),
  };
}
