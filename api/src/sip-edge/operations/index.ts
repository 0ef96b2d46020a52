import type { OperationHandlers } from '../../operation/handler.js';
import type { SipBanDeps } from '../sip-ban-deps.js';
import { createSipBan } from './create-sip-ban.js';
import { deleteSipBan } from './delete-sip-ban.js';
import { getSipBan } from './get-sip-ban.js';
import { listSipBans } from './list-sip-bans.js';

/** The HTTP face of bans. */
export function sipBanOperations(deps: SipBanDeps) {
  return {
    createSipBan: createSipBan(deps),
    listSipBans: listSipBans(deps),
    getSipBan: getSipBan(deps),
    deleteSipBan: deleteSipBan(deps),
  } satisfies Partial<OperationHandlers>;
}
