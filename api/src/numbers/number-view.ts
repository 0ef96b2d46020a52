import type { Schema } from '@hookswitch/openapi/operations';
import type { PhoneNumber } from './phone-number-record.js';

/** A number as users see it. */
export function numberView(number: PhoneNumber): Schema<'Number'> {
  return {
    id: number.id,
    accountId: number.accountId,
    number: number.number,
    name: number.name,
    applicationId: number.applicationId ?? null,
    flow: flowView(number.flowId, number.flowVersion),
    serviceHours: number.serviceHours ?? null,
    closedFlow: flowView(number.closedFlowId, number.closedFlowVersion),
    trunkId: number.trunkId ?? null,
    numberGroupId: number.numberGroupId ?? null,
    outboundSkillGroupIds: [...(number.outboundSkillGroupIds ?? [])],
    forAgentMobiles: number.forAgentMobiles ?? false,
    callOut: number.callOut ?? true,
    state: number.state ?? 'normal',
    createdAt: number.createdAt,
    updatedAt: number.updatedAt,
    revision: number.revision,
  };
}

function flowView(flowId: string | undefined, version = null as string | null): Schema<'NumberFlow'> {
  return flowId === undefined ? null : { flowId, version };
}
