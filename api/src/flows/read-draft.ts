import type { FlowDraft } from './document/flow-document.js';
import type { Flow, StoredFlowDocument } from './flow.js';
import type { FlowDeps } from './flow-deps.js';
import { FlowNotFoundError } from './flow-errors.js';

/** A flow with its draft as it is stored. @throws FlowNotFoundError */
export async function readDraft(
  { flows, flowDocuments }: Pick<FlowDeps, 'flows' | 'flowDocuments'>,
  accountId: string,
  flowId: string,
): Promise<{ readonly flow: Flow; readonly stored: StoredFlowDocument }> {
  const [flow, stored] = await Promise.all([flows.get(accountId, flowId), flowDocuments.get(accountId, flowId)]);
  if (!flow || !stored) throw new FlowNotFoundError(flowId);
  return { flow, stored };
}

/** The document of a version, or the draft. @throws FlowNotFoundError */
export async function readDocument(
  deps: Pick<FlowDeps, 'flows' | 'flowVersions' | 'flowDocuments'>,
  accountId: string,
  flowId: string,
  version: string,
): Promise<FlowDraft> {
  if (version === 'draft') return JSON.parse((await readDraft(deps, accountId, flowId)).stored.json) as FlowDraft;
  const found = await deps.flowVersions.findOne(accountId, { flowId, number: version });
  const stored = found && (await deps.flowDocuments.get(accountId, found.id));
  if (!stored) throw new FlowNotFoundError(flowId, version);
  return JSON.parse(stored.json) as FlowDraft;
}
