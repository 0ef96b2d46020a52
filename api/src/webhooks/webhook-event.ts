import type { EventType } from '@hookswitch/openapi/event-types';
import type { Call } from '../calls/call.js';
import type { CallEvent, CallEventType } from '../calls/call-events.js';

/** All types of events that leave the platform. */
export const publicEventTypes = [
  'call.initiated',
  'call.ringing',
  'call.answered',
  'call.updated',
  'call.completed',
  'cdr.created',
  'recording.started',
  'recording.paused',
  'recording.resumed',
  'recording.completed',
  'recording.available',
  'recording.absent',
  'recording.failed',
  'webhook-endpoint.disabled',
  'webhook.test',
] as const satisfies readonly EventType[];

/** Does not compile while the API description has an event that is not listed above. */
export type PublicEventType = EventType extends (typeof publicEventTypes)[number] ? EventType : never;

/** What a receiver gets: Standard Webhooks' type, timestamp and data, and what the event is about. */
export interface PublicEvent {
  readonly id: string; // EV…
  readonly type: PublicEventType;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly accountId: string;
  /** The call it is about, and its number within that call; absent on events about other things. */
  readonly callId?: string;
  readonly sequence?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Payloads are kept below this (Standard Webhooks 1.0). */
export const maxPayloadBytes = 20_000;

/** Domain event → public event: one name each. A new domain event does not compile until it stands here. */
const publicType: Record<CallEventType, PublicEventType> = {
  'call.initiated': 'call.initiated',
  'call.ringing': 'call.ringing',
  'call.answered': 'call.answered',
  'call.updated': 'call.updated',
  'call.completed': 'call.completed',
  'cdr.created': 'cdr.created',
  'recording.started': 'recording.started',
  'recording.paused': 'recording.paused',
  'recording.resumed': 'recording.resumed',
  'recording.completed': 'recording.completed',
  'recording.available': 'recording.available',
  'recording.absent': 'recording.absent',
  'recording.failed': 'recording.failed',
};

/** The public form of an event of that call. */
export function toPublicEvent(event: CallEvent, call: Pick<Call, 'id' | 'accountId'>): PublicEvent {
  return withinLimit({
    id: event.id,
    type: publicType[event.type],
    timestamp: new Date(event.occurredAt).toISOString(),
    accountId: call.accountId,
    callId: call.id,
    sequence: event.sequence,
    data: publicTimes(event.data) as PublicEvent['data'],
  });
}

/** Any name that ends in `At` holds a time: inside as milliseconds, outside as RFC 3339. Undefined values are left out. */
export function publicTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(publicTimes);
  if (value === null || typeof value !== 'object') return value;
  // Not by assignment: a tag may be called `__proto__`.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name, isTime(name, inner) ? new Date(inner).toISOString() : publicTimes(inner)]),
  );
}

/** The last time a date can hold (ECMAScript 21.4.1.1), milliseconds. */
const latestTime = 8.64e15;

function isTime(name: string, value: unknown): value is number {
  return typeof value === 'number' && name.endsWith('At') && Math.abs(value) <= latestTime;
}

/** Takes out of a payload that is too large what can be had by the API, and says so: first tags, then all but the names of things. */
function withinLimit(event: PublicEvent): PublicEvent {
  if (bytes(event) <= maxPayloadBytes) return event;
  const bare = { ...event, data: { ...withoutTags(event.data), truncated: true } };
  return bytes(bare) <= maxPayloadBytes ? bare : { ...event, data: { truncated: true } };
}

function withoutTags(data: PublicEvent['data']): PublicEvent['data'] {
  const call = data.call as Record<string, unknown> | undefined;
  return {
    ...data,
    ...('tags' in data ? { tags: {} } : {}),
    ...(call && 'tags' in call ? { call: { ...call, tags: {} } } : {}),
  };
}

function bytes(event: PublicEvent): number {
  const text = JSON.stringify(event);
  return text.length > maxPayloadBytes / 3 ? Buffer.byteLength(text) : text.length;
}
