import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { readDocument } from '../read-draft.js';
import { namesIn } from '../versions/flow-names.js';

export function exportFlow(deps: FlowDeps): OperationHandler<'exportFlow'> {
  return async ({ params: { flowId }, query: { version = 'draft' } }, { account }) => {
    const flow = await deps.flows.get(account.id, flowId);
    if (!flow) throw new FlowNotFoundError(flowId);
    const { name, description } = flow;
    const document = await readDocument(deps, account.id, flowId, version);
    const references = await namesIn(document, account.id, deps.flowNames);
    return { status: 200, body: { name, description, document, references } };
  };
}
