import type { Schema } from '@hookswitch/openapi/operations';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import type { Flow } from './flow.js';
import type { FlowDeps } from './flow-deps.js';
import { asFlowError, FlowNotFoundError } from './flow-errors.js';

/** @throws FlowNotFoundError, FlowNameTakenError */
export async function updateFlow(
  { flows, clock }: FlowDeps,
  accountId: string,
  flowId: string,
  change: Schema<'UpdateFlowRequest'>,
): Promise<Flow> {
  let changed: Flow | undefined;
  try {
    changed = await changeRecord(flows, clock, accountId, flowId, (flow) => withChange(flow, change));
  } catch (error) {
    throw asFlowError(error);
  }
  if (!changed) throw new FlowNotFoundError(flowId);
  return changed;
}
