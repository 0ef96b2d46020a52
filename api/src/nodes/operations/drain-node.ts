import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import { drainNodeCommand } from '../node-commands.js';
import type { NodeDeps } from '../node-deps.js';
import { nodeOf, nodesOf } from '../nodes-of.js';

export function drainNode(deps: NodeDeps): OperationHandler<'drainNode'> {
  return async ({ params: { nodeId }, body }, { account, logger }) => {
    const before = await nodeOf(account, nodeId, deps);
    await deps.commands.send(nodeId, { type: drainNodeCommand, request: body });
    logger.info({ nodeId, ...body }, 'A node is drained.');
    const now = (await nodesOf(account, deps)).find(({ id }) => id === nodeId);
    return { status: 200, body: now ?? drainedAndGone(before, body) };
  };
}

/** A node without calls that was to stop has stopped before it could be asked how it is. */
function drainedAndGone(before: Schema<'Node'>, { stop = false }: Schema<'DrainNodeRequest'>): Schema<'Node'> {
  const drain = before.drain ?? { since: before.reportedAt, endsCallsAt: null, stops: stop };
  return { ...before, state: 'drained', calls: 0, load: 0, drain };
}
