import type { PublicEvent } from './webhook-event.js';

/** An event as it is kept: what it is found by, and what receivers get. */
export interface StoredEvent extends Omit<PublicEvent, 'data'> {
  /** The whole event as JSON text, which is signed and sent: the same for every attempt and every receiver. */
  readonly payload: string;
}

/** An event as it is stored. */
export function storedEvent({ data, ...rest }: PublicEvent): StoredEvent {
  return { ...rest, payload: JSON.stringify({ ...rest, data }) };
}

/** What was stored. */
export function publicEvent(event: StoredEvent): PublicEvent {
  return JSON.parse(event.payload) as PublicEvent;
}
