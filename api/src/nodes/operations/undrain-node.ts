import type { OperationHandler } from '../../operation/handler.js';
import { undrainNodeCommand } from '../node-commands.js';
import type { NodeDeps } from '../node-deps.js';
import { nodeOf } from '../nodes-of.js';

export function undrainNode(deps: NodeDeps): OperationHandler<'undrainNode'> {
  return async ({ params: { nodeId } }, { account, logger }) => {
    await nodeOf(account, nodeId, deps);
    await deps.commands.send(nodeId, { type: undrainNodeCommand, request: {} });
    logger.info({ nodeId }, 'A node takes calls again.');
    return { status: 200, body: await nodeOf(account, nodeId, deps) };
  };
}
