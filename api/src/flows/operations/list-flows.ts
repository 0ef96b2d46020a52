import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { flowSummaryView } from '../flow-view.js';

export function listFlows({ flows }: FlowDeps): OperationHandler<'listFlows'> {
  return async ({ query: { limit, cursor, name, selfService: asked } }, { account, onlyAgentId }) => {
    if (onlyAgentId !== undefined && asked === false) return { status: 200, body: { items: [], nextCursor: null } };
    const selfService = onlyAgentId === undefined ? asked : true;
    const where = {
      ...(name === undefined ? {} : { name: { part: name } }),
      ...(selfService === undefined ? {} : { selfService }),
    };
    const page = await flows.list(account.id, { where, limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(flowSummaryView), nextCursor: page.nextCursor } };
  };
}
