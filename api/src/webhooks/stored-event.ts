import type { PublicEvent, PublicEventType } from './webhook-event.js';

/** An event as it is kept: what receivers get, and what it is found by. */
export interface StoredEvent {
  readonly id: string; // EV…
  readonly accountId: string;
  readonly type: PublicEventType;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  /** The call it is about, and its number within that call; absent on events about other things. */
  readonly callId?: string;
  readonly sequence?: number;
  /** The JSON text `{type, timestamp, data}` that is signed and sent: the same for every attempt and every receiver. */
  readonly payload: string;
}

/** What a stored event tells. */
export function dataOf(event: StoredEvent): PublicEvent['data'] {
  return (JSON.parse(event.payload) as PublicEvent).data;
}

/** An event as it is stored. */
export function storedEvent(
  id: string,
  about: { accountId: string; callId?: string; sequence?: number },
  event: PublicEvent,
): StoredEvent {
  const { type, timestamp, data } = event;
  return { id, ...about, type, timestamp, payload: JSON.stringify({ type, timestamp, data }) };
}
