import { BaseError } from '@hookswitch/kernel/base-error';
import { type MediaStats, noMedia } from '@hookswitch/media/port/live-call';
import type { MediaPath } from '@hookswitch/media/port/media-path';
import type { Termination } from '@hookswitch/media/port/termination';
import type { Call } from '../call-records/call.js';
import type { CallInContact } from '../call-records/call-in-contact.js';
import { relayIdOf } from '../relays/index.js';
import type { Cdr, CdrMedia, CdrTermination } from './cdr.js';

/** A CDR was asked for before the call was over. */
export class CallNotOverError extends BaseError {
  constructor(callId: string) {
    super('bug', 'call-not-over', `Call ${callId} is not over; it has no CDR yet.`);
  }
}

/**
 * The CDR of a call, made of the call as it is once over (with its final status, `endedAt` and `termination`), and of what it was in a contact.
 * @throws CallNotOverError
 */
export function buildCdr(call: Call, inContact?: CallInContact): Cdr {
  const { endedAt, termination } = call;
  if (endedAt === undefined || !termination) throw new CallNotOverError(call.id);
  const talkMs = call.answeredAt === undefined ? 0 : Math.max(0, endedAt - call.answeredAt);
  return {
    callId: call.id,
    accountId: call.accountId,
    contactId: call.contactId,
    parentCallId: call.parentCallId ?? null,
    ...(call.transferorCallId === undefined ? {} : { transferorCallId: call.transferorCallId }),
    direction: call.direction,
    from: call.from,
    to: call.to,
    forwardedFrom: call.forwardedFrom ?? null,
    forwardingReason: call.forwardingReason ?? null,
    status: call.status,
    termination: cdrTermination(termination),
    createdAt: time(call.createdAt),
    ringingAt: call.ringingAt === undefined ? null : time(call.ringingAt),
    answeredAt: call.answeredAt === undefined ? null : time(call.answeredAt),
    endedAt: time(endedAt),
    ringSeconds: seconds((call.answeredAt ?? endedAt) - call.createdAt),
    talkSeconds: seconds(talkMs),
    billableSeconds: Math.ceil(talkMs / 1000),
    media: cdrMedia(call.media ?? noMedia, call.mediaPath),
    recordingIds: call.recordingIds,
    tags: call.tags,
    applicationId: call.applicationId ?? null,
    numberId: call.numberId ?? null,
    trunkId: call.trunkId ?? null,
    endpointId: call.endpointId ?? null,
    sipCallId: call.sipCallId ?? null,
    callType: inContact?.callType ?? null,
    endCode: inContact?.endCode ?? null,
    endCodeNumber: inContact?.endCodeNumber ?? null,
  };
}

function cdrTermination({ result, by, reason, sip, q850 }: Termination): CdrTermination {
  return { result, by, reason, sip: sip ?? null, q850: q850 ?? null };
}

function cdrMedia(media: MediaStats, path: MediaPath | undefined): CdrMedia {
  return {
    codec: media.codec ?? null,
    packetsSent: media.packetsSent,
    packetsReceived: media.packetsReceived,
    packetsLost: media.packetsLost,
    jitterMs: rounded(media.jitterMs),
    roundTripMs: media.roundTripMs === undefined ? null : rounded(media.roundTripMs),
    remoteLossFraction: media.remoteLossFraction === undefined ? null : rounded(media.remoteLossFraction),
    mos: media.mos === undefined ? null : rounded(media.mos),
    encryption: path?.encryption ?? null,
    relayId: path?.relay === undefined ? null : relayIdOf(path.relay),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function seconds(ms: number): number {
  return Math.round(Math.max(0, ms)) / 1000;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
