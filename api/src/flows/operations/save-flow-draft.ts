import type { OperationHandler } from '../../operation/handler.js';
import { revisionOf } from '../../store/if-match.js';
import type { FlowDeps } from '../flow-deps.js';
import { draftEtag, flowView } from '../flow-view.js';
import { saveDraft } from '../save-draft.js';

export function saveFlowDraft(deps: FlowDeps): OperationHandler<'saveFlowDraft'> {
  return async ({ params, headers, body }, { account }) => {
    const ifRevision = revisionOf(headers['If-Match']);
    const { flow, stored } = await saveDraft(deps, account.id, params.flowId, body, ifRevision);
    return { status: 200, body: flowView(flow, stored, body), headers: { ETag: draftEtag(stored) } };
  };
}
