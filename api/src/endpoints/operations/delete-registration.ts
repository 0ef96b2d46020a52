import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { registrationId } from '../registration-view.js';

export function deleteRegistration({ endpoints, bindings }: EndpointDeps): OperationHandler<'deleteRegistration'> {
  return async ({ params }, context) => {
    const { endpointId } = params;
    if (!(await endpoints.get(context.account.id, endpointId))) throw new ResourceNotFoundError('endpoint', endpointId);
    const found = (await bindings.list(endpointId)).find(
      ({ contact }) => registrationId(contact) === params.registrationId,
    );
    if (!found) throw new ResourceNotFoundError('registration', params.registrationId);
    await bindings.remove(endpointId, found.contact);
    return { status: 204 };
  };
}
