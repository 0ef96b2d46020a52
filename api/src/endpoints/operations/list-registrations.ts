import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { registrationView } from '../registration-view.js';

export function listRegistrations({ endpoints, bindings }: EndpointDeps): OperationHandler<'listRegistrations'> {
  return async ({ params: { endpointId } }, context) => {
    if (!(await endpoints.get(context.account.id, endpointId))) throw new ResourceNotFoundError('endpoint', endpointId);
    const items = await bindings.list(endpointId);
    return { status: 200, body: { items: items.map((binding) => registrationView(endpointId, binding)) } };
  };
}
