import { Histogram, type Registry } from 'prom-client';

/** Counts and times requests by operation and status, seconds. */
export function requestDuration(metrics: Registry): Histogram<'operation' | 'status'> {
  return new Histogram({
    name: 'hookswitch_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  });
}
