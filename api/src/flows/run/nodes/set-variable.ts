import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';

export const setVariable: NodeRunner<'setVariable'> = async (node, { variables }) => {
  for (const { name, value } of node.variables) variables.set(name, variables.text(value));
  return leaveBy('next');
};
