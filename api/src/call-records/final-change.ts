import type { MediaStats } from '@hookswitch/media/port/live-call';
import type { MediaPath } from '@hookswitch/media/port/media-path';
import type { Termination } from '@hookswitch/media/port/termination';
import type { Call } from './call.js';
import type { NewCallEvent } from './call-events.js';
import type { CallInContact } from './call-in-contact.js';
import { callEvent } from './call-snapshot.js';
import { advance, type CallSignal, type CallStatus, isFinal } from './call-state.js';
import type { CallChange } from './call-store.js';

/** How a call ended, as its owner (or whoever closes it for a dead owner) knows it. Times are milliseconds since the epoch. */
export interface CallEnd {
  readonly termination: Termination;
  readonly media?: MediaStats;
  readonly mediaPath?: MediaPath;
  readonly endedAt: number;
  /** Set where the leg was answered: the record may not know it yet. */
  readonly answeredAt?: number;
  /** What the call was in a contact; undefined where it was in none, or nobody knows any more. */
  readonly inContact?: CallInContact | undefined;
}

/** Makes the CDR of a call that is over. Pure. */
export type BuildCdr = (call: Call, inContact?: CallInContact) => object;

const signalOfResult: Record<Termination['result'], CallSignal> = {
  completed: 'fail', // only answered legs are completed; one that says so unanswered is a fault
  busy: 'busy',
  'no-answer': 'noAnswer',
  canceled: 'cancel',
  failed: 'fail',
};

/** What an end is to a call in that status. */
export function endSignal(status: CallStatus, termination: Termination): CallSignal {
  return status === 'in-progress' ? 'end' : signalOfResult[termination.result];
}

/**
 * The one write that ends a call: its final status, `call.completed` and `cdr.created` (and `call.answered`, where that write never came through).
 * Undefined for a call that is over already, so that a call ends once, whoever ends it. Pure.
 */
export function finalChange(call: Call, end: CallEnd, buildCdr: BuildCdr): CallChange | undefined {
  if (isFinal(call.status)) return undefined;
  const answeredAt = call.answeredAt ?? end.answeredAt;
  const missedAnswer = answeredAt !== undefined && call.status !== 'in-progress';
  const before = missedAnswer ? { ...call, status: advance(call.status, 'answer'), answeredAt } : call;
  const status = advance(before.status, endSignal(before.status, end.termination));
  const set = {
    status,
    // A call whose owner died is ended by the clock of another process.
    endedAt: Math.max(end.endedAt, answeredAt ?? call.createdAt),
    termination: { ...end.termination, result: status as Termination['result'] },
    ...(answeredAt === undefined ? {} : { answeredAt }),
    ...(end.media === undefined ? {} : { media: end.media }),
    ...(end.mediaPath === undefined ? {} : { mediaPath: end.mediaPath }),
  };
  const final: Call = { ...call, ...set };
  const events: NewCallEvent[] = [
    ...(missedAnswer ? [callEvent('call.answered', before)] : []),
    callEvent('call.completed', final),
    { type: 'cdr.created', data: { ...buildCdr(final, end.inContact) } },
  ];
  return { set, events };
}
