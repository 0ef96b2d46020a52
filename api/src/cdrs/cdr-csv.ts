import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Cdr } from './cdr.js';
import { type CdrQuery, cdrFilter } from './cdr-query.js';
import type { CdrStore } from './cdr-record.js';
import { fromRecord } from './cdr-record.js';

/** CDRs read from the store at once. */
const pageSize = 100;

/** Column names in order. */
export const csvColumns = [
  'callId',
  'accountId',
  'contactId',
  'parentCallId',
  'direction',
  'from',
  'to',
  'status',
  'terminationResult',
  'terminationBy',
  'terminationReason',
  'terminationSip',
  'terminationQ850',
  'createdAt',
  'ringingAt',
  'answeredAt',
  'endedAt',
  'ringSeconds',
  'talkSeconds',
  'billableSeconds',
  'mediaCodec',
  'mediaPacketsSent',
  'mediaPacketsReceived',
  'mediaPacketsLost',
  'mediaJitterMs',
  'mediaRoundTripMs',
  'mediaRemoteLossFraction',
  'mediaMos',
  'recordingIds',
  'tags',
  'applicationId',
  'numberId',
  'trunkId',
  'endpointId',
  'sipCallId',
  'callType',
  'endCode',
  'endCodeNumber',
  'forwardedFrom',
  'forwardingReason',
  'mediaEncryption',
  'mediaRelayId',
] as const;

/** The fields of one CDR by column. A text that a spreadsheet would take for a formula is kept one by a leading apostrophe. */
export function csvRow({
  termination,
  media,
  recordingIds,
  tags,
  ...rest
}: Cdr): Record<(typeof csvColumns)[number], unknown> {
  const { result, by, reason, sip, q850 } = termination;
  return {
    ...rest,
    from: harmless(rest.from),
    to: harmless(rest.to),
    forwardedFrom: rest.forwardedFrom === null ? null : harmless(rest.forwardedFrom),
    sipCallId: rest.sipCallId === null ? null : harmless(rest.sipCallId),
    terminationResult: result,
    terminationBy: by,
    terminationReason: reason,
    terminationSip: sip,
    terminationQ850: q850,
    mediaCodec: media.codec,
    mediaPacketsSent: media.packetsSent,
    mediaPacketsReceived: media.packetsReceived,
    mediaPacketsLost: media.packetsLost,
    mediaJitterMs: media.jitterMs,
    mediaRoundTripMs: media.roundTripMs,
    mediaRemoteLossFraction: media.remoteLossFraction,
    mediaMos: media.mos,
    mediaEncryption: media.encryption,
    mediaRelayId: media.relayId,
    recordingIds: JSON.stringify(recordingIds),
    tags: JSON.stringify(tags),
  };
}

/** All CDRs that match as CSV (RFC 4180) with a header line, read from the store as they are written out. */
export function cdrCsv(store: CdrStore, accountId: string, query: CdrQuery): Readable {
  const csv = stringify({ header: true, columns: [...csvColumns], record_delimiter: 'windows' });
  return Readable.from(rows(store, accountId, query)).compose(csv) as Readable;
}

async function* rows(store: CdrStore, accountId: string, query: CdrQuery): AsyncGenerator<Record<string, unknown>> {
  const where = cdrFilter(query);
  for (let cursor: string | undefined; ; ) {
    const page = await store.list(accountId, { where, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    for (const record of page.items) yield csvRow(fromRecord(record));
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

/** A phone number begins with a plus sign, too: only what is none is touched. */
function harmless(text: string): string {
  return /^[=@\t\r-]|^\+(?!\d+$)/.test(text) ? `'${text}` : text;
}
