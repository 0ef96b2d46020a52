/** The command that drains a node, with `DrainNode`; and the one that has it take calls again. Both are answered once the node's lease says so. */
export const drainNodeCommand = 'node.drain.v1';
export const undrainNodeCommand = 'node.undrain.v1';

/** Asks whether a process with that node id is there. */
export const isThereCommand = 'node.is-there.v1';
