import type { OperationHandler } from '../../http/operation.js';
import type { FlowDeps } from '../flow-deps.js';
import { flowSummaryView } from '../flow-view.js';

export function listFlows({ flows }: FlowDeps): OperationHandler<'listFlows'> {
  return async ({ query: { limit, cursor, name } }, { account }) => {
    const where = name === undefined ? {} : { name: { part: name } };
    const page = await flows.list(account.id, { where, limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(flowSummaryView), nextCursor: page.nextCursor } };
  };
}
