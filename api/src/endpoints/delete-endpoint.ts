import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { EndpointDeps } from './endpoint-deps.js';

/** Deletes a phone with its registrations. Calls that are up go on. @throws ResourceNotFoundError */
export async function deleteEndpoint(
  { endpoints, bindings }: EndpointDeps,
  accountId: string,
  id: string,
): Promise<void> {
  if (!(await endpoints.remove(accountId, id))) throw new ResourceNotFoundError('endpoint', id);
  await bindings.remove(id, 'all');
}
