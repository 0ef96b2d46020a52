import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { importAgents as importFile } from '../import/import-agents.js';

export function importAgents(deps: AgentDeps): OperationHandler<'importAgents'> {
  return async ({ body, contentType, query }, { account, principal }) => {
    const file = { bytes: body, type: contentType ?? '' };
    const sendPassword = query.sendPassword ?? true;
    return { status: 200, body: await importFile(deps, principal, account.id, file, { sendPassword }) };
  };
}
