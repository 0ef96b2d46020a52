import type { NewId } from '@hookswitch/kernel/ids';
import type { Contact } from './contact.js';
import type { ContactEvent, NewContactEvent } from './contact-events.js';
import type { ContactChange, NewContact } from './contact-store.js';

/** What a store needs to number and date events. */
export interface EventStamp {
  readonly newId: NewId;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A contact as it is first stored, its events numbered from 1. Pure but for the ids. */
export function firstContactState(contact: NewContact, events: readonly NewContactEvent[], stamp: EventStamp): Contact {
  const pendingEvents = number(events, 0, stamp);
  return { ...contact, sequence: pendingEvents.length, revision: 1, pendingEvents };
}

/** The contact after a change, and the events it pushed. Pure but for the ids. */
export function applyContactChange(
  contact: Contact,
  change: ContactChange,
  stamp: EventStamp,
): { readonly contact: Contact; readonly events: readonly ContactEvent[] } {
  const events = number(change.events ?? [], contact.sequence, stamp);
  return {
    contact: {
      ...contact,
      ...change.set,
      sequence: contact.sequence + events.length,
      revision: contact.revision + 1,
      pendingEvents: [...contact.pendingEvents, ...events],
    },
    events,
  };
}

function number(events: readonly NewContactEvent[], after: number, stamp: EventStamp): readonly ContactEvent[] {
  return events.map(({ type, data }, index) => ({
    id: stamp.newId('EV'),
    type,
    sequence: after + index + 1,
    occurredAt: stamp.now,
    data,
  }));
}
