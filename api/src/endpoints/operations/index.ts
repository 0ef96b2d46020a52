import type { OperationHandlers } from '../../operation/handler.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { createEndpoint } from './create-endpoint.js';
import { deleteEndpoint } from './delete-endpoint.js';
import { deleteRegistration } from './delete-registration.js';
import { getEndpoint } from './get-endpoint.js';
import { listEndpoints } from './list-endpoints.js';
import { listRegistrations } from './list-registrations.js';
import { updateEndpoint } from './update-endpoint.js';

/** The HTTP face of endpoints. */
export function endpointOperations(deps: EndpointDeps) {
  return {
    createEndpoint: createEndpoint(deps),
    listEndpoints: listEndpoints(deps),
    getEndpoint: getEndpoint(deps),
    updateEndpoint: updateEndpoint(deps),
    deleteEndpoint: deleteEndpoint(deps),
    listRegistrations: listRegistrations(deps),
    deleteRegistration: deleteRegistration(deps),
  } satisfies Partial<OperationHandlers>;
}
