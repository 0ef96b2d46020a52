import type { OperationHandler } from '../../operation/handler.js';
import { cdrFilter } from '../cdr-query.js';
import { type CdrStore, fromRecord } from '../cdr-record.js';
import { cdrView } from '../cdr-view.js';

export function listCdrs({ cdrs }: { cdrs: CdrStore }): OperationHandler<'listCdrs'> {
  return async ({ query: { limit, cursor, ...query } }, context) => {
    const page = await cdrs.list(context.account.id, { where: cdrFilter(query), limit: limit ?? 50, cursor });
    const items = page.items.map((record) => cdrView(fromRecord(record)));
    return { status: 200, body: { items, nextCursor: page.nextCursor } };
  };
}
