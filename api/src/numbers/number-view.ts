import type { Schema } from '@hookswitch/openapi/operations';
import type { PhoneNumber } from './phone-number-record.js';

/** A number as users see it. */
export function numberView({ applicationId, trunkId, ...rest }: PhoneNumber): Schema<'Number'> {
  const { id, accountId, number, name, createdAt, updatedAt, revision } = rest;
  return {
    id,
    accountId,
    number,
    name,
    applicationId: applicationId ?? null,
    trunkId: trunkId ?? null,
    createdAt,
    updatedAt,
    revision,
  };
}
