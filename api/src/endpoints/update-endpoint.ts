import type { Schema } from '@hookswitch/openapi/operations';
import { checkApplication } from '../applications/index.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { strongestFirst } from './create-endpoint.js';
import type { Endpoint } from './endpoint.js';
import type { EndpointDeps } from './endpoint-deps.js';

/** A changed password counts at the phone's next request. @throws ResourceNotFoundError, InvalidRequestError */
export async function updateEndpoint(
  { endpoints, applications, secretBox, clock }: EndpointDeps,
  accountId: string,
  id: string,
  { password, algorithms, ...change }: Schema<'UpdateEndpointRequest'>,
): Promise<Endpoint> {
  if (!(await endpoints.get(accountId, id))) throw new ResourceNotFoundError('endpoint', id);
  await checkApplication(applications, accountId, change.applicationId);
  const changed = await changeRecord(endpoints, clock, accountId, id, (endpoint) =>
    withChange(endpoint, {
      ...change,
      ...(password !== undefined && { sealedPassword: secretBox.seal(password, id) }),
      ...(algorithms && { algorithms: strongestFirst(algorithms) }),
    }),
  );
  if (!changed) throw new ResourceNotFoundError('endpoint', id);
  return changed;
}
