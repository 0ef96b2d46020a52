import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import type { NumberGroup } from './number-group.js';
import type { NumberGroupDeps } from './number-group-deps.js';

/** @throws ResourceNotFoundError, StaleRecordError */
export async function updateNumberGroup(
  { numberGroups, clock }: NumberGroupDeps,
  accountId: string,
  id: string,
  change: Schema<'UpdateNumberGroupRequest'>,
): Promise<NumberGroup> {
  const changed = await changeRecord(numberGroups, clock, accountId, id, (record) => withChange(record, change));
  if (!changed) throw new ResourceNotFoundError('number group', id);
  return changed;
}
