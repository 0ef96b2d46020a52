import type { Schema } from '@hookswitch/openapi/operations';
import type { MediaNodeReport, NodeState } from './node-leases.js';

/** A node that carries calls, as users see it. */
export function nodeView({ nodeId, counts }: NodeState, media: MediaNodeReport): Schema<'Node'> {
  const { maxCalls, drain } = media;
  return {
    id: nodeId,
    state: drain === undefined ? 'active' : counts.total > 0 ? 'draining' : 'drained',
    calls: counts.total,
    maxCalls,
    load: Math.round((counts.total / maxCalls) * 1000) / 1000,
    busy: Math.min(1, media.busy),
    eventLoopLagMs: Math.round(media.lagMs),
    sip: [...media.sip],
    version: media.version,
    startedAt: time(media.startedAt),
    reportedAt: time(media.reportedAt),
    drain: drain
      ? {
          since: time(drain.since),
          endsCallsAt: drain.until === undefined ? null : time(drain.until),
          stops: drain.stops,
        }
      : null,
  };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
