import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { Backing } from './backing.js';
import { callMetrics } from './call-metrics.js';
import type { CallRole } from './call-role.js';
import { eventLoopSampleMs } from './event-loop-sample.js';
import type { Features } from './features.js';
import { mediaPlaneMetrics } from './media-plane.js';
import { relayMetrics } from './media-relay.js';

const queues = ['relay-outbox', 'deliver-webhook', 'finalize-recording'] as const;

/** What a process tells Prometheus besides its HTTP requests: what is open in the engine, what waits in the queues, the process itself. */
export function platformMetrics(
  metrics: Registry,
  backing: Backing,
  features: Features,
  callRole: CallRole | undefined,
): void {
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: eventLoopSampleMs });
  if (callRole) {
    const { engine, calls, timeline } = callRole;
    const { mediaLoad, mediaRelay, mediaPlaneUp } = backing;
    if (mediaPlaneUp) mediaPlaneMetrics(metrics, mediaPlaneUp);
    if (mediaRelay) relayMetrics(metrics, mediaRelay);
    callMetrics(metrics, {
      liveCalls: () => calls.registry.all().map(({ call }) => call),
      timelineDropped: () => timeline.dropped,
      ...(mediaLoad && { mediaLoad }),
    });
    new Gauge({
      name: 'hookswitch_engine_open',
      help: 'What is open in the call engine; all zero on an idle one.',
      labelNames: ['kind'],
      registers: [metrics],
      collect() {
        for (const [kind, value] of Object.entries(engine.gauges())) this.set({ kind }, value);
      },
    });
    new Counter({
      name: 'hookswitch_sip_refused_total',
      help: 'SIP turned away before it cost much: dropped above the rate of one unknown address or of all of them, challenged without a look-up, not sent to an address that is not allowed.',
      labelNames: ['reason'],
      registers: [metrics],
      collect() {
        this.reset();
        for (const [reason, value] of Object.entries(engine.refusals())) this.inc({ reason }, value);
      },
    });
  }
  new Gauge({
    name: 'hookswitch_jobs',
    help: 'Background jobs by queue and state.',
    labelNames: ['queue', 'state'],
    registers: [metrics],
    async collect() {
      for (const queue of queues) {
        const counts = await backing.jobs.counts(queue);
        for (const [state, value] of Object.entries(counts)) this.set({ queue, state }, value);
      }
    },
  });
  new Gauge({
    name: 'hookswitch_webhook_lanes',
    help: 'Webhook destinations with something to send, and those being sent to now.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      const { lanes, running } = features.webhooks.counts();
      this.set({ state: 'open' }, lanes);
      this.set({ state: 'running' }, running);
    },
  });
}
