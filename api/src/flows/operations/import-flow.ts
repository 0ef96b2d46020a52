import type { OperationHandler } from '../../operation/handler.js';
import { createFlow } from '../create-flow.js';
import type { FlowDeps } from '../flow-deps.js';
import { draftEtag, flowView } from '../flow-view.js';
import { withOwnIds } from '../versions/flow-names.js';

export function importFlow(deps: FlowDeps): OperationHandler<'importFlow'> {
  return async ({ body: { document, references = [], ...rest } }, { account }) => {
    const draft = await withOwnIds(document, references, account.id, deps.flowNames);
    const { flow, stored } = await createFlow(deps, account.id, { ...rest, draft });
    return { status: 201, body: flowView(flow, stored), headers: { ETag: draftEtag(stored) } };
  };
}
