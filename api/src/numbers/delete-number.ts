import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { NumberDeps } from './number-deps.js';

/** @throws ResourceNotFoundError */
export async function deleteNumber({ numbers }: NumberDeps, accountId: string, id: string): Promise<void> {
  if (!(await numbers.remove(accountId, id))) throw new ResourceNotFoundError('number', id);
}
