import type { PublicEvent } from './public-event.js';
import type { WrittenEvent } from './webhook-event.js';

/** An event as it is kept: what it is found by, and what receivers get. */
export interface StoredEvent extends Omit<PublicEvent, 'data' | 'callId' | 'contactId' | 'agentId' | 'conferenceId'> {
  /** The call, contact or agent it is about. */
  readonly subjectId?: string;
  /** The whole event as JSON text, which is signed and sent: the same for every attempt and every receiver. */
  readonly payload: string;
}

/** An event as it is stored. */
export function storedEvent(event: PublicEvent): StoredEvent {
  return storedAs({ event, payload: JSON.stringify(event) });
}

/** An event of which the text is there already, as it is stored. */
export function storedAs({ event, payload }: WrittenEvent): StoredEvent {
  const { data: _, callId, contactId, agentId, conferenceId, ...rest } = event;
  const subjectId = callId ?? contactId ?? agentId ?? conferenceId;
  return { ...rest, ...(subjectId === undefined ? {} : { subjectId }), payload };
}

/** What was stored. */
export function publicEvent(event: StoredEvent): PublicEvent {
  return JSON.parse(event.payload) as PublicEvent;
}
