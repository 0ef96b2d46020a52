import { drainNodeCommand } from '../../calls/index.js';
import type { OperationHandler } from '../../http/operation.js';
import type { NodeDeps } from '../node-deps.js';
import { nodeOf } from '../nodes-of.js';

export function drainNode(deps: NodeDeps): OperationHandler<'drainNode'> {
  return async ({ params: { nodeId }, body }, { account, logger }) => {
    await nodeOf(account, nodeId, deps);
    await deps.commands.send(nodeId, { type: drainNodeCommand, request: body });
    logger.info({ nodeId, ...body }, 'A node is drained.');
    return { status: 200, body: await nodeOf(account, nodeId, deps) };
  };
}
