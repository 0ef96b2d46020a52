import type { OperationHandler } from '../../operation/handler.js';
import { cdrCsv } from '../cdr-csv.js';
import type { CdrStore } from '../cdr-record.js';

export function exportCdrs({ cdrs }: { cdrs: CdrStore }): OperationHandler<'exportCdrs'> {
  return async ({ query }, context) => ({
    status: 200,
    content: {
      type: 'text/csv; charset=utf-8; header=present',
      size: undefined,
      open: async () => cdrCsv(cdrs, context.account.id, query),
      fileName: 'cdrs.csv',
    },
  });
}
