import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { readDraft } from '../read-draft.js';
import { isPublishable, validateFlow as validate } from '../validate/validate-flow.js';

export function validateFlow(deps: FlowDeps): OperationHandler<'validateFlow'> {
  return async ({ params: { flowId } }, { account: { id: accountId, edition } }) => {
    const { stored } = await readDraft(deps, accountId, flowId);
    const check = await validate(JSON.parse(stored.json), { accountId, flowId, edition }, deps.flowReferences);
    return { status: 200, body: { publishable: isPublishable(check), faults: [...check.faults] } };
  };
}
