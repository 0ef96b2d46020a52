/** Something that happened to a contact, as it waits in the contact's outbox. `data` is what the public event carries besides the contact's view. */
export interface ContactEvent {
  readonly id: string; // EV…
  readonly type: ContactEventType;
  /** Gap-free per contact, from 1. */
  readonly sequence: number;
  readonly at: number;
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
  | 'contact.completed';
