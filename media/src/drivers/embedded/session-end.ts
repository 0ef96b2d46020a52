import { causeOfStatus } from '../../port/q850.js';
import type { Termination, TerminationReason } from '../../port/termination.js';
import { terminationFromStatus } from '../../port/termination-from-sip.js';
import type { SessionEnded, SipReason } from '../../sip/sip-event.js';

const systemReasons: Readonly<Partial<Record<SessionEnded['why'], TerminationReason>>> = {
  timeout: 'network-error',
  unreachable: 'network-error',
  'no-ack': 'no-ack',
  'no-prack': 'no-ack',
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
    case 'canceled': {
      const reason = isElsewhere(event.reason) ? 'answered-elsewhere' : 'caller-canceled';
      return { result: 'canceled', by: event.by, reason, sip: 487, ...cause };
    }
    case 'auth-failed':
      return { result: 'failed', by: event.by, reason: 'auth-failed', ...status };
    case 'rejected':
      return terminationFromStatus(event.status ?? 500, event.by, q850);
    default:
      return { result: 'canceled', by: event.by, reason: 'hangup', ...cause };
  }
}

/** The caller's side says that another phone took the call (RFC 3326 2). */
function isElsewhere(reason: SipReason | undefined): boolean {
  return reason?.protocol.toUpperCase() === 'SIP' && reason.cause === 200;
}

/** The Reason header that tells the far end why we end a leg (RFC 3326). */
export function reasonHeader({ reason, sip, q850 }: Termination): SipReason {
  if (reason === 'answered-elsewhere') return { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' };
  const cause = q850 ?? causes[reason] ?? (sip === undefined ? 16 : causeOfStatus(sip));
  return { protocol: 'Q.850', cause, text: reason };
}

/** Q.850 causes; 16 is normal call clearing. */
const causes: Readonly<Partial<Record<TerminationReason, number>>> = {
  busy: 17,
  'ring-timeout': 19,
  rejected: 21,
  denied: 21,
  'not-found': 1,
  'not-registered': 20,
  'no-common-codec': 65,
  'no-encryption': 65,
  'media-lost': 27,
  'network-error': 38,
  'session-expired': 102,
  'no-ack': 102,
  overload: 42,
  shutdown: 41,
  'internal-error': 41,
};
