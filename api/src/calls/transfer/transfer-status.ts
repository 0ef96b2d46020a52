import type { Termination } from '@hookswitch/media/port/termination';
import type { TargetEnd } from '../../scripting/index.js';

const byStatus: Readonly<Record<TargetEnd['status'], number>> = {
  completed: 200,
  busy: 486,
  'no-answer': 480,
  canceled: 487,
  failed: 503,
};

/** The status by which a phone is told what became of the call it asked for: the callee's own, else what refused it here. */
export function transferStatus({ sip, errorCode, status }: TargetEnd, termination: Termination | undefined): number {
  if (sip !== undefined && sip >= 300) return sip;
  if (errorCode !== undefined) return statusOfError(errorCode);
  return termination?.reason === 'denied' ? 403 : byStatus[status];
}

function statusOfError(code: string): number {
  if (code === 'no-route' || code === 'invalid-request') return 404;
  return code.endsWith('-limit') || code === 'shutting-down' ? 503 : 403;
}
