import type { OperationHandlers } from '../../operation/handler.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { changeAgentStatus } from './change-agent-status.js';
import { continueAfterCallWork } from './continue-after-call-work.js';
import { endAfterCallWork } from './end-after-call-work.js';
import { getAgentStatus } from './get-agent-status.js';
import { getQueue, type QueueDeps } from './get-queue.js';
import { listAgentStatusHistory } from './list-agent-status-history.js';
import { listAgentStatuses } from './list-agent-statuses.js';
import { listColleagues } from './list-colleagues.js';

/** The HTTP face of agents at work. */
export function agentStatusOperations(deps: AgentStatusDeps) {
  return {
    changeAgentStatus: changeAgentStatus(deps),
    getAgentStatus: getAgentStatus(deps),
    listAgentStatuses: listAgentStatuses(deps),
    listAgentStatusHistory: listAgentStatusHistory(deps),
    listColleagues: listColleagues(deps),
    endAfterCallWork: endAfterCallWork(deps),
    continueAfterCallWork: continueAfterCallWork(deps),
  } satisfies Partial<OperationHandlers>;
}

/** The HTTP face of queues. */
export function queueOperations(deps: QueueDeps) {
  return { getQueue: getQueue(deps) } satisfies Partial<OperationHandlers>;
}
