import type { Termination, TerminationReason } from './termination.js';

type Verdict = readonly [Termination['result'], TerminationReason];

const byStatus: Readonly<Record<number, Verdict>> = {
  401: ['failed', 'auth-failed'],
  403: ['failed', 'rejected'],
  404: ['failed', 'not-found'],
  407: ['failed', 'auth-failed'],
  408: ['no-answer', 'ring-timeout'],
  410: ['failed', 'not-found'],
  480: ['no-answer', 'ring-timeout'],
  484: ['failed', 'not-found'],
  486: ['busy', 'busy'],
  487: ['no-answer', 'ring-timeout'],
  488: ['failed', 'no-common-codec'],
  600: ['busy', 'busy'],
  603: ['busy', 'rejected'],
  604: ['failed', 'not-found'],
  606: ['failed', 'no-common-codec'],
};

/** What a final failure answer (400–699) says of a call that was not answered. `q850` is the cause of its Reason header, where it had one. */
export function terminationFromStatus(status: number, by: Termination['by'], q850?: number): Termination {
  const [result, reason] = byStatus[status] ?? ['failed', status < 500 ? 'rejected' : 'remote-error'];
  return { result, by, reason, sip: status, ...(q850 === undefined ? {} : { q850 }) };
}

const statusByReason: Readonly<Partial<Record<TerminationReason, number>>> = {
  busy: 486,
  rejected: 603,
  denied: 403,
  'not-found': 404,
  'not-registered': 480,
  'no-common-codec': 488,
  'no-encryption': 488,
  'network-error': 502,
  overload: 503,
  shutdown: 503,
  'script-failed': 500,
  'internal-error': 500,
};

/** The answer that refuses an inbound call that we end for `reason` before it was answered. */
export function refusalStatus(reason: TerminationReason): number {
  return statusByReason[reason] ?? 480;
}

/**
 * The termination of a leg that we end. An answered leg is always `completed`, whatever ended it (the reason says what did); one that was not is
 * `canceled` unless the order says better.
 */
export function localTermination(why: Partial<Termination> | undefined, answered: boolean): Termination {
  const asked = why?.result === 'completed' ? undefined : why?.result;
  return {
    by: 'local',
    reason: 'hangup',
    ...why,
    result: answered ? 'completed' : (asked ?? 'canceled'),
  };
}

/** Of several refusals of one dial the one that says most: busy, then canceled, then no answer, then what failed first. */
export function bestFailure(failures: readonly Termination[]): Termination {
  const rank: readonly Termination['result'][] = ['busy', 'canceled', 'no-answer', 'failed'];
  const sorted = [...failures].sort((a, b) => rank.indexOf(a.result) - rank.indexOf(b.result));
  return sorted[0] ?? { result: 'failed', by: 'system', reason: 'network-error' };
}
