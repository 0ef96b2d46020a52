import type { FlowEndBy } from '../../scripting/flow/flow-end.js';
import type { NodeExit } from './flow-node.js';

/** By one of the node's `exits`. */
export const leaveBy = (exit: string): NodeExit => ({ kind: 'exit', exit });
/** To a node that a key or a rule names. */
export const goToNode = (node: string, by: string): NodeExit => ({ kind: 'go-to', node, by });
/** The flow is over. */
export const endFlow = (by: FlowEndBy): NodeExit => ({ kind: 'end', by });
