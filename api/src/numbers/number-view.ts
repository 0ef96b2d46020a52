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
    trunkId: number.trunkId ?? null,
    numberGroupId: number.numberGroupId ?? null,
    outboundSkillGroupIds: [...(number.outboundSkillGroupIds ?? [])],
    forAgentMobiles: number.forAgentMobiles ?? false,
    callOut: number.callOut ?? true,
    createdAt: number.createdAt,
    updatedAt: number.updatedAt,
    revision: number.revision,
  };
}
