import type { OperationHandler } from '../../operation/handler.js';
import { banOf } from '../bans-of.js';
import type { SipBanDeps } from '../sip-ban-deps.js';
import { sipBanView } from '../sip-ban-view.js';

export function getSipBan(deps: SipBanDeps): OperationHandler<'getSipBan'> {
  return async ({ params }, { account }) => ({
    status: 200,
    body: sipBanView(await banOf(account, params.sipBanId, deps)),
  });
}
