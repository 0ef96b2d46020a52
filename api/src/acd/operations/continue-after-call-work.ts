import type { OperationHandler } from '../../operation/handler.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { recordOf, statusOf } from './one-status.js';

export function continueAfterCallWork(deps: AgentStatusDeps): OperationHandler<'continueAfterCallWork'> {
  return async ({ params }, { account }) => {
    const agent = await recordOf(deps, account.id, params.agentId);
    await deps.atWork.continueAfterCallWork(agent);
    return { status: 200, body: await statusOf(deps, agent) };
  };
}
