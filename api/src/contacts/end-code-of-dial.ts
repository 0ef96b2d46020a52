import type { Termination } from '@hookswitch/media/port/termination';
import type { EndCode } from '../call-records/call-in-contact.js';
import type { EndedBy } from './state/ending.js';

/** What became of a call that was not answered: how its leg ended, or the code of the error that kept it from being dialled. */
type DialFailure = Termination | string | undefined;

/** By Q.850 cause, where the carrier gives one: it says more than the status does. */
const byCause: Readonly<Record<number, EndCode>> = {
  1: 'numberNotExist', // unallocated number
  3: 'numberNotExist', // no route to destination
  17: 'busy',
  18: 'notAnswer', // no user responding
  19: 'notAnswer',
  20: 'powerOff', // subscriber absent
  21: 'userReject',
  22: 'numberNotExist', // number changed
  27: 'notInService', // destination out of order
  28: 'numberInvalid', // invalid number format
  52: 'callRestricted', // outgoing calls barred
  54: 'calleeRestricted', // incoming calls barred
  55: 'calleeRestricted',
  57: 'callRestricted', // bearer capability not authorized
};

/** By SIP status (RFC 3261 21.4 to 21.6, RFC 8197, RFC 8688). */
const byStatus: Readonly<Record<number, EndCode>> = {
  402: 'outOfCredit',
  403: 'callRestricted',
  404: 'numberNotExist',
  408: 'notAnswer',
  410: 'numberNotExist',
  433: 'callRestricted', // anonymity disallowed
  480: 'notAnswer',
  484: 'numberInvalid',
  486: 'busy',
  600: 'busy',
  603: 'userReject',
  604: 'numberNotExist',
  607: 'userReject', // unwanted
  608: 'carrierBlocked', // rejected by an analytics engine
};

const byReason: Readonly<Partial<Record<Termination['reason'], EndCode>>> = {
  'ring-timeout': 'notAnswer',
  busy: 'busy',
  rejected: 'userReject',
  'not-found': 'numberNotExist',
  'not-registered': 'notInService',
  'caller-canceled': 'callerCancelWhileRing',
  denied: 'callRestricted',
  'no-common-codec': 'operatorError',
  'no-encryption': 'operatorError',
};

/** By the error that kept the call from being dialled. */
const byError: Readonly<Record<string, EndCode>> = {
  'destination-not-allowed': 'restrictedArea',
  'caller-id-not-allowed': 'callRestricted',
  'account-suspended': 'callRestricted',
};

/** How a contact ends whose customer was not reached (Tencent's codes; reference, section 6). Pure. */
export function endCodeOfFailedDial(failure: DialFailure): EndCode {
  if (failure === undefined) return 'operatorError';
  if (typeof failure === 'string') return byError[failure] ?? 'operatorError';
  const { q850, sip, reason } = failure;
  return (
    (q850 === undefined ? undefined : byCause[q850]) ??
    (sip === undefined ? undefined : byStatus[sip]) ??
    byReason[reason] ??
    'operatorError'
  );
}

/** Who ended it: the customer who said no, nobody in time, or the network. */
export function endedByOf(failure: DialFailure): EndedBy {
  const code = endCodeOfFailedDial(failure);
  if (code === 'userReject' || code === 'busy') return 'customer';
  return code === 'notAnswer' ? 'timer' : 'system';
}

/** How the call of an agent's phone ended that was not answered, while nothing was decided about the agent. Pure. */
export function endCodeOfUnansweredSeat({ result, reason, sip }: Termination): EndCode {
  if (result === 'busy') return 'userReject';
  if (result === 'canceled' || reason === 'answered-elsewhere') return 'unconnected';
  return result === 'no-answer' && sip !== 480 ? 'seatGiveUp' : 'error';
}

/** How a participant's stay ended whose answered leg ended so: its device or its network failed, or not. */
export function endCodeOfLeg({ reason }: Termination): EndCode {
  if (reason === 'script-failed' || reason === 'internal-error') return 'error';
  return reason === 'hangup' || reason === 'shutdown' || reason === 'time-limit' ? 'ok' : 'clientError';
}

/** Who ended a customer's answered call, as the record says it: whatever the platform ended was not the customer. */
export function whoEnded({ by, reason }: Termination): EndedBy {
  if (reason === 'time-limit') return 'timer';
  return by === 'remote' || reason === 'media-lost' || reason === 'session-expired' ? 'customer' : 'system';
}
