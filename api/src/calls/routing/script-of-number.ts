import type { Clock } from '@hookswitch/kernel/clock';
import type { CallScript } from '../../call-records/call.js';
import type { FlowRef } from '../../call-records/flow-ref.js';
import { FlowNotFoundError, FlowNotPublishedError, type FlowSource, isOpen } from '../../flows/index.js';
import type { PhoneNumber } from '../../numbers/index.js';

/** What a caller hears outside of a number's hours where no flow is named for that. */
const closed: CallScript = {
  inline: JSON.stringify([
    { verb: 'say', text: 'We are closed at the moment. Please call again later.' },
    { verb: 'hangup' },
  ]),
};

/**
 * What a call to a number runs instead of its application's script: its flow, or outside of its hours what is for then. Undefined where that script runs, or nothing. The
 * version of a flow is settled here, so that the call keeps it.
 */
export async function scriptOfNumber(
  number: Omit<PhoneNumber, 'applicationId'>,
  hasApplication: boolean,
  deps: { readonly flows: FlowSource; readonly clock: Clock },
): Promise<CallScript | undefined> {
  const { accountId, flowId, flowVersion, serviceHours, closedFlowId, closedFlowVersion } = number;
  const own = flowId === undefined ? undefined : await flowScript(deps.flows, accountId, flowId, flowVersion);
  // What is bound to nothing takes no calls, whatever the hour.
  if (own === undefined && !hasApplication) return undefined;
  if (serviceHours === undefined || isOpen(serviceHours, deps.clock.now())) return own;
  if (closedFlowId === undefined) return closed;
  const script = await flowScript(deps.flows, accountId, closedFlowId, closedFlowVersion);
  return script ? { flow: { ...script.flow, outsideHours: true } } : closed;
}

/** Undefined where there is nothing of it to run. */
async function flowScript(
  flows: FlowSource,
  accountId: string,
  flowId: string,
  asked: string | undefined,
): Promise<{ readonly flow: FlowRef } | undefined> {
  try {
    const { version } = await flows.find(accountId, { flowId, ...(asked !== undefined && { version: asked }) });
    return { flow: { flowId, version } };
  } catch (error) {
    if (error instanceof FlowNotFoundError || error instanceof FlowNotPublishedError) return undefined;
    throw error;
  }
}
