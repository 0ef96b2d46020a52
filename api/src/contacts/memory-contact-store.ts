import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import { applyContactChange, firstContactState } from './apply-contact-change.js';
import type { Contact } from './contact.js';
import type { NewContactEvent } from './contact-events.js';
import type { ContactChange, ContactFilter, ContactStore, NewContact, OnContactEvents } from './contact-store.js';

/** What every contact store is made with. */
export interface ContactStoreSettings {
  readonly clock: Clock;
  readonly newId: NewId;
  /** Told of each write that pushed events. */
  readonly onContactEvents?: OnContactEvents;
}

/** Keeps contacts in this process. For tests and the simulation; stores that are given one map are one database. */
export class MemoryContactStore implements ContactStore {
  readonly #settings: ContactStoreSettings;
  readonly #contacts: Map<string, Contact>;

  constructor(settings: ContactStoreSettings, contacts: Map<string, Contact> = new Map()) {
    this.#settings = settings;
    this.#contacts = contacts;
  }

  async insert(contact: NewContact, events: readonly NewContactEvent[]): Promise<Contact> {
    if (this.#contacts.has(contact.id)) throw new TypeError(`There is a contact ${contact.id} already.`);
    const stored = firstContactState(copy(contact), copy(events), this.#stamp());
    this.#contacts.set(contact.id, stored);
    if (stored.pendingEvents.length > 0) this.#settings.onContactEvents?.(contact.id, stored.pendingEvents);
    return copy(stored);
  }

  async get(accountId: string, contactId: string): Promise<Contact | undefined> {
    const contact = this.#contacts.get(contactId);
    return contact?.accountId === accountId ? copy(contact) : undefined;
  }

  async findMany(contactIds: readonly string[]): Promise<readonly Contact[]> {
    return contactIds.flatMap((contactId) => {
      const contact = this.#contacts.get(contactId);
      return contact ? [copy(contact)] : [];
    });
  }

  async change(
    contactId: string,
    decide: (contact: Contact) => ContactChange | undefined,
  ): Promise<Contact | undefined> {
    const current = this.#contacts.get(contactId);
    if (!current) return undefined;
    const change = decide(copy(current));
    if (!change) return copy(current);
    const { contact, events } = applyContactChange(current, copy(change), this.#stamp());
    this.#contacts.set(contactId, contact);
    if (events.length > 0) this.#settings.onContactEvents?.(contactId, events);
    return copy(contact);
  }

  async list(
    accountId: string,
    filter: ContactFilter,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<readonly Contact[]> {
    return [...this.#contacts.values()]
      .filter((contact) => contact.accountId === accountId && (before === undefined || contact.id < before))
      .filter((contact) => passesFilter(contact, filter))
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map(copy);
  }

  async liveOnNode(nodeId: string): Promise<readonly Contact[]> {
    return [...this.#contacts.values()]
      .filter((each) => each.nodeId === nodeId && each.status !== 'finished')
      .map(copy);
  }

  async nodesWithLiveContacts(): Promise<readonly string[]> {
    const live = [...this.#contacts.values()].filter(({ status }) => status !== 'finished');
    return [...new Set(live.map(({ nodeId }) => nodeId))];
  }

  async withPendingEvents(limit: number): Promise<readonly string[]> {
    const waiting = [...this.#contacts.values()].filter(({ pendingEvents }) => pendingEvents.length > 0);
    return waiting.slice(0, limit).map(({ id }) => id);
  }

  async removePendingEventsOf(relayed: readonly { contactId: string; sequence: number }[]): Promise<void> {
    for (const { contactId, sequence } of relayed) {
      const contact = this.#contacts.get(contactId);
      if (!contact) continue;
      const pendingEvents = contact.pendingEvents.filter((event) => event.sequence > sequence);
      this.#contacts.set(contactId, { ...contact, pendingEvents });
    }
  }

  #stamp() {
    return { newId: this.#settings.newId, now: this.#settings.clock.now() };
  }
}

function passesFilter(contact: Contact, filter: ContactFilter): boolean {
  const { startedFrom, startedTo, agentId, skillGroupId, live, ...equal } = filter;
  if (startedFrom !== undefined && contact.startedAt < startedFrom) return false;
  if (startedTo !== undefined && contact.startedAt >= startedTo) return false;
  if (live !== undefined && live !== (contact.status !== 'finished')) return false;
  if (agentId !== undefined && !contact.participants.some((each) => each.agentId === agentId)) return false;
  const groups = [contact.skillGroupId, ...contact.participants.map((each) => each.skillGroupId)];
  if (skillGroupId !== undefined && !groups.includes(skillGroupId)) return false;
  return Object.entries(equal).every(
    ([field, value]) => value === undefined || contact[field as keyof typeof equal] === value,
  );
}

function copy<T>(value: T): T {
  return structuredClone(value);
}
