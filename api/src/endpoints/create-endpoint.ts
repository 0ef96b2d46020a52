import type { DigestAlgorithm } from '@hookswitch/media/port/sip-directory';
import type { Schema } from '@hookswitch/openapi/operations';
import { checkApplication } from '../applications/index.js';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import type { Endpoint } from './endpoint.js';
import type { EndpointDeps } from './endpoint-deps.js';
import { UsernameTakenError } from './endpoint-errors.js';

/**
 * Makes a phone and returns it with its password, made up where none was given.
 * @throws UsernameTakenError, InvalidRequestError when the application is not the account's
 */
export async function createEndpoint(
  { endpoints, applications, trunks, secretBox, clock, random, newId }: EndpointDeps,
  accountId: string,
  request: Schema<'CreateEndpointRequest'>,
): Promise<{ endpoint: Endpoint; password: string }> {
  const { username, applicationId, callerId, mediaEncryption = 'none' } = request;
  await checkApplication(applications, accountId, applicationId);
  if (await trunks.acrossAccounts.findOne({ inboundUsername: username })) throw new UsernameTakenError();
  const id = newId('SE');
  const password = request.password ?? Buffer.from(random.bytes(15)).toString('base64url');
  const now = timestamp(clock);
  const endpoint: Endpoint = {
    id,
    accountId,
    username,
    name: request.name ?? username,
    sealedPassword: secretBox.seal(password, id),
    algorithms: strongestFirst(request.algorithms ?? ['MD5']),
    ...(applicationId && { applicationId }),
    ...(callerId && { callerId }),
    mediaEncryption,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await endpoints.insert(endpoint);
  } catch (error) {
    throw error instanceof DuplicateRecordError ? new UsernameTakenError() : error;
  }
  return { endpoint, password };
}

/** In the order in which they are offered (RFC 8760 2.4). */
export function strongestFirst(algorithms: readonly DigestAlgorithm[]): readonly DigestAlgorithm[] {
  return (['SHA-256', 'MD5'] as const).filter((algorithm) => algorithms.includes(algorithm));
}
