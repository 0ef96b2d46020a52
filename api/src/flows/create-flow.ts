import type { Schema } from '@hookswitch/openapi/operations';
import { timestamp } from '../store/timestamp.js';
import type { FlowDraft } from './document/flow-document.js';
import type { Flow, StoredFlowDocument } from './flow.js';
import type { FlowDeps } from './flow-deps.js';
import { asFlowError } from './flow-errors.js';

const emptyDraft: FlowDraft = {
  nodes: [
    { id: 'start', kind: 'start', exits: { next: 'end' } },
    { id: 'end', kind: 'end' },
  ],
};

/** @throws FlowNameTakenError */
export async function createFlow(
  { flows, flowDocuments, clock, newId }: FlowDeps,
  accountId: string,
  { name, description = '', selfService = false, draft = emptyDraft }: Schema<'CreateFlowRequest'>,
): Promise<{ readonly flow: Flow; readonly stored: StoredFlowDocument }> {
  const now = timestamp(clock);
  const record = { id: newId('FL'), accountId, revision: 1, createdAt: now, updatedAt: now };
  const stored: StoredFlowDocument = { ...record, flowId: record.id, json: JSON.stringify(draft) };
  const flow: Flow = { ...record, name, description, selfService };
  await flowDocuments.insert(stored);
  try {
    await flows.insert(flow);
  } catch (error) {
    await flowDocuments.remove(accountId, record.id);
    throw asFlowError(error);
  }
  return { flow, stored };
}
