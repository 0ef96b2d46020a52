import type { NodeRunner } from '../flow-node.js';
import { waitForAgent } from '../wait-for-agent.js';

export const toAgent: NodeRunner<'toAgent'> = (node, visit) => {
  const agentIds = node.agentIds ?? [visit.variables.text(node.agent ?? '').trim()];
  return waitForAgent(node, { agentIds, preferredAgentIds: [] }, visit);
};
