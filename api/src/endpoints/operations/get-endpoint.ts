import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { endpointView } from '../endpoint-view.js';

export function getEndpoint({ endpoints }: EndpointDeps): OperationHandler<'getEndpoint'> {
  return async ({ params }, context) => {
    const endpoint = await endpoints.get(context.account.id, params.endpointId);
    if (!endpoint) throw new ResourceNotFoundError('endpoint', params.endpointId);
    return { status: 200, body: endpointView(endpoint) };
  };
}
