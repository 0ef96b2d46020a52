import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { withChange } from '../store/with-change.js';
import { checkUnique } from './check-unique.js';
import { withLookups } from './create-trunk.js';
import type { Trunk } from './trunk.js';
import type { TrunkDeps } from './trunk-deps.js';
import { TrunkUsernameTakenError } from './trunk-errors.js';
import { inboundPart, outboundPart } from './trunk-parts.js';

/** @throws ResourceNotFoundError, InvalidRequestError, TrunkAddressTakenError, TrunkUsernameTakenError */
export async function updateTrunk(
  deps: TrunkDeps,
  accountId: string,
  id: string,
  request: Schema<'UpdateTrunkRequest'>,
): Promise<Trunk> {
  const { trunks, secretBox, clock } = deps;
  const seal = { secretBox, trunkId: id };
  const apply = (trunk: Trunk): Trunk =>
    withLookups(
      withChange(trunk, {
        name: request.name,
        enabled: request.enabled,
        limits: request.limits,
        transferMode: request.transferMode,
        inbound: request.inbound && inboundPart(request.inbound, trunk.inbound, seal),
        outbound: request.outbound && outboundPart(request.outbound, trunk.outbound, seal),
      }),
    );
  const former = await trunks.get(accountId, id);
  if (!former) throw new ResourceNotFoundError('trunk', id);
  if (request.inbound) await checkUnique(deps, apply(former));
  try {
    const changed = await changeRecord(trunks, clock, accountId, id, apply);
    if (!changed) throw new ResourceNotFoundError('trunk', id);
    return changed;
  } catch (error) {
    throw error instanceof DuplicateRecordError ? new TrunkUsernameTakenError() : error;
  }
}
