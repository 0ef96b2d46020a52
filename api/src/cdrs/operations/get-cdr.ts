import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import { type CdrStore, fromRecord } from '../cdr-record.js';
import { cdrView } from '../cdr-view.js';

export function getCdr({ cdrs }: { cdrs: CdrStore }): OperationHandler<'getCdr'> {
  return async ({ params }, context) => {
    const record = await cdrs.get(context.account.id, params.callId);
    if (!record) throw new ResourceNotFoundError('CDR of call', params.callId);
    return { status: 200, body: cdrView(fromRecord(record)) };
  };
}
