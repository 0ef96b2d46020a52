import type { Filter } from '../store/tenant-collection.js';
import { asTimestamp } from '../store/timestamp.js';
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
    ...(createdFrom === undefined ? {} : { gte: asTimestamp(createdFrom) }),
    ...(createdBefore === undefined ? {} : { lt: asTimestamp(createdBefore) }),
  };
  return { ...wanted, createdAt } as Filter<CdrRecord>;
}
