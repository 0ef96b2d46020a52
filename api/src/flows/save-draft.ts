import { timestamp } from '../store/timestamp.js';
import type { FlowDraft } from './document/flow-document.js';
import type { Flow, StoredFlowDocument } from './flow.js';
import type { FlowDeps } from './flow-deps.js';
import { StaleDraftError } from './flow-errors.js';
import { readDraft } from './read-draft.js';

/** Saves a draft, where `ifRevision` is given only in place of that one. @throws FlowNotFoundError, StaleDraftError, StaleRecordError */
export async function saveDraft(
  deps: Pick<FlowDeps, 'flows' | 'flowDocuments' | 'clock'>,
  accountId: string,
  flowId: string,
  draft: FlowDraft,
  ifRevision: number | undefined,
): Promise<{ readonly flow: Flow; readonly stored: StoredFlowDocument }> {
  const { flow, stored } = await readDraft(deps, accountId, flowId);
  if (ifRevision !== undefined && ifRevision !== stored.revision)
    throw new StaleDraftError(flowId, ifRevision, stored.revision);
  const updatedAt = timestamp(deps.clock);
  return { flow, stored: await deps.flowDocuments.replace({ ...stored, json: JSON.stringify(draft), updatedAt }) };
}
