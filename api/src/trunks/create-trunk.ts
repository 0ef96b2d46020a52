import type { Schema } from '@hookswitch/openapi/operations';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import { checkUnique } from './check-unique.js';
import type { Trunk } from './trunk.js';
import type { TrunkDeps } from './trunk-deps.js';
import { TrunkUsernameTakenError } from './trunk-errors.js';
import { inboundPart, outboundPart } from './trunk-parts.js';

/** @throws InvalidRequestError, TrunkAddressTakenError, TrunkUsernameTakenError */
export async function createTrunk(
  deps: TrunkDeps,
  accountId: string,
  request: Schema<'CreateTrunkRequest'>,
): Promise<Trunk> {
  const { trunks, secretBox, clock, newId } = deps;
  const id = newId('TK');
  const seal = { secretBox, trunkId: id };
  const now = timestamp(clock);
  const trunk = withLookups({
    id,
    accountId,
    name: request.name,
    enabled: request.enabled ?? true,
    ...(request.inbound && { inbound: inboundPart(request.inbound, undefined, seal) }),
    ...(request.outbound && { outbound: outboundPart(request.outbound, undefined, seal) }),
    limits: request.limits ?? { concurrentCalls: 0, callsPerSecond: 0 },
    transferMode: request.transferMode ?? 'disable-all',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  });
  await checkUnique(deps, trunk);
  try {
    await trunks.insert(trunk);
  } catch (error) {
    throw error instanceof DuplicateRecordError ? new TrunkUsernameTakenError() : error;
  }
  return trunk;
}

/** The trunk with the fields it is looked up by, which repeat those of its inbound part. */
export function withLookups({ inboundAddresses: _addresses, inboundUsername: _username, ...trunk }: Trunk): Trunk {
  return {
    ...trunk,
    ...(trunk.inbound && { inboundAddresses: trunk.inbound.addresses }),
    ...(trunk.inbound?.username !== undefined && { inboundUsername: trunk.inbound.username }),
  };
}
