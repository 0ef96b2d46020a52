import type { Filter } from '../store/tenant-collection.js';
import type { CdrRecord } from './cdr-record.js';

/** What a list or an export of CDRs may be narrowed by. */
export interface CdrQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly direction?: CdrRecord['direction'] | undefined;
  readonly status?: CdrRecord['status'] | undefined;
  readonly contactId?: string | undefined;
  readonly parentCallId?: string | undefined;
  readonly createdFrom?: string | undefined;
  readonly createdBefore?: string | undefined;
}

/** The same as a store understands it. */
export function cdrFilter({ createdFrom, createdBefore, ...equal }: CdrQuery): Filter<CdrRecord> {
  const wanted = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  if (createdFrom === undefined && createdBefore === undefined) return wanted as Filter<CdrRecord>;
  const createdAt = {
    ...(createdFrom === undefined ? {} : { gte: normalized(createdFrom) }),
    ...(createdBefore === undefined ? {} : { lt: normalized(createdBefore) }),
  };
  return { ...wanted, createdAt } as Filter<CdrRecord>;
}

/** Stored times are compared as text: all are UTC with milliseconds. */
function normalized(time: string): string {
  return new Date(time).toISOString();
}
