import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { Cdr, CdrMedia } from './cdr.js';

/** A CDR as it is stored: what it is found by, and the whole of it as JSON text (tags may have names a database refuses). `id` is the call's. */
export interface CdrRecord extends TenantRecord {
  readonly contactId: string;
  readonly parentCallId: string | null;
  readonly direction: Cdr['direction'];
  readonly from: string;
  readonly to: string;
  readonly status: Cdr['status'];
  readonly endedAt: string;
  readonly cdr: string;
}

export type CdrStore = TenantCollection<CdrRecord>;

export const cdrCollection: CollectionDefinition<CdrRecord> = {
  name: 'cdrs',
  indexes: [['contactId'], ['from'], ['to'], ['createdAt']],
};

/** Stores CDRs, each once: one that is there already stays as it is. */
export async function keepCdrs(store: CdrStore, cdrs: readonly Cdr[]): Promise<void> {
  await store.insertMissing(cdrs.map(toRecord));
}

export function toRecord(cdr: Cdr): CdrRecord {
  const { callId, accountId, contactId, parentCallId, direction, from, to, status, createdAt, endedAt } = cdr;
  return {
    id: callId,
    accountId,
    revision: 1,
    createdAt,
    updatedAt: endedAt,
    contactId,
    parentCallId,
    direction,
    from,
    to,
    status,
    endedAt,
    cdr: JSON.stringify(cdr),
  };
}

/** What records of earlier releases do not say. */
const unsaid: Pick<Cdr, 'forwardedFrom' | 'forwardingReason' | 'callType' | 'endCode' | 'endCodeNumber'> = {
  forwardedFrom: null,
  forwardingReason: null,
  callType: null,
  endCode: null,
  endCodeNumber: null,
};

const unsaidOfMedia: Pick<CdrMedia, 'encryption' | 'relayId'> = { encryption: null, relayId: null };

export function fromRecord(record: CdrRecord): Cdr {
  const said = JSON.parse(record.cdr) as Partial<typeof unsaid> & Omit<Cdr, keyof typeof unsaid>;
  return { ...unsaid, ...said, media: { ...unsaidOfMedia, ...said.media } };
}
