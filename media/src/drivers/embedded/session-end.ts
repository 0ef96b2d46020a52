import type { Termination, TerminationReason } from '../../port/termination.js';
import { terminationFromStatus } from '../../port/termination-from-sip.js';
import type { SessionEnded, SipReason } from '../../sip/sip-event.js';

const systemReasons: Readonly<Partial<Record<SessionEnded['why'], TerminationReason>>> = {
  timeout: 'network-error',
  unreachable: 'network-error',
  'no-ack': 'no-ack',
  'session-expired': 'session-expired',
};

/** What the end of a SIP session says of the leg. `answered`: whether the leg was. */
export function terminationOfSession(event: SessionEnded, answered: boolean): Termination {
  const q850 = event.reason?.protocol === 'Q.850' ? event.reason.cause : undefined;
  const cause = q850 === undefined ? {} : { q850 };
  const status = event.status === undefined ? {} : { sip: event.status };
  const failed = systemReasons[event.why];
  if (failed) return { result: answered ? 'completed' : 'failed', by: 'system', reason: failed, ...status, ...cause };
  if (answered) return { result: 'completed', by: event.by, reason: 'hangup', ...cause };
  switch (event.why) {
    case 'canceled':
      return { result: 'canceled', by: event.by, reason: 'caller-canceled', sip: 487, ...cause };
    case 'auth-failed':
      return { result: 'failed', by: event.by, reason: 'auth-failed', ...status };
    case 'rejected':
      return terminationFromStatus(event.status ?? 500, event.by, q850);
    default:
      return { result: 'canceled', by: event.by, reason: 'hangup', ...cause };
  }
}

/** The Reason header that tells the far end why we end a leg (RFC 3326). */
export function reasonHeader(termination: Termination): SipReason {
  if (termination.reason === 'answered-elsewhere') {
    return { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' };
  }
  return { protocol: 'Q.850', cause: termination.q850 ?? causes[termination.reason] ?? 16, text: termination.reason };
}

/** Q.850 causes; 16 is normal call clearing. */
const causes: Readonly<Partial<Record<TerminationReason, number>>> = {
  busy: 17,
  'ring-timeout': 19,
  rejected: 21,
  denied: 21,
  'not-found': 1,
  'not-registered': 20,
  'no-common-codec': 88,
  'media-lost': 27,
  'network-error': 38,
  'session-expired': 102,
  'no-ack': 102,
  overload: 42,
  shutdown: 41,
  'internal-error': 41,
};
