import type { OperationHandler } from '../../operation/handler.js';
import { byHandView } from '../all-bans.js';
import { banNetwork } from '../ban-network.js';
import type { SipBanDeps } from '../sip-ban-deps.js';
import { sipBanView } from '../sip-ban-view.js';

export function createSipBan(deps: SipBanDeps): OperationHandler<'createSipBan'> {
  return async ({ body }, { account, logger }) => {
    // Where nobody could carry it out, nothing is stored.
    await deps.edgeDesk.found();
    const record = await banNetwork(deps, account, body);
    await deps.edgeDesk.lookAgain();
    logger.info({ network: record.network, until: record.until }, 'A network was banned by hand.');
    const { machines } = await deps.edgeDesk.found();
    return { status: 201, body: sipBanView(byHandView(record, machines)) };
  };
}
