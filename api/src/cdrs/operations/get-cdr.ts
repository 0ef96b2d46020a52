import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { type CdrStore, fromRecord } from '../cdr-record.js';
import { cdrView } from '../cdr-view.js';

export function getCdr({ cdrs }: { cdrs: CdrStore }): OperationHandler<'getCdr'> {
  return async ({ params }, context) => {
    const record = await cdrs.get(context.account.id, params.callId);
    if (!record) throw new ResourceNotFoundError('CDR of call', params.callId);
    return { status: 200, body: cdrView(fromRecord(record)) };
  };
}
