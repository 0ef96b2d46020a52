import { Readable } from 'node:stream';
import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { readDocument } from '../read-draft.js';
import { drawFlow } from '../versions/draw-flow.js';

export function drawFlowDraft(deps: FlowDeps): OperationHandler<'drawFlowDraft'> {
  return async ({ params: { flowId }, accept }, { account }) =>
    chart(drawFlow(await readDocument(deps, account.id, flowId, 'draft')), accept);
}

export function drawFlowVersion(deps: FlowDeps): OperationHandler<'drawFlowVersion'> {
  return async ({ params: { flowId, flowVersionNumber }, accept }, { account }) =>
    chart(drawFlow(await readDocument(deps, account.id, flowId, flowVersionNumber)), accept);
}

type Chart = Awaited<ReturnType<OperationHandler<'drawFlowDraft'>>>;

/** The text itself, or JSON for those who take nothing else. */
function chart(mermaid: string, accept = '*/*'): Chart {
  if (/\bapplication\/json\b/.test(accept) && !accept.includes('text/vnd.mermaid'))
    return { status: 200, body: { mermaid } };
  const bytes = Buffer.from(mermaid);
  return {
    status: 200,
    content: {
      type: 'text/vnd.mermaid; charset=utf-8',
      size: bytes.length,
      open: async (range) => Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]),
    },
  };
}
