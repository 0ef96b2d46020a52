import type { Schema } from '@hookswitch/openapi/operations';
import type { Endpoint } from './endpoint.js';
import type { EndpointDeps } from './endpoint-deps.js';

/** A phone as users see it: without its password. `registered`: whether it has a binding now. */
export function endpointView(endpoint: Endpoint, registered: boolean): Schema<'Endpoint'> {
  const { id, accountId, username, name, algorithms, applicationId, callerId, mediaEncryption } = endpoint;
  const { createdAt, updatedAt, revision } = endpoint;
  return {
    id,
    accountId,
    username,
    name,
    algorithms: [...algorithms],
    applicationId: applicationId ?? null,
    callerId: callerId ?? null,
    mediaEncryption: mediaEncryption ?? 'none',
    registered,
    createdAt,
    updatedAt,
    revision,
  };
}

/** The same, having looked whether the phone is registered. */
export async function currentEndpointView(
  { bindings }: Pick<EndpointDeps, 'bindings'>,
  endpoint: Endpoint,
): Promise<Schema<'Endpoint'>> {
  return endpointView(endpoint, (await bindings.list(endpoint.id)).length > 0);
}
