import type { Logger } from '@hookswitch/kernel/logger';
import { pii } from '@hookswitch/kernel/pii';
import type { Call } from '../call-records/call.js';
import { billableSeconds } from '../call-records/index.js';
import type { ActiveCall } from './active-call.js';

type Named = Pick<
  Call,
  'direction' | 'from' | 'to' | 'contactId' | 'parentCallId' | 'trunkId' | 'endpointId' | 'applicationId'
>;

/** The line that says a call of this process began. Numbers are masked. */
export function logCallStarted({ call, logger }: ActiveCall): void {
  logger.info({ ...whose(call), sipCallId: call.sipCallId }, 'call started');
}

/** The line that says it is over, with the words of its CDR. */
export function logCallEnded({ logger, scriptErrors }: ActiveCall, call: Call): void {
  logger.info({ ...whose(call), ...outcome(call), scriptErrors }, 'call ended');
}

/** The line of a call that was over before it began, because policy said no. */
export function logCallRefused(call: Call, logger: Logger): void {
  logger.info({ callId: call.id, accountId: call.accountId, ...whose(call), ...outcome(call) }, 'call refused');
}

function whose({ direction, from, to, contactId, parentCallId, trunkId, endpointId, applicationId }: Named) {
  return { direction, from: pii(from), to: pii(to), contactId, parentCallId, trunkId, endpointId, applicationId };
}

function outcome(call: Call) {
  const { status, termination, createdAt, endedAt } = call;
  return {
    status,
    by: termination?.by,
    reason: termination?.reason,
    sip: termination?.sip,
    seconds: endedAt === undefined ? undefined : Math.round((endedAt - createdAt) / 100) / 10,
    talkSeconds: billableSeconds(call),
  };
}
