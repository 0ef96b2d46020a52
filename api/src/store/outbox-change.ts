import type { NewId } from '@hookswitch/kernel/ids';

/** What a store needs to number and date the events of a change. */
export interface EventStamp {
  readonly newId: NewId;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An event on the document it is about. */
interface OutboxEvent<Type extends string> {
  readonly id: string; // EV…
  readonly type: Type;
  /** 1, 2, 3 … per document. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly data: Readonly<Record<string, unknown>>;
}

type NewOutboxEvent<Type extends string> = Pick<OutboxEvent<Type>, 'type' | 'data'> &
  Partial<Pick<OutboxEvent<Type>, 'occurredAt'>>;

/** What every document with an outbox has: its events are written with the change they tell of. */
interface Outbox<Type extends string> {
  /** The last event's number. */
  readonly sequence: number;
  /** Raised by every change. */
  readonly revision: number;
  /** Oldest first. */
  readonly pendingEvents: readonly OutboxEvent<Type>[];
}

/** The outbox of a document that is first stored, its events numbered from 1. Pure but for the ids. */
export function firstOutbox<Type extends string>(
  events: readonly NewOutboxEvent<Type>[],
  stamp: EventStamp,
): Outbox<Type> {
  return nextOutbox({ sequence: 0, revision: 0, pendingEvents: [] }, events, stamp).outbox;
}

/** The outbox after one change, and the events that the change pushed. Pure but for the ids. */
export function nextOutbox<Type extends string>(
  before: Outbox<Type>,
  events: readonly NewOutboxEvent<Type>[],
  stamp: EventStamp,
): { readonly outbox: Outbox<Type>; readonly events: readonly OutboxEvent<Type>[] } {
  const pushed = events.map(({ type, data, occurredAt = stamp.now }, index) => ({
    id: stamp.newId('EV'),
    type,
    sequence: before.sequence + index + 1,
    occurredAt,
    data,
  }));
  return {
    outbox: {
      sequence: before.sequence + pushed.length,
      revision: before.revision + 1,
      pendingEvents: pushed.length === 0 ? before.pendingEvents : [...before.pendingEvents, ...pushed],
    },
    events: pushed,
  };
}
