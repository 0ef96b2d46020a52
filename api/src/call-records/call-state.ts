import { BaseError } from '@hookswitch/kernel/base-error';

/**
 * Where a call stands, in Twilio's words.
 *
 * ```
 *  queued ──ring──▶ ringing ──answer──▶ in-progress ──end──▶ completed
 *     │                │
 *     └──busy, noAnswer, cancel, fail──▶ busy | no-answer | canceled | failed
 * ```
 */
export type CallStatus =
  | 'queued' // accepted by the API, or dialled and nothing heard yet
  | 'ringing' // an inbound call not answered yet, or the far end rings
  | 'in-progress' // answered
  | 'completed' // was answered and ended
  | 'busy'
  | 'no-answer'
  | 'canceled' // ended by our side or by the caller before the answer
  | 'failed'; // could not be made or was refused

/** What moves a call on. */
export type CallSignal = 'ring' | 'answer' | 'busy' | 'noAnswer' | 'cancel' | 'fail' | 'end';

const beforeAnswer = {
  answer: 'in-progress',
  busy: 'busy',
  noAnswer: 'no-answer',
  cancel: 'canceled',
  fail: 'failed',
} as const;

const next: Record<CallStatus, Partial<Record<CallSignal, CallStatus>>> = {
  queued: { ring: 'ringing', ...beforeAnswer }, // a 200 or 486 without 18x is legal
  ringing: beforeAnswer,
  'in-progress': { end: 'completed' },
  completed: {},
  busy: {},
  'no-answer': {},
  canceled: {},
  failed: {},
};

/** A signal that does not fit the call's status: a bug of ours, never a user's fault. */
export class InvalidCallTransitionError extends BaseError {
  constructor(status: CallStatus, signal: CallSignal) {
    super('bug', 'invalid-call-transition', `A call that is ${status} cannot take the signal '${signal}'.`);
  }
}

/** The status after `signal`. The only way a call's status changes. */
export function advance(status: CallStatus, signal: CallSignal): CallStatus {
  const to = next[status][signal];
  if (!to) throw new InvalidCallTransitionError(status, signal);
  return to;
}

/** Whether the call is over. */
export function isFinal(status: CallStatus): boolean {
  return Object.keys(next[status]).length === 0;
}
