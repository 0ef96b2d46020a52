export { type Agent, type AgentStore, agentCollection, type GroupMembership } from './agent.js';
export type { AgentAccess, AgentChange, AgentChanged, AgentDeps } from './agent-deps.js';
export { type AgentDirectory, agentDirectory } from './agent-directory.js';
export { AgentFieldTakenError } from './agent-errors.js';
export { oneAgentView } from './agent-view.js';
export { normalEmail } from './check-agent.js';
export { emptyGroup } from './group-membership.js';
export { agentOperations } from './operations/index.js';
export { changeAgent, mayChange } from './update-agent.js';
