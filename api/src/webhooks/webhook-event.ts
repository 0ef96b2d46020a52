import type { OutboxDocument, PendingEvent } from '../events/outbox-source.js';
import type { PublicEvent } from './public-event.js';

/** Payloads are kept below this (Standard Webhooks 1.0). */
export const maxPayloadBytes = 20_000;

/** What the envelope calls the thing an event is about, by the kind of its id. */
const subjectNames = { CA: 'callId', CN: 'contactId', AG: 'agentId', CF: 'conferenceId' } as const;

/** An event and the JSON text of it, which is what is stored, signed and sent. */
export interface WrittenEvent {
  readonly event: PublicEvent;
  readonly payload: string;
}

/** The public form of an event of that document. @throws TypeError where the envelope has no name for such a document */
export function toPublicEvent(event: PendingEvent, document: Pick<OutboxDocument, 'id' | 'accountId'>): PublicEvent {
  return writeEvent(event, document).event;
}

/** As `toPublicEvent`, with its text. */
export function writeEvent(event: PendingEvent, document: Pick<OutboxDocument, 'id' | 'accountId'>): WrittenEvent {
  const subject = subjectNames[document.id.slice(0, 2) as keyof typeof subjectNames];
  if (subject === undefined) throw new TypeError(`Events cannot be about ${document.id}.`);
  return withinLimit({
    id: event.id,
    type: event.type,
    timestamp: new Date(event.occurredAt).toISOString(),
    accountId: document.accountId,
    [subject]: document.id,
    sequence: event.sequence,
    data: publicTimes(event.data) as PublicEvent['data'],
  });
}

/**
 * Any name that ends in `At` holds a time: inside as milliseconds, outside as RFC 3339. Undefined values are left out. What holds neither is given back as it is, uncopied: most of
 * what events carry does not.
 */
export function publicTimes(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? publicList(value) : publicMembers(value as Readonly<Record<string, unknown>>);
}

function publicList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, member] of list.entries()) {
    const shown = publicTimes(member);
    if (shown === member) continue;
    copy ??= [...list];
    copy[index] = shown;
  }
  return copy ?? list;
}

function publicMembers(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    const member = members[name];
    const shown = isTime(name, member) ? new Date(member).toISOString() : publicTimes(member);
    if (shown === member && member !== undefined) continue;
    // The copy has the name already, so that a tag called `__proto__` stays a member like any other.
    copy ??= { ...members };
    if (shown === undefined) delete copy[name];
    else copy[name] = shown;
  }
  return copy ?? members;
}

/** The last time a date can hold (ECMAScript 21.4.1.1), milliseconds. */
const latestTime = 8.64e15;

function isTime(name: string, value: unknown): value is number {
  return typeof value === 'number' && name.endsWith('At') && Math.abs(value) <= latestTime;
}

/** Takes out of a payload that is too large what can be had by the API, and says so: first tags, then all but the names of things. */
function withinLimit(event: PublicEvent): WrittenEvent {
  const whole = written(event);
  if (fits(whole)) return whole;
  const bare = written({ ...event, data: { ...withoutTags(event.data), truncated: true } });
  return fits(bare) ? bare : written({ ...event, data: { truncated: true } });
}

function written(event: PublicEvent): WrittenEvent {
  return { event, payload: JSON.stringify(event) };
}

/** A character is at most three bytes. */
function fits({ payload }: WrittenEvent): boolean {
  return payload.length <= maxPayloadBytes / 3 || Buffer.byteLength(payload) <= maxPayloadBytes;
}

function withoutTags(data: PublicEvent['data']): PublicEvent['data'] {
  const call = data.call as Record<string, unknown> | undefined;
  return {
    ...data,
    ...('tags' in data ? { tags: {} } : {}),
    ...(call && 'tags' in call ? { call: { ...call, tags: {} } } : {}),
  };
}
