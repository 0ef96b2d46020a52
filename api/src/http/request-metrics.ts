import type { Clock } from '@hookswitch/kernel/clock';
import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { requestState } from './request-state.js';

/** Counts and times requests by operation and status. */
export function requestMetrics(metrics: Registry, clock: Clock): RequestHandler {
  const duration = new Histogram({
    name: 'hookswitch_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  });
  return (_request, response, next) => {
    const began = clock.now();
    response.once('close', () => {
      const { operationId = 'none' } = requestState(response);
      duration.observe({ operation: operationId, status: response.statusCode }, (clock.now() - began) / 1000);
    });
    next();
  };
}
