import { BaseError } from '@hookswitch/kernel/base-error';
import type { LegStatus } from './live-call.js';

/**
 * Where a leg may go. One table, one door, for every driver.
 *
 *   dialing ──ring──► ringing ──answer──► answered ──end──► ended
 *      └───────────answer / end from any state──────────────┘
 */
export type LegSignal = 'ring' | 'answer' | 'end';

const next: Record<LegStatus, Partial<Record<LegSignal, LegStatus>>> = {
  dialing: { ring: 'ringing', answer: 'answered', end: 'ended' },
  ringing: { ring: 'ringing', answer: 'answered', end: 'ended' },
  answered: { end: 'ended' },
  ended: {},
};

/** The leg was told something its state does not allow: a fault of the driver. */
export class InvalidLegTransitionError extends BaseError {
  constructor(status: LegStatus, signal: LegSignal) {
    super('bug', 'invalid-leg-transition', `A leg that is ${status} cannot take '${signal}'.`);
  }
}

/** Whether `signal` may come in that state. */
export function legAllows(status: LegStatus, signal: LegSignal): boolean {
  return next[status][signal] !== undefined;
}

/** The state after `signal`; throws `InvalidLegTransitionError` where there is none. */
export function advanceLeg(status: LegStatus, signal: LegSignal): LegStatus {
  const to = next[status][signal];
  if (!to) throw new InvalidLegTransitionError(status, signal);
  return to;
}
