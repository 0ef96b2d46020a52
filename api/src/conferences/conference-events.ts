/** Something that happened to a conference, as it waits in its outbox. */
export interface ConferenceEvent {
  readonly id: string; // EV…
  readonly type: ConferenceEventType;
  /** Gap-free per conference, from 1. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** `conference` as it was then, and the participant it is about. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type ConferenceEventType =
  | 'conference.started'
  | 'conference.participant-joined'
  | 'conference.participant-updated'
  | 'conference.participant-left'
  | 'conference.ended';

/** An event before it has its id, number and time. */
export type NewConferenceEvent = Pick<ConferenceEvent, 'type' | 'data'>;
