import type { OperationHandler } from '../../operation/handler.js';
import { createEndpoint as create } from '../create-endpoint.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { endpointView } from '../endpoint-view.js';

export function createEndpoint(deps: EndpointDeps): OperationHandler<'createEndpoint'> {
  return async ({ body }, context) => {
    const { endpoint, password } = await create(deps, context.account.id, body);
    return { status: 201, body: { endpoint: endpointView(endpoint, false), password } };
  };
}
