import type { QueuedFor } from '../../../scripting/index.js';
import { addressOf } from '../address-of.js';
import type { NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { specifiedAgents } from '../specified-agents.js';
import { waitForAgent } from '../wait-for-agent.js';

export const toSkillGroup: NodeRunner<'toSkillGroup'> = async (node, visit) =>
  waitForAgent(node, await whom(node, visit), visit);

/** The node's group, unless the business's own system says otherwise (IVR-21). */
async function whom(node: ParsedNode<'toSkillGroup'>, visit: NodeVisit): Promise<QueuedFor> {
  const { skillGroupId, overflowSkillGroupIds, specifiedAgentsUrl } = node;
  const url = specifiedAgentsUrl === undefined ? undefined : addressOf(specifiedAgentsUrl, visit);
  const specified = url === undefined ? undefined : await specifiedAgents(url, visit);
  return {
    skillGroup: skillGroupId,
    preferredAgentIds: specified?.agents ?? [],
    ...(specified?.skillGroup === undefined ? {} : { preferredSkillGroup: specified.skillGroup }),
    ...(overflowSkillGroupIds === undefined ? {} : { overflowSkillGroupIds }),
  };
}
