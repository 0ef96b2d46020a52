/** Something that happened to a contact, as it waits in the contact's outbox. */
export interface ContactEvent {
  readonly id: string; // EV…
  readonly type: ContactEventType;
  /** Gap-free per contact, from 1. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** What the public event carries: `contact` as it was then, and what happened where the type alone does not say it. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type ContactEventType =
  | 'contact.started'
  | 'contact.queued'
  | 'contact.offered'
  | 'contact.accepted'
  | 'contact.updated'
  | 'contact.participant-joined'
  | 'contact.participant-left'
  | 'contact.voicemail-left'
  | 'contact.callback-requested'
  | 'contact.completed';

/** An event before the store gave it its id, number and time. */
export type NewContactEvent = Pick<ContactEvent, 'type' | 'data'>;
