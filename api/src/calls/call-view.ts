import type { MediaPath } from '@hookswitch/media/port/media-path';
import type { Termination } from '@hookswitch/media/port/termination';
import type { Schema } from '@hookswitch/openapi/operations';
import type { Call } from '../call-records/call.js';
import { billableSeconds } from '../call-records/index.js';
import type { TimelineEntry } from '../call-records/timeline/call-timeline.js';
import { relayIdOf } from '../relays/index.js';

/** A call as users see it. */
export function callView(call: Call): Schema<'Call'> {
  return {
    id: call.id,
    accountId: call.accountId,
    contactId: call.contactId,
    parentCallId: call.parentCallId ?? null,
    ...(call.transferorCallId === undefined ? {} : { transferorCallId: call.transferorCallId }),
    direction: call.direction,
    from: call.from,
    to: call.to,
    fromDisplayName: call.fromDisplayName ?? null,
    forwardedFrom: call.forwardedFrom ?? null,
    forwardingReason: call.forwardingReason ?? null,
    status: call.status,
    trunkId: call.trunkId ?? null,
    endpointId: call.endpointId ?? null,
    numberId: call.numberId ?? null,
    applicationId: call.applicationId ?? null,
    scriptUrl: call.script?.url ?? null,
    flow: flowView(call),
    scriptRevision: call.scriptRevision,
    statusCallbackUrl: call.statusCallbackUrl ?? null,
    createdAt: time(call.createdAt),
    ringingAt: optionalTime(call.ringingAt),
    answeredAt: optionalTime(call.answeredAt),
    endedAt: optionalTime(call.endedAt),
    durationSeconds: call.endedAt === undefined ? null : billableSeconds(call),
    timeLimitSeconds: call.timeLimitSeconds ?? null,
    termination: call.termination ? terminationView(call.termination) : null,
    media: call.mediaPath ? mediaPathView(call.mediaPath) : null,
    tags: { ...call.tags },
    recordingIds: [...call.recordingIds],
    lastEventSequence: call.sequence,
  };
}

function flowView({ script }: Call): Schema<'Call'>['flow'] {
  if (script?.flow === undefined) return null;
  const { flowId, version = null } = script.flow;
  return { flowId, version };
}

function mediaPathView({ encryption, relay }: MediaPath): Schema<'CallMedia'> {
  return { encryption, relayId: relay === undefined ? null : relayIdOf(relay) };
}

/** The tag of a call's script, for `If-Match`. */
export function callEtag(call: Call): string {
  return `"${call.scriptRevision}"`;
}

/** A timeline entry as users see it. */
export function timelineEntryView(entry: TimelineEntry): Schema<'CallTimelineEntry'> {
  const { id, callId, at, kind, summary, detail } = entry;
  return { id, callId, at: time(at), kind, summary, detail: detail === undefined ? null : { ...detail } };
}

function terminationView({ result, by, reason, sip, q850 }: Termination): Schema<'CallTermination'> {
  return { result, by, reason, sip: sip ?? null, q850: q850 ?? null };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function optionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : time(ms);
}
