import { BaseError } from '@hookswitch/kernel/base-error';
import type { Call } from './call.js';
import type { CallEvent, NewCallEvent } from './call-events.js';
import type { CallStatus } from './call-state.js';

/**
 * Where calls are kept. It refuses to know why a call changes.
 *
 * What must hold:
 * - A change and its events are one write: both are there afterwards or neither is.
 * - Events of one call are numbered 1, 2, 3 … without gaps, whoever writes, also when two processes change one call at once.
 * - `change` never loses another's change: it applies `decide` to the document as it is, again if it lost a race.
 */
export interface CallStore {
  /** Stores a new call with its first events. Its own `sequence`, `revision` and `pendingEvents` do not count. */
  insert(call: NewCall, events: readonly NewCallEvent[]): Promise<Call>;
  /** The account's call, or undefined (also when it is another account's). */
  get(accountId: string, callId: string): Promise<Call | undefined>;
  /** A call of any account. Only for the platform's own work. */
  find(callId: string): Promise<Call | undefined>;
  /** As `find`, for many at once: those that exist, in no order. */
  findMany(callIds: readonly string[]): Promise<readonly Call[]>;
  /**
   * Changes a call. `decide` is given the call as it is and says what to set and which events to push, or undefined to leave it; it may run more than
   * once and must be pure. `known` is the caller's latest copy and saves a read. Resolves to the call afterwards, or undefined where it does not exist.
   * Rejects with `OutboxFullError` where too many events wait to be relayed; a change that ends the call is taken even then.
   * A change that nobody waits for is asked for `soon` (default `now`): a store may put it off by some milliseconds, to write it together with others.
   */
  change(callId: string, decide: DecideCallChange, known?: Call, when?: 'now' | 'soon'): Promise<Call | undefined>;
  /** The account's calls, newest first. */
  list(
    accountId: string,
    filter: CallFilter,
    page: { limit: number; before?: string | undefined },
  ): Promise<readonly Call[]>;
  /** Calls of that node that are not over. */
  liveOnNode(nodeId: string): Promise<readonly Call[]>;
  /** The nodes that own calls which are not over. */
  nodesWithLiveCalls(): Promise<readonly string[]>;
  /** Calls with events to relay, at most `limit`. The sweep behind the relay's jobs. */
  withPendingEvents(limit: number): Promise<readonly { callId: string }[]>;
  /** Takes events off the outbox up to and with `sequence`. */
  removePendingEvents(callId: string, sequence: number): Promise<void>;
  /** As `removePendingEvents`, for many calls at once. Killed halfway, some have lost theirs and others have not. */
  removePendingEventsOf(relayed: readonly { readonly callId: string; readonly sequence: number }[]): Promise<void>;
}

/** Says what becomes of a call as it is: undefined leaves it. Pure. */
export type DecideCallChange = (call: Call) => CallChange | undefined;

/** A call as its maker gives it. */
export type NewCall = Omit<Call, 'sequence' | 'revision' | 'pendingEvents'>;

/** What one change does. */
export interface CallChange {
  readonly set?: Partial<
    Omit<Call, 'id' | 'accountId' | 'contactId' | 'sequence' | 'revision' | 'pendingEvents' | 'direction' | 'createdAt'>
  >;
  readonly events?: readonly NewCallEvent[];
}

export interface CallFilter {
  readonly status?: CallStatus;
  readonly from?: string;
  readonly to?: string;
  readonly direction?: Call['direction'];
  readonly parentCallId?: string;
  readonly contactId?: string;
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** The relay is so far behind that no more events are taken: slow down and try again. */
export class OutboxFullError extends BaseError {
  constructor(callId: string, pending: number) {
    super('unavailable', 'outbox-full', `${pending} events of ${callId} wait to be sent; try again in a moment.`, {
      retryAfterSeconds: 2,
    });
  }
}

/** Others changed the call again and again while we tried to. */
export class CallContendedError extends BaseError {
  constructor(callId: string) {
    super('unavailable', 'call-contended', `${callId} is being changed by too many at once; try again in a moment.`, {
      retryAfterSeconds: 1,
    });
  }
}

/** Called after each write that pushed events, with them and the call as the write left it: the hint that starts the relay. */
export type OnCallEvents = (callId: string, events: readonly CallEvent[], call: Call) => void;
