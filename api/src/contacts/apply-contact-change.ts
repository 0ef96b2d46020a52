import { type EventStamp, firstOutbox, nextOutbox } from '../store/outbox-change.js';
import type { Contact } from './contact.js';
import type { ContactEvent, NewContactEvent } from './contact-events.js';
import type { ContactChange, NewContact } from './contact-store.js';

/** A contact as it is first stored, its events numbered from 1. Pure but for the ids. */
export function firstContactState(contact: NewContact, events: readonly NewContactEvent[], stamp: EventStamp): Contact {
  return { ...contact, ...firstOutbox(events, stamp) };
}

/** The contact after a change, and the events it pushed. Pure but for the ids. */
export function applyContactChange(
  contact: Contact,
  change: ContactChange,
  stamp: EventStamp,
): { readonly contact: Contact; readonly events: readonly ContactEvent[] } {
  const { outbox, events } = nextOutbox(contact, change.events ?? [], stamp);
  return { contact: { ...contact, ...change.set, ...outbox }, events };
}
