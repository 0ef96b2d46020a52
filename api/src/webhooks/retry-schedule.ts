import type { Random } from '@hookswitch/kernel/random';
import { isAccepted, type SendOutcome } from './webhook-sender.js';

/** When a failed delivery is tried again. Each number is the wait, in milliseconds, after the attempt of that number (the first is 1). */
export interface RetrySchedule {
  readonly delaysMs: readonly number[];
  /** A wait is lengthened by up to this part of itself, so that a receiver that comes back is not hit by all at once. */
  readonly jitter: number;
  /** An endpoint that has failed for so long without a success between is turned off. */
  readonly disableAfterMs: number;
  /** No wait is longer than this, whatever `Retry-After` says. */
  readonly maxDelayMs: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Svix's schedule: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h more; off after five days of failure. */
export const svixSchedule: RetrySchedule = {
  delaysMs: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour],
  jitter: 0.1,
  disableAfterMs: 5 * 24 * hour,
  maxDelayMs: 24 * hour,
};

/** What comes after one attempt. */
export type NextStep =
  | { readonly kind: 'done' }
  /** Again, at that time (milliseconds since the epoch). */
  | { readonly kind: 'retry'; readonly at: number }
  /** The schedule is used up. */
  | { readonly kind: 'give-up' }
  /** The receiver wants nothing more, ever (410). */
  | { readonly kind: 'gone' };

/** What comes after attempt number `attempt` (1, 2, 3 …) ended with `outcome` at `now`. */
export function nextStep(
  schedule: RetrySchedule,
  attempt: number,
  outcome: SendOutcome,
  now: number,
  random: Random,
): NextStep {
  if (isAccepted(outcome)) return { kind: 'done' };
  if (outcome.kind === 'response' && outcome.status === 410) return { kind: 'gone' };
  const delay = schedule.delaysMs[attempt - 1];
  if (delay === undefined) return { kind: 'give-up' };
  const asked = outcome.kind === 'response' ? (outcome.retryAfterSeconds ?? 0) * second : 0;
  const wait = Math.max(delay, asked) * (1 + schedule.jitter * random.next());
  return { kind: 'retry', at: now + Math.min(Math.ceil(wait), schedule.maxDelayMs) };
}

/** Whether the receiver asks us to send more slowly (Standard Webhooks 1.0: 429, 502, 504). */
export function asksToSlowDown(outcome: SendOutcome): boolean {
  return outcome.kind === 'response' && (outcome.status === 429 || outcome.status === 502 || outcome.status === 504);
}

/** Whether an endpoint that fails since `failingSince` is turned off at `now`. */
export function failedTooLong(schedule: RetrySchedule, failingSince: number | undefined, now: number): boolean {
  return failingSince !== undefined && now - failingSince >= schedule.disableAfterMs;
}
