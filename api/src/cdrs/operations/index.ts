import type { OperationHandlers } from '../../operation/handler.js';
import type { CdrStore } from '../cdr-record.js';
import { exportCdrs } from './export-cdrs.js';
import { getCdr } from './get-cdr.js';
import { listCdrs } from './list-cdrs.js';

/** The HTTP face of CDRs. */
export function cdrOperations(deps: { readonly cdrs: CdrStore }) {
  return {
    listCdrs: listCdrs(deps),
    getCdr: getCdr(deps),
    exportCdrs: exportCdrs(deps),
  } satisfies Partial<OperationHandlers>;
}
