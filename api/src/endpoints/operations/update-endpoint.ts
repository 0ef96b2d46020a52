import type { OperationHandler } from '../../operation/handler.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { currentEndpointView } from '../endpoint-view.js';
import { updateEndpoint as update } from '../update-endpoint.js';

export function updateEndpoint(deps: EndpointDeps): OperationHandler<'updateEndpoint'> {
  return async ({ params, body }, context) => {
    const endpoint = await update(deps, context.account.id, params.endpointId, body);
    return { status: 200, body: await currentEndpointView(deps, endpoint) };
  };
}
