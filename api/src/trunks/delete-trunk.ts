import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { TrunkDeps } from './trunk-deps.js';
import { TrunkInUseError } from './trunk-errors.js';

/** @throws ResourceNotFoundError, TrunkInUseError while a number names it */
export async function deleteTrunk({ trunks, numbers }: TrunkDeps, accountId: string, id: string): Promise<void> {
  if ((await numbers.count(accountId, { trunkId: id })) > 0) throw new TrunkInUseError();
  if (!(await trunks.remove(accountId, id))) throw new ResourceNotFoundError('trunk', id);
}
