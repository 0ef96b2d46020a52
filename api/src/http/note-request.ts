import type { Clock } from '@hookswitch/kernel/clock';
import type { RequestHandler } from 'express';
import type { AuditLog } from '../audit/index.js';
import { timestamp } from '../store/timestamp.js';
import { principalId } from './principal.js';
import { requestState } from './request-state.js';

/** Notes each request in the audit log once its answer is out. */
export function auditRequests(audit: Pick<AuditLog, 'note'>, clock: Clock): RequestHandler {
  return (request, response, next) => {
    response.once('close', () => {
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
    });
    next();
  };
}
