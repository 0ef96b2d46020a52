import type { OperationHandlers } from '../../operation/handler.js';
import type { RelayDeps } from '../relay-deps.js';
import { drainRelay } from './drain-relay.js';
import { getRelay } from './get-relay.js';
import { listRelays } from './list-relays.js';
import { undrainRelay } from './undrain-relay.js';

/** The HTTP face of media relays. */
export function relayOperations(deps: RelayDeps) {
  return {
    listRelays: listRelays(deps),
    getRelay: getRelay(deps),
    drainRelay: drainRelay(deps),
    undrainRelay: undrainRelay(deps),
  } satisfies Partial<OperationHandlers>;
}
