import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { flowVersionView } from '../flow-view.js';

export function listFlowVersions({ flows, flowVersions }: FlowDeps): OperationHandler<'listFlowVersions'> {
  return async ({ params: { flowId }, query: { limit, cursor } }, { account }) => {
    const flow = await flows.get(account.id, flowId);
    if (!flow) throw new FlowNotFoundError(flowId);
    const { items, nextCursor } = await flowVersions.list(account.id, {
      where: { flowId },
      limit: limit ?? 50,
      cursor,
    });
    return { status: 200, body: { items: items.map((version) => flowVersionView(version, flow)), nextCursor } };
  };
}
