import type { OperationHandler } from '../../operation/handler.js';
import type { NodeDeps } from '../node-deps.js';
import { nodeOf } from '../nodes-of.js';

export function getNode(deps: NodeDeps): OperationHandler<'getNode'> {
  return async ({ params }, { account }) => ({ status: 200, body: await nodeOf(account, params.nodeId, deps) });
}
