import { BaseError } from '@hookswitch/kernel/base-error';
import type { Contact, ContactStatus } from './contact.js';
import type { ContactEvent, NewContactEvent } from './contact-events.js';

/**
 * Where contacts are kept. It refuses to know why one changes. What must hold:
 * - A change and its events are one write: both are there afterwards or neither is.
 * - Events of one contact are numbered 1, 2, 3 … without gaps, whoever writes, also when two processes change one contact at once.
 * - `change` never loses another's change: it applies `decide` to the document as it is, again if it lost a race.
 */
export interface ContactStore {
  /** Stores a new contact with its first events. Rejects where one with that id exists. */
  insert(contact: NewContact, events: readonly NewContactEvent[]): Promise<Contact>;
  /** The account's contact, or undefined (also when it is another account's). */
  get(accountId: string, contactId: string): Promise<Contact | undefined>;
  /** Contacts of any account, those that exist, in no order. Only for the platform's own work. */
  findMany(contactIds: readonly string[]): Promise<readonly Contact[]>;
  /**
   * Changes a contact. `decide` is given the contact as it is and says what to set and which events to push, or undefined to leave it; it may run more than
   * once and must be pure. `known` is the caller's latest copy and saves a read. Resolves to the contact afterwards, or undefined where there is none.
   */
  change(
    contactId: string,
    decide: (contact: Contact) => ContactChange | undefined,
    known?: Contact,
  ): Promise<Contact | undefined>;
  /** The account's contacts, newest first. */
  list(
    accountId: string,
    filter: ContactFilter,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly Contact[]>;
  /** Contacts of that node that are not over. */
  liveOnNode(nodeId: string): Promise<readonly Contact[]>;
  /** The nodes that own contacts which are not over. */
  nodesWithLiveContacts(): Promise<readonly string[]>;
  /** Contacts with events to relay, at most `limit`. */
  withPendingEvents(limit: number): Promise<readonly string[]>;
  /** Takes events off the outboxes, each up to and with `sequence`. */
  removePendingEventsOf(relayed: readonly { readonly contactId: string; readonly sequence: number }[]): Promise<void>;
}

/** A contact as its maker gives it. */
export type NewContact = Omit<Contact, 'sequence' | 'revision' | 'pendingEvents'>;

/** What one change does. */
export interface ContactChange {
  readonly set?: Partial<
    Omit<Contact, 'id' | 'accountId' | 'direction' | 'startedAt' | 'sequence' | 'revision' | 'pendingEvents'>
  >;
  readonly events?: readonly NewContactEvent[];
}

export interface ContactFilter {
  readonly status?: ContactStatus;
  /** Everything but `finished`. */
  readonly live?: boolean;
  readonly direction?: Contact['direction'];
  readonly customer?: string;
  /** One of its participants. */
  readonly agentId?: string;
  /** Of the contact, or of one of its participants. */
  readonly skillGroupId?: string;
  /** Started then or later, milliseconds since the epoch. */
  readonly startedFrom?: number;
  /** Started before. */
  readonly startedTo?: number;
}

/** Others changed the contact again and again while we tried to. */
export class ContactContendedError extends BaseError {
  constructor(contactId: string) {
    super('unavailable', 'contact-contended', `${contactId} is being changed by too many at once; try again.`, {
      retryAfterSeconds: 1,
    });
  }
}

/** Called after each write that pushed events, with the contact's id: the hint that starts the relay. */
export type OnContactEvents = (contactId: string, events: readonly ContactEvent[]) => void;
