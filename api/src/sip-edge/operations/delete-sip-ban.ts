import type { OperationHandler } from '../../operation/handler.js';
import { overlap } from '../../trunks/index.js';
import { banOf } from '../bans-of.js';
import type { SipBanDeps } from '../sip-ban-deps.js';

export function deleteSipBan(deps: SipBanDeps): OperationHandler<'deleteSipBan'> {
  return async ({ params: { sipBanId } }, { account, logger }) => {
    const { network, reason } = await banOf(account, sipBanId, deps);
    if (reason === 'manual') {
      await deps.sipBans.remove(account.id, sipBanId);
      await deps.edgeDesk.lookAgain();
    }
    const { bans } = await deps.edgeDesk.found();
    await deps.edgeDesk.unban(bans.map(({ address }) => address).filter((address) => overlap(address, network)));
    logger.info({ network }, 'A ban was lifted.');
    return { status: 204 };
  };
}
