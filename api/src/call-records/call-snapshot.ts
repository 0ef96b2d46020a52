import type { Call } from './call.js';
import type { NewCallEvent } from './call-events.js';

/** What an event about a call says of it: the call as it was then, without what only the platform needs. Times are milliseconds since the epoch. */
export type CallSnapshot = Pick<
  Call,
  | 'id'
  | 'accountId'
  | 'contactId'
  | 'parentCallId'
  | 'transferorCallId'
  | 'direction'
  | 'from'
  | 'to'
  | 'fromDisplayName'
  | 'forwardedFrom'
  | 'forwardingReason'
  | 'status'
  | 'trunkId'
  | 'endpointId'
  | 'numberId'
  | 'applicationId'
  | 'statusCallbackUrl'
  | 'scriptRevision'
  | 'createdAt'
  | 'ringingAt'
  | 'answeredAt'
  | 'endedAt'
  | 'termination'
  | 'tags'
  | 'recordingIds'
>;

/** Data of every `call.*` event: the call as it is after the change, and what the change was where the event alone does not say it. */
export interface CallEventData extends Record<string, unknown> {
  readonly call: CallSnapshot;
  /** For `call.updated`: the members of the change. */
  readonly changed?: readonly string[];
}

/** The part of a call that events carry. */
export function callSnapshot(call: Omit<Call, 'sequence' | 'revision' | 'pendingEvents'>): CallSnapshot {
  const snapshot: Record<string, unknown> = {};
  for (const field of fields) if (call[field] !== undefined) snapshot[field] = call[field];
  return snapshot as unknown as CallSnapshot;
}

/** An event about a call, with the call as it is after the change. */
export function callEvent(
  type: Extract<NewCallEvent['type'], `call.${string}`>,
  call: Omit<Call, 'sequence' | 'revision' | 'pendingEvents'>,
  changed?: readonly string[],
): NewCallEvent {
  const data: CallEventData = { call: callSnapshot(call), ...(changed ? { changed } : {}) };
  return { type, data };
}

const fields = Object.keys({
  id: 0,
  accountId: 0,
  contactId: 0,
  parentCallId: 0,
  transferorCallId: 0,
  direction: 0,
  from: 0,
  to: 0,
  fromDisplayName: 0,
  forwardedFrom: 0,
  forwardingReason: 0,
  status: 0,
  trunkId: 0,
  endpointId: 0,
  numberId: 0,
  applicationId: 0,
  statusCallbackUrl: 0,
  scriptRevision: 0,
  createdAt: 0,
  ringingAt: 0,
  answeredAt: 0,
  endedAt: 0,
  termination: 0,
  tags: 0,
  recordingIds: 0,
} satisfies Record<keyof CallSnapshot, 0>) as (keyof CallSnapshot)[];
