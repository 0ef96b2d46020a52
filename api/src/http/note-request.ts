import type { Clock } from '@hookswitch/kernel/clock';
import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/index.js';
import { principalId } from '../operation/principal.js';
import { timestamp } from '../store/timestamp.js';
import { requestState } from './request-state.js';

/** Notes a request in the audit log, once its answer is out. */
export function noteRequest(audit: Pick<AuditLog, 'note'>, request: Request, response: Response, clock: Clock): void {
  const { requestId, principal, operationId, resourceId, errorCode, replayed } = requestState(response);
  // A repeated answer changed nothing.
  if (!principal || !operationId || replayed) return;
  audit.note({
    requestId,
    accountId: principal.account.id,
    keyId: principalId(principal),
    operation: operationId,
    method: request.method,
    resourceId,
    status: response.statusCode,
    code: errorCode,
    at: timestamp(clock),
  });
}
