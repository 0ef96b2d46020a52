import type { CommandChannel } from '../nodes/index.js';
import type { Contact } from './contact.js';
import type { ContactControl, ContactRequest } from './contact-control.js';
import { ContactNotFoundError, ContactNotLiveError } from './contact-errors.js';
import type { ContactStore } from './contact-store.js';

/** The command that carries acts to the node that owns a contact. */
export const contactCommand = 'contact.act.v1';

interface RoutedContactControlSettings {
  readonly contacts: ContactStore;
  readonly commands: CommandChannel;
  /** This process's own contacts, where it has an engine. */
  readonly local?: { readonly nodeId: string; readonly control: ContactControl } | undefined;
}

/** Finds the process that owns a contact, by the node in its record, and has it do what is asked. */
export function routedContactControl({ contacts, commands, local }: RoutedContactControlSettings): ContactControl {
  return {
    async act(request: ContactRequest): Promise<Contact> {
      const contact = await contacts.get(request.accountId, request.contactId);
      if (!contact) throw new ContactNotFoundError(request.contactId);
      if (contact.status === 'finished') throw new ContactNotLiveError(request.contactId);
      if (local?.nodeId === contact.nodeId) return local.control.act(request);
      return (await commands.send(contact.nodeId, { type: contactCommand, request })) as Contact;
    },
  };
}
