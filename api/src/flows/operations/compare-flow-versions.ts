import { setImmediate } from 'node:timers/promises';
import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { readDocument } from '../read-draft.js';
import { compareDocuments } from '../versions/compare-documents.js';

export function compareFlowVersions(deps: FlowDeps): OperationHandler<'compareFlowVersions'> {
  return async ({ params: { flowId }, query }, { account }) => {
    const flow = await deps.flows.get(account.id, flowId);
    if (!flow) throw new FlowNotFoundError(flowId);
    const { from = flow.liveVersion, to = 'draft' } = query;
    const before = from === undefined ? { nodes: [] } : await readDocument(deps, account.id, flowId, from);
    await setImmediate(); // others get their turn: each step takes long for long documents
    const after = await readDocument(deps, account.id, flowId, to);
    await setImmediate();
    return { status: 200, body: compareDocuments(before, after) };
  };
}
