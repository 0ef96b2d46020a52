import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Contact } from './contact.js';
import type { NewContactEvent } from './contact-events.js';
import type { ContactChange, ContactStore, NewContact } from './contact-store.js';

interface ContactRecordDeps {
  readonly store: ContactStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Brings the record of a live contact up to what its owner knows: one write after another, each with all that came since, again and again until the store takes
 * it.
 */
export class ContactRecord {
  readonly #deps: ContactRecordDeps;
  readonly #first: NewContact;
  #known: Contact | undefined;
  #change: ContactChange['set'] = {};
  /** Of `#change`, what nobody has asked to be written soon. */
  #kept: NonNullable<ContactChange['set']> = {};
  #events: NewContactEvent[] = [];
  #dirty = true;
  #writing: Promise<void> | undefined;
  #tried = false;

  /** @param stored the record where it exists already */
  constructor(first: NewContact, stored: Contact | undefined, deps: ContactRecordDeps) {
    this.#first = first;
    this.#known = stored;
    this.#deps = deps;
    this.#dirty = stored === undefined;
  }

  /** Sets fields and pushes events, soon. */
  write(set: ContactChange['set'], events: readonly NewContactEvent[]): void {
    this.#change = { ...this.#change, ...set };
    this.#events.push(...events);
    this.#dirty = true;
    if (!this.#writing) this.#begin();
  }

  #begin(): void {
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      // Asked for after the last look and before this.
      if (this.#dirty) this.#begin();
    });
  }

  /** Sets fields with the next write, whenever that is. */
  keep(set: ContactChange['set']): void {
    this.#change = { ...this.#change, ...set };
    this.#kept = { ...this.#kept, ...set };
  }

  /** What only `keep` was told so far. */
  get kept(): NonNullable<ContactChange['set']> {
    return this.#kept;
  }

  /** Writes what was kept, where no other write took it along. */
  writeKept(): void {
    if (Object.keys(this.#change ?? {}).length > 0) this.write({}, []);
  }

  /** Resolves when all that was asked for is stored. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    for (let waitMs = 100; this.#dirty; ) {
      const change = this.#change;
      const events = this.#events;
      this.#change = {};
      this.#kept = {};
      this.#events = [];
      this.#dirty = false;
      try {
        await this.#store(change, events);
        waitMs = 100;
      } catch (error) {
        this.#deps.logger.error({ err: error, contactId: this.#first.id }, 'A contact was not written; trying again.');
        this.#change = { ...change, ...this.#change };
        this.#events = [...events, ...this.#events];
        this.#dirty = true;
        await pause(this.#deps.clock, waitMs);
        waitMs = Math.min(waitMs * 2, 5000);
      }
    }
  }

  async #store(set: ContactChange['set'], events: readonly NewContactEvent[]): Promise<void> {
    const { store } = this.#deps;
    if (!this.#known) {
      // A first write that seemed to fail may have been taken.
      const [there] = this.#tried ? await store.findMany([this.#first.id]) : [];
      if (!there) {
        this.#tried = true;
        this.#known = await store.insert({ ...this.#first, ...set }, events);
        return;
      }
      this.#known = there;
    }
    this.#known = await store.change(
      this.#first.id,
      // Closed by whoever took us for dead: it ends once.
      (contact) => (contact.status === 'finished' ? undefined : { ...(set ? { set } : {}), events }),
      this.#known,
    );
  }
}
