import type { OperationHandlers } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { addAgentToSkillGroup } from './add-agent-to-skill-group.js';
import { createAgents } from './create-agents.js';
import { deleteAgent } from './delete-agent.js';
import { forceAgentOffline } from './force-agent-offline.js';
import { getAgent } from './get-agent.js';
import { importAgents } from './import-agents.js';
import { listAgents } from './list-agents.js';
import { removeAgentFromSkillGroup } from './remove-agent-from-skill-group.js';
import { restoreAgent } from './restore-agent.js';
import { updateAgent } from './update-agent.js';

/** The HTTP face of agents. */
export function agentOperations(deps: AgentDeps) {
  return {
    createAgents: createAgents(deps),
    importAgents: importAgents(deps),
    listAgents: listAgents(deps),
    getAgent: getAgent(deps),
    updateAgent: updateAgent(deps),
    deleteAgent: deleteAgent(deps),
    addAgentToSkillGroup: addAgentToSkillGroup(deps),
    removeAgentFromSkillGroup: removeAgentFromSkillGroup(deps),
    forceAgentOffline: forceAgentOffline(deps),
    restoreAgent: restoreAgent(deps),
  } satisfies Partial<OperationHandlers>;
}
