import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { draftEtag, flowView } from '../flow-view.js';
import { readDraft } from '../read-draft.js';

export function getFlow(deps: FlowDeps): OperationHandler<'getFlow'> {
  return async ({ params }, { account }) => {
    const { flow, stored } = await readDraft(deps, account.id, params.flowId);
    return { status: 200, body: flowView(flow, stored), headers: { ETag: draftEtag(stored) } };
  };
}
