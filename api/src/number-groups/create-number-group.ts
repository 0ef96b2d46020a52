import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { timestamp } from '../store/timestamp.js';
import type { NumberGroup } from './number-group.js';
import type { NumberGroupDeps } from './number-group-deps.js';

/** @throws DuplicateRecordError when the account has one of that name */
export async function createNumberGroup(
  { numberGroups, clock, newId }: NumberGroupDeps,
  account: Pick<Account, 'id'>,
  request: Schema<'CreateNumberGroupRequest'>,
): Promise<NumberGroup> {
  const now = timestamp(clock);
  const numberGroup: NumberGroup = {
    id: newId('NG'),
    accountId: account.id,
    name: request.name,
    description: request.description ?? '',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await numberGroups.insert(numberGroup);
  return numberGroup;
}
