import type { Termination, TerminationReason } from '../../../port/termination.js';
import { terminationFromStatus } from '../../../port/termination-from-sip.js';

/** What CHANNEL_HANGUP_COMPLETE says of the end of a channel that we did not end ourselves. */
export interface ChannelHangup {
  /** `Hangup-Cause`: the name of a Q.850 cause, or one of FreeSWITCH's own. */
  readonly cause: string;
  /** `variable_hangup_cause_q850`. */
  readonly q850?: number;
  /** `variable_sip_term_status`, or the one of the INVITE that failed. */
  readonly sipStatus?: number;
  /** `variable_sip_hangup_disposition`: who said what (`recv_bye`, `send_refuse` …). */
  readonly disposition?: string;
  /** Nobody ever replied to our INVITE (no `variable_sip_reply_host`): what is told as a refusal with 503 or 408 is FreeSWITCH's own. */
  readonly unreached?: boolean;
  readonly direction: 'inbound' | 'outbound';
  readonly answered: boolean;
}

/** How a leg ended, by what FreeSWITCH says of its channel. An answered leg is `completed`, whatever the cause. */
export function terminationFromHangup(hangup: ChannelHangup): Termination {
  const { answered, direction, disposition, sipStatus } = hangup;
  const q850 = hangup.q850 !== undefined && hangup.q850 >= 1 && hangup.q850 <= 127 ? { q850: hangup.q850 } : {};
  if (answered) {
    if (disposition === 'recv_bye') return { result: 'completed', by: 'remote', reason: 'hangup', ...q850 };
    return { ...endOfAnswered(hangup.cause), result: 'completed', ...q850 };
  }
  if (direction === 'inbound' && (disposition === 'recv_cancel' || hangup.cause === 'ORIGINATOR_CANCEL')) {
    return { result: 'canceled', by: 'remote', reason: 'caller-canceled', sip: 487 };
  }
  const isOwnAnswer = hangup.unreached === true && (sipStatus === 503 || sipStatus === 408);
  if (disposition === 'recv_refuse' && sipStatus !== undefined && sipStatus >= 400 && !isOwnAnswer) {
    return terminationFromStatus(sipStatus, 'remote', q850.q850);
  }
  const ended = { ...endOfUnanswered(hangup.cause), ...q850 };
  // Refused by FreeSWITCH itself, or by somebody else who commands it.
  return disposition === 'send_refuse' ? { ...ended, by: 'system' } : ended;
}

/** Why a call that was up ended although neither the far end nor we hung up. */
function endOfAnswered(cause: string): Pick<Termination, 'by' | 'reason'> {
  return endsOfAnswered[cause] ?? { by: 'system', reason: 'hangup' };
}

const endsOfAnswered: Readonly<Record<string, Pick<Termination, 'by' | 'reason'>>> = {
  MEDIA_TIMEOUT: { by: 'system', reason: 'media-lost' },
  RECOVERY_ON_TIMER_EXPIRE: { by: 'system', reason: 'session-expired' },
  ALLOTTED_TIMEOUT: { by: 'system', reason: 'time-limit' },
  MANAGER_REQUEST: { by: 'system', reason: 'shutdown' },
  SYSTEM_SHUTDOWN: { by: 'system', reason: 'shutdown' },
  CRASH: { by: 'system', reason: 'internal-error' },
  NETWORK_OUT_OF_ORDER: { by: 'system', reason: 'network-error' },
  DESTINATION_OUT_OF_ORDER: { by: 'system', reason: 'network-error' },
  LOSE_RACE: { by: 'local', reason: 'answered-elsewhere' },
  PICKED_OFF: { by: 'local', reason: 'answered-elsewhere' },
  ATTENDED_TRANSFER: { by: 'remote', reason: 'hangup' },
  BLIND_TRANSFER: { by: 'remote', reason: 'hangup' },
};

type Verdict = readonly [Termination['result'], TerminationReason, Termination['by'], sip?: number];

/** Why a call came to nothing where no SIP answer says so. The statuses are those that FreeSWITCH tells a caller for the cause. */
const endsOfUnanswered: Readonly<Record<string, Verdict>> = {
  UNALLOCATED_NUMBER: ['failed', 'not-found', 'remote', 404],
  NO_ROUTE_DESTINATION: ['failed', 'not-found', 'remote', 404],
  NUMBER_CHANGED: ['failed', 'not-found', 'remote', 410],
  INVALID_NUMBER_FORMAT: ['failed', 'not-found', 'remote', 484],
  USER_BUSY: ['busy', 'busy', 'remote', 486],
  CALL_REJECTED: ['busy', 'rejected', 'remote', 603],
  NO_ANSWER: ['no-answer', 'ring-timeout', 'system'],
  ALLOTTED_TIMEOUT: ['no-answer', 'ring-timeout', 'system'],
  NO_USER_RESPONSE: ['no-answer', 'ring-timeout', 'system', 408],
  SUBSCRIBER_ABSENT: ['no-answer', 'ring-timeout', 'remote', 480],
  NORMAL_CLEARING: ['no-answer', 'ring-timeout', 'remote', 480],
  NORMAL_UNSPECIFIED: ['no-answer', 'ring-timeout', 'remote', 480],
  USER_NOT_REGISTERED: ['failed', 'not-registered', 'system'],
  INCOMPATIBLE_DESTINATION: ['failed', 'no-common-codec', 'remote', 488],
  BEARERCAPABILITY_NOTAVAIL: ['failed', 'no-common-codec', 'remote', 488],
  OUTGOING_CALL_BARRED: ['failed', 'rejected', 'remote', 403],
  INCOMING_CALL_BARRED: ['failed', 'rejected', 'remote', 403],
  USER_CHALLENGE: ['failed', 'auth-failed', 'remote', 407],
  ORIGINATOR_CANCEL: ['canceled', 'hangup', 'local'],
  LOSE_RACE: ['canceled', 'answered-elsewhere', 'local'],
  PICKED_OFF: ['canceled', 'answered-elsewhere', 'local'],
  MANAGER_REQUEST: ['canceled', 'shutdown', 'system'],
  SYSTEM_SHUTDOWN: ['canceled', 'shutdown', 'system'],
  SWITCH_CONGESTION: ['failed', 'overload', 'system', 503],
  CRASH: ['failed', 'internal-error', 'system'],
  RECOVERY_ON_TIMER_EXPIRE: ['failed', 'network-error', 'system'],
  NETWORK_OUT_OF_ORDER: ['failed', 'network-error', 'system'],
  NORMAL_TEMPORARY_FAILURE: ['failed', 'network-error', 'system'],
  GATEWAY_DOWN: ['failed', 'network-error', 'system'],
  DESTINATION_OUT_OF_ORDER: ['failed', 'network-error', 'system'],
  EXCHANGE_ROUTING_ERROR: ['failed', 'remote-error', 'remote', 483],
  MEDIA_TIMEOUT: ['failed', 'media-lost', 'system'],
  INVALID_PROFILE: ['failed', 'internal-error', 'system'],
  CHAN_NOT_IMPLEMENTED: ['failed', 'internal-error', 'system'],
};

function endOfUnanswered(cause: string): Termination {
  const [result, reason, by, sip] = endsOfUnanswered[cause] ?? (['failed', 'remote-error', 'remote'] as const);
  return { result, by, reason, ...(sip === undefined ? {} : { sip }) };
}

/** Whether another way to the same target is worth a try: it never got to where the callee is. */
export function isWayBlocked({ cause, sipStatus, disposition }: ChannelHangup): boolean {
  if (disposition === 'recv_refuse' && sipStatus !== undefined) return sipStatus === 503;
  return waysBlocked.has(cause);
}

const waysBlocked = new Set([
  'NORMAL_TEMPORARY_FAILURE',
  'RECOVERY_ON_TIMER_EXPIRE',
  'NETWORK_OUT_OF_ORDER',
  'DESTINATION_OUT_OF_ORDER',
  'GATEWAY_DOWN',
  'NO_USER_RESPONSE',
  'SWITCH_CONGESTION',
]);

/** The cause with which `uuid_kill` refuses a call with this status; undefined where FreeSWITCH has none for it. */
export function causeForStatus(status: number): string | undefined {
  return causesByStatus[status];
}

const causesByStatus: Readonly<Record<number, string>> = {
  403: 'OUTGOING_CALL_BARRED',
  404: 'UNALLOCATED_NUMBER',
  408: 'NO_USER_RESPONSE',
  410: 'NUMBER_CHANGED',
  480: 'NORMAL_CLEARING',
  483: 'EXCHANGE_ROUTING_ERROR',
  484: 'INVALID_NUMBER_FORMAT',
  486: 'USER_BUSY',
  487: 'ORIGINATOR_CANCEL',
  488: 'INCOMPATIBLE_DESTINATION',
  501: 'FACILITY_REJECTED',
  502: 'DESTINATION_OUT_OF_ORDER',
  503: 'NORMAL_TEMPORARY_FAILURE',
  504: 'RECOVERY_ON_TIMER_EXPIRE',
  603: 'CALL_REJECTED',
};
