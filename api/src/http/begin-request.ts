import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Request, Response } from 'express';
import type { Registry } from 'prom-client';
import type { AuditLog } from '../audit/index.js';
import { noteRequest } from './note-request.js';
import { requestDuration } from './request-metrics.js';
import { requestState } from './request-state.js';

export interface BeginRequestDeps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: Registry;
  /** Where requests are noted that change something or are denied. */
  readonly audit?: Pick<AuditLog, 'note'> | undefined;
}

/** Gives a request its id and every answer its headers; once the answer is out, times the request and notes it in the audit log. */
export function beginRequest({
  clock,
  newId,
  metrics,
  audit,
}: BeginRequestDeps): (request: Request, response: Response) => void {
  const duration = requestDuration(metrics);
  return (request, response) => {
    const began = clock.monotonic();
    const requestId = newId('RQ');
    response.locals = { requestId } as unknown as typeof response.locals;
    response.setHeader('Request-Id', requestId);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.once('close', () => {
      const { operationId = 'none' } = requestState(response);
      duration.observe({ operation: operationId, status: response.statusCode }, (clock.monotonic() - began) / 1000);
      if (audit) noteRequest(audit, request, response, clock);
    });
  };
}
