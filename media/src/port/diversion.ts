/** A number that a call was meant for before somebody sent it on. */
export interface Diversion {
  /** User part of the address that sent it on. */
  readonly user: string;
  readonly reason: DiversionReason;
  /** How often that address sent it on, at least 1. */
  readonly times: number;
}

/** Why, in the words of RFC 5806. */
export type DiversionReason = (typeof diversionReasons)[number];

export const diversionReasons = [
  'unknown',
  'user-busy',
  'no-answer',
  'unavailable',
  'unconditional',
  'time-of-day',
  'do-not-disturb',
  'deflection',
  'follow-me',
  'out-of-service',
  'away',
] as const;

/** How a trunk is told of diversions: not at all, by Diversion (RFC 5806), or by History-Info (RFC 7044). */
export type DiversionForm = 'none' | 'diversion' | 'history-info';

/** A call that was sent on more often goes in a circle: it is refused with 482. TS 24.604 4.5.2.6 lets networks allow five; some phones add their own. */
export const mostDiversions = 10;

/** How often a call was sent on. */
export function timesDiverted(diversions: readonly Diversion[]): number {
  return diversions.reduce((sum, { times }) => sum + times, 0);
}
