import { type EventStamp, firstOutbox, nextOutbox } from '../store/outbox-change.js';
import type { Call } from './call.js';
import type { CallEvent, NewCallEvent } from './call-events.js';
import { isFinal } from './call-state.js';
import { type CallChange, type NewCall, OutboxFullError } from './call-store.js';

/** The most events that may wait on one call before changes are refused. */
export const defaultMaxPendingEvents = 1000;

/** A call as it is first stored, its events numbered from 1. Pure but for the ids. */
export function firstState(call: NewCall, events: readonly NewCallEvent[], stamp: EventStamp): Call {
  return { ...call, ...firstOutbox(events, stamp) };
}

/** The call after a change, and the events it pushed. Pure but for the ids. */
export function applyCallChange(
  call: Call,
  change: CallChange,
  stamp: EventStamp,
): { readonly call: Call; readonly events: readonly CallEvent[] } {
  const { outbox, events } = nextOutbox(call, change.events ?? [], stamp);
  return { call: { ...call, ...change.set, ...outbox }, events };
}

/**
 * Refuses a change whose events the outbox has no room for. The change that ends a call always has room, so that every call ends.
 * @throws OutboxFullError
 */
export function checkOutbox(call: Call, change: CallChange, maxPendingEvents: number): void {
  if (!outboxIsFull(call, change, maxPendingEvents)) return;
  throw new OutboxFullError(call.id, call.pendingEvents.length);
}

/** Whether that change would be refused. */
export function outboxIsFull(call: Call, change: CallChange, maxPendingEvents: number): boolean {
  const more = change.events?.length ?? 0;
  if (more === 0 || (change.set?.status !== undefined && isFinal(change.set.status))) return false;
  return call.pendingEvents.length + more > maxPendingEvents;
}
