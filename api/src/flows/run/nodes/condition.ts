import { goToNode, leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { ruleHolds } from '../rule-holds.js';

export const condition: NodeRunner<'condition'> = async (node, { variables, services }) => {
  for (const [index, rule] of node.rules.entries()) {
    await services.turns.take();
    if (ruleHolds(rule, (template) => variables.text(template))) return goToNode(rule.next, `rule ${index + 1}`);
  }
  return leaveBy('default');
};
