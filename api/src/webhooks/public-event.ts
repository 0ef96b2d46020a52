import { type EventType, eventTypes } from '@hookswitch/openapi/event-types';

/** All types of events that leave the platform: those of the API description. */
export const publicEventTypes: readonly EventType[] = eventTypes;

export type PublicEventType = EventType;

/** What a receiver gets: Standard Webhooks' type, timestamp and data, and what the event is about. */
export interface PublicEvent {
  readonly id: string; // EV…
  readonly type: PublicEventType;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly accountId: string;
  /** The call, contact, agent or conference it is about: one of them, or none on events about other things. */
  readonly callId?: string;
  readonly contactId?: string;
  readonly agentId?: string;
  readonly conferenceId?: string;
  /** Its number among the events about the same thing. */
  readonly sequence?: number;
  readonly data: Readonly<Record<string, unknown>>;
}
