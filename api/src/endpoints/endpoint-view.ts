import type { Schema } from '@hookswitch/openapi/operations';
import type { Endpoint } from './endpoint.js';

/** A phone as users see it: without its password. */
export function endpointView(endpoint: Endpoint): Schema<'Endpoint'> {
  const { id, accountId, username, name, algorithms, applicationId, callerId, createdAt, updatedAt, revision } =
    endpoint;
  return {
    id,
    accountId,
    username,
    name,
    algorithms: [...algorithms],
    applicationId: applicationId ?? null,
    callerId: callerId ?? null,
    createdAt,
    updatedAt,
    revision,
  };
}
