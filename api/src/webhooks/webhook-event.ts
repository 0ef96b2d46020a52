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
] as const;

export type PublicEventType = (typeof publicEventTypes)[number];

/** What a receiver gets, as Standard Webhooks advises: the type, when it happened, and all there is to know of it. */
export interface PublicEvent {
  readonly type: PublicEventType;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
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

/**
 * The public form of a call's event. Every payload says which call it is about (`callId`, `accountId`, `contactId`, `sequence`) and who talks
 * to whom, so that a receiver needs no other event to use it.
 */
export function toPublicEvent(event: CallEvent, call: Call): PublicEvent {
  const facts = {
    accountId: call.accountId,
    callId: call.id,
    contactId: call.contactId,
    ...(call.parentCallId === undefined ? {} : { parentCallId: call.parentCallId }),
    ...(call.applicationId === undefined ? {} : { applicationId: call.applicationId }),
    direction: call.direction,
    from: call.from,
    to: call.to,
  };
  const data = { ...facts, ...(publicTimes(event.data) as Record<string, unknown>), sequence: event.sequence };
  return withinLimit({ type: publicType[event.type], timestamp: new Date(event.occurredAt).toISOString(), data });
}

/** Any name that ends in `At` holds a time: inside as milliseconds, outside as RFC 3339. Undefined values are left out. */
export function publicTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(publicTimes);
  if (value === null || typeof value !== 'object') return value;
  const made: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    made[name] = typeof inner === 'number' && name.endsWith('At') ? new Date(inner).toISOString() : publicTimes(inner);
  }
  return made;
}

/** What may go, in this order, from a payload that is too large. */
const expendable = ['tags', 'headers', 'script', 'media'];

function withinLimit(event: PublicEvent): PublicEvent {
  let made = event;
  for (const name of expendable) {
    if (bytes(made) <= maxPayloadBytes) return made;
    if (!(name in made.data)) continue;
    const { [name]: _, ...rest } = made.data;
    made = { ...made, data: { ...rest, truncated: true } };
  }
  if (bytes(made) <= maxPayloadBytes) return made;
  const { accountId, callId, contactId, sequence } = made.data;
  return { ...made, data: { accountId, callId, contactId, sequence, truncated: true } };
}

function bytes(event: PublicEvent): number {
  const text = JSON.stringify(event);
  return text.length > maxPayloadBytes / 3 ? Buffer.byteLength(text) : text.length;
}
