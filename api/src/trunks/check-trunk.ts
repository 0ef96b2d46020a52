import { InvalidRequestError } from '../operation/request-errors.js';
import type { TrunkStore } from './trunk.js';

/** @throws InvalidRequestError when something is to be bound to a trunk that the account does not have */
export async function checkTrunk(
  trunks: Pick<TrunkStore, 'get'>,
  accountId: string,
  trunkId: string | null | undefined,
): Promise<void> {
  if (trunkId === null || trunkId === undefined) return;
  if (await trunks.get(accountId, trunkId)) return;
  throw new InvalidRequestError([{ pointer: '/trunkId', message: `must be the id of one of the account's trunks` }]);
}
