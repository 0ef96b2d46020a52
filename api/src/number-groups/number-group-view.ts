import type { Schema } from '@hookswitch/openapi/operations';
import type { NumberGroup } from './number-group.js';

/** As users see it. */
export function numberGroupView(numberGroup: NumberGroup): Schema<'NumberGroup'> {
  return {
    id: numberGroup.id,
    accountId: numberGroup.accountId,
    name: numberGroup.name,
    description: numberGroup.description,
    createdAt: numberGroup.createdAt,
    updatedAt: numberGroup.updatedAt,
    revision: numberGroup.revision,
  };
}
