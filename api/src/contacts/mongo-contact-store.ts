import type { Connection, Model, mongo } from 'mongoose';
import { Schema } from 'mongoose';
import { applyContactChange, firstContactState } from './apply-contact-change.js';
import type { Contact } from './contact.js';
import type { ContactEvent, NewContactEvent } from './contact-events.js';
import {
  type ContactChange,
  ContactContendedError,
  type ContactFilter,
  type ContactStore,
  type NewContact,
} from './contact-store.js';
import type { ContactStoreSettings } from './memory-contact-store.js';

/** How a contact stands in the database. */
type ContactDocument = Omit<Contact, 'id'> & {
  readonly _id: string;
  /** The owner, for as long as the contact is not over. */
  readonly liveOn?: string;
  readonly schemaVersion: 1;
};

const schema = new Schema<ContactDocument>(
  { _id: String, accountId: String, customer: String, liveOn: String },
  { collection: 'contacts', versionKey: false, autoIndex: false, autoCreate: false, strict: false },
);
// MongoDB finds a guarded update by `_id` alone; the stand-in server only by a unique index over exactly the members asked for.
schema.index({ _id: 1, revision: 1 }, { unique: true });
schema.index({ accountId: 1, _id: -1 });
schema.index({ accountId: 1, customer: 1, _id: -1 });
schema.index({ accountId: 1, 'participants.agentId': 1, _id: -1 });
schema.index({ liveOn: 1 }, { sparse: true });
schema.index({ 'pendingEvents.sequence': 1 }, { sparse: true });

/** More rounds than any contention that is not a fault can need. */
const maxRounds = 100;

/** Keeps contacts in MongoDB: one document each, every change one update that holds only for the revision it was decided on. */
export class MongoContactStore implements ContactStore {
  readonly #settings: ContactStoreSettings;
  readonly #model: Model<ContactDocument>;

  constructor(connection: Connection, settings: ContactStoreSettings) {
    this.#settings = settings;
    this.#model = connection.model<ContactDocument>('Contact', schema);
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async insert(contact: NewContact, events: readonly NewContactEvent[]): Promise<Contact> {
    const stored = firstContactState(contact, events, this.#stamp());
    await this.#contacts.insertOne(toDocument(stored), { ignoreUndefined: true });
    this.#tell(contact.id, stored.pendingEvents);
    return stored;
  }

  async get(accountId: string, contactId: string): Promise<Contact | undefined> {
    const contact = await this.#find(contactId);
    return contact?.accountId === accountId ? contact : undefined;
  }

  async findMany(contactIds: readonly string[]): Promise<readonly Contact[]> {
    return (await this.#contacts.find({ _id: { $in: [...contactIds] } }).toArray()).map(toContact);
  }

  async change(
    contactId: string,
    decide: (contact: Contact) => ContactChange | undefined,
    known?: Contact,
  ): Promise<Contact | undefined> {
    let current = known ?? (await this.#find(contactId));
    for (let round = 0; round < maxRounds; round++) {
      if (!current) return undefined;
      const change = decide(current);
      if (!change) return current;
      const next = applyContactChange(current, change, this.#stamp());
      if (await this.#write(current, next.contact, change, next.events)) {
        this.#tell(contactId, next.events);
        return next.contact;
      }
      current = await this.#find(contactId);
    }
    throw new ContactContendedError(contactId);
  }

  async list(
    accountId: string,
    filter: ContactFilter,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<readonly Contact[]> {
    const found = await this.#contacts
      .find({ accountId, ...conditions(filter), ...(before === undefined ? {} : { _id: { $lt: before } }) })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray();
    return found.map(toContact);
  }

  async liveOnNode(nodeId: string): Promise<readonly Contact[]> {
    return (await this.#contacts.find({ liveOn: nodeId }).toArray()).map(toContact);
  }

  async nodesWithLiveContacts(): Promise<readonly string[]> {
    const nodes = await this.#contacts.distinct('liveOn', { liveOn: { $exists: true } });
    return nodes.filter((node) => node !== undefined);
  }

  async withPendingEvents(limit: number): Promise<readonly string[]> {
    const found = await this.#contacts
      .find({ 'pendingEvents.sequence': { $gt: 0 } }, { projection: { _id: 1 } })
      .limit(limit)
      .toArray();
    return found.map((document) => document._id);
  }

  async removePendingEventsOf(relayed: readonly { contactId: string; sequence: number }[]): Promise<void> {
    if (relayed.length === 0) return;
    await this.#contacts.bulkWrite(
      relayed.map(({ contactId, sequence }) => ({
        updateOne: {
          filter: { _id: contactId },
          update: { $pull: { pendingEvents: { sequence: { $lte: sequence } } } },
        },
      })),
      { ordered: false },
    );
  }

  async #find(contactId: string): Promise<Contact | undefined> {
    const document = await this.#contacts.findOne({ _id: contactId });
    return document ? toContact(document) : undefined;
  }

  /** Whether the document was still at the revision that the change was decided on. */
  async #write(
    before: Contact,
    after: Contact,
    change: ContactChange,
    events: readonly ContactEvent[],
  ): Promise<boolean> {
    const over = after.status === 'finished' && before.status !== 'finished';
    const result = await this.#contacts.updateOne(
      { _id: before.id, revision: before.revision },
      {
        $set: { ...change.set, sequence: after.sequence, revision: after.revision },
        ...(events.length === 0 ? {} : { $push: { pendingEvents: { $each: [...events] } } }),
        ...(over ? { $unset: { liveOn: '' as const } } : {}),
      },
      { ignoreUndefined: true },
    );
    return result.matchedCount === 1;
  }

  get #contacts(): mongo.Collection<ContactDocument> {
    return this.#model.collection as unknown as mongo.Collection<ContactDocument>;
  }

  #tell(contactId: string, events: readonly ContactEvent[]): void {
    if (events.length > 0) this.#settings.onContactEvents?.(contactId, events);
  }

  #stamp() {
    return { newId: this.#settings.newId, now: this.#settings.clock.now() };
  }
}

function conditions({ startedFrom, startedTo, agentId, skillGroupId, live, ...equal }: ContactFilter) {
  const range = {
    ...(startedFrom === undefined ? {} : { $gte: startedFrom }),
    ...(startedTo === undefined ? {} : { $lt: startedTo }),
  };
  return {
    ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
    ...(Object.keys(range).length === 0 ? {} : { startedAt: range }),
    ...(live === undefined ? {} : { liveOn: { $exists: live } }),
    ...(agentId === undefined ? {} : { 'participants.agentId': agentId }),
    ...(skillGroupId === undefined ? {} : { $or: [{ skillGroupId }, { 'participants.skillGroupId': skillGroupId }] }),
  };
}

function toDocument(contact: Contact): ContactDocument {
  const { id, ...rest } = contact;
  return { _id: id, ...rest, ...(contact.status === 'finished' ? {} : { liveOn: contact.nodeId }), schemaVersion: 1 };
}

function toContact(document: ContactDocument): Contact {
  const { _id, liveOn: _, schemaVersion: __, ...rest } = document;
  return { id: _id, ...rest };
}
