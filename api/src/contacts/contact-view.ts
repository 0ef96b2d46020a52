import type { Schema } from '@hookswitch/openapi/operations';
import { callTypeNumber } from './call-type-number.js';
import type { Contact, Participant, TrailEntry } from './contact.js';
import type { NewContactEvent } from './contact-events.js';
import { endCodeNumber } from './end-code-number.js';

/** What a view needs of a contact; what is written apart from the acts may be missing while it lives. */
export type ViewedContact = Omit<Contact, 'sequence' | 'revision' | 'pendingEvents' | 'recordingIds'> &
  Partial<Pick<Contact, 'sequence' | 'recordingIds'>>;

/** A contact as users see it. */
export function contactView(contact: ViewedContact): Schema<'Contact'> {
  return {
    id: contact.id,
    accountId: contact.accountId,
    direction: contact.direction,
    callType: callTypeNumber[contact.direction],
    customer: contact.customer,
    protectedCustomer: contact.protectedCustomer ?? null,
    line: contact.line,
    location: contact.location ? { ...contact.location } : null,
    status: contact.status,
    roomId: contact.status === 'joining' || contact.status === 'inProgress' ? roomOf(contact.id) : null,
    startedAt: time(contact.startedAt),
    queuedAt: optionalTime(contact.queuedAt),
    ringingAt: optionalTime(contact.ringingAt),
    acceptedAt: optionalTime(contact.acceptedAt),
    endedAt: optionalTime(contact.endedAt),
    endCode: contact.endCode ?? null,
    endCodeNumber: contact.endCode === undefined ? null : endCodeNumber[contact.endCode],
    endedBy: contact.endedBy ?? null,
    skillGroupId: contact.skillGroupId ?? null,
    participants: contact.participants.map(participantView),
    keys: contact.keys.map(pressedKeyView),
    ratings: (contact.ratings ?? []).map(pressedKeyView),
    voicemails: (contact.voicemails ?? []).map(({ recordingId, skillGroupId, durationSeconds, at }) => ({
      recordingId,
      skillGroupId: skillGroupId ?? null,
      durationSeconds,
      leftAt: time(at),
    })),
    uui: contact.uui ?? null,
    remark: contact.remark ?? null,
    recordingIds: [...(contact.recordingIds ?? [])],
    lastEventSequence: contact.sequence ?? 0,
  };
}

/** A contact has one room in its life, open while there is a talk. */
function roomOf(contactId: string): string {
  return `CF${contactId.slice(2)}`;
}

/** What happened to a contact as users see it. */
export function trailEntryView({ at, what, agentId, because, detail }: TrailEntry): Schema<'ContactTrailEntry'> {
  return {
    at: time(at),
    what,
    agentId: agentId ?? null,
    because: (because ?? []).map((reason) => ({ ...reason })),
    detail: detail === undefined ? null : { ...detail },
  };
}

/** An event about a contact, with the contact as it is after the change. */
export function contactEvent(
  type: NewContactEvent['type'],
  contact: ViewedContact,
  detail?: Readonly<Record<string, unknown>>,
): NewContactEvent {
  return { type, data: { ...fitting(contactView(contact)), ...(detail === undefined ? {} : { detail }) } };
}

/** An event's payload stays below 20,000 bytes; what else is in it needs less than the rest. */
const mostContactBytes = 17_000;

/** A record that is too large for an event, without what can be had by its id: who never came, keys, notes. */
function fitting(contact: Schema<'Contact'>): { readonly contact: Schema<'Contact'>; readonly truncated?: true } {
  if (Buffer.byteLength(JSON.stringify(contact)) <= mostContactBytes) return { contact };
  const participants = contact.participants.filter(
    ({ acceptedAt, type }) => acceptedAt !== null || type === 'customer',
  );
  const bare = {
    ...contact,
    participants: participants.slice(-25),
    keys: [],
    ratings: [],
    voicemails: [],
    remark: null,
  };
  return { contact: bare, truncated: true };
}

function pressedKeyView({ key, label, at }: Contact['keys'][number]): Schema<'ContactKey'> {
  return { key, label, pressedAt: time(at) };
}

function participantView(participant: Participant): Schema<'ContactParticipant'> {
  const { sequence, type, startedAt, heldMs, afterCallWorkMs } = participant;
  return {
    sequence,
    type,
    agentId: participant.agentId ?? null,
    phone: participant.phone ?? null,
    callerId: participant.callerId ?? null,
    callId: participant.callId ?? null,
    skillGroupId: participant.skillGroupId ?? null,
    startedAt: time(startedAt),
    ringingAt: optionalTime(participant.ringingAt),
    acceptedAt: optionalTime(participant.acceptedAt),
    endedAt: optionalTime(participant.endedAt),
    endCode: participant.endCode ?? null,
    transferFrom: participant.transferFrom ?? null,
    transferTo: participant.transferTo ?? null,
    muted: participant.muted === true && participant.endedAt === undefined,
    heldSeconds: heldMs / 1000,
    afterCallWorkSeconds: afterCallWorkMs === undefined ? null : afterCallWorkMs / 1000,
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function optionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : time(ms);
}
