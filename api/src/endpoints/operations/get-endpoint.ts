import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { currentEndpointView } from '../endpoint-view.js';

export function getEndpoint(deps: EndpointDeps): OperationHandler<'getEndpoint'> {
  return async ({ params }, context) => {
    const endpoint = await deps.endpoints.get(context.account.id, params.endpointId);
    if (!endpoint) throw new ResourceNotFoundError('endpoint', params.endpointId);
    return { status: 200, body: await currentEndpointView(deps, endpoint) };
  };
}
