import type { OperationHandlers } from '../../operation/handler.js';
import type { NodeDeps } from '../node-deps.js';
import { drainNode } from './drain-node.js';
import { getNode } from './get-node.js';
import { listNodes } from './list-nodes.js';
import { undrainNode } from './undrain-node.js';

/** The HTTP face of nodes. */
export function nodeOperations(deps: NodeDeps) {
  return {
    listNodes: listNodes(deps),
    getNode: getNode(deps),
    drainNode: drainNode(deps),
    undrainNode: undrainNode(deps),
  } satisfies Partial<OperationHandlers>;
}
