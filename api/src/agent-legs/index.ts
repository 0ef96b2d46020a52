export { type AgentEndpoint, callOutEndpoint, chooseEndpoints } from './choose-endpoints.js';
export { type AgentAnswer, type AgentNoAnswer, type AgentRinging, type RingAgent, ringAgent } from './ring-agent.js';
