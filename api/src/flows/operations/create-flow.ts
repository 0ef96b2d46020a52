import type { OperationHandler } from '../../operation/handler.js';
import { createFlow as create } from '../create-flow.js';
import type { FlowDeps } from '../flow-deps.js';
import { draftEtag, flowView } from '../flow-view.js';

export function createFlow(deps: FlowDeps): OperationHandler<'createFlow'> {
  return async ({ body }, { account }) => {
    const { flow, stored } = await create(deps, account.id, body);
    return { status: 201, body: flowView(flow, stored), headers: { ETag: draftEtag(stored) } };
  };
}
