import type { OperationHandler } from '../../operation/handler.js';
import { deleteEndpoint as remove } from '../delete-endpoint.js';
import type { EndpointDeps } from '../endpoint-deps.js';

export function deleteEndpoint(deps: EndpointDeps): OperationHandler<'deleteEndpoint'> {
  return async ({ params }, context) => {
    await remove(deps, context.account.id, params.endpointId);
    return { status: 204 };
  };
}
