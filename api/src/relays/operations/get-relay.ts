import type { OperationHandler } from '../../operation/handler.js';
import type { RelayDeps } from '../relay-deps.js';
import { relayView } from '../relay-view.js';
import { relaySeenBy } from '../relays-of.js';

export function getRelay(deps: RelayDeps): OperationHandler<'getRelay'> {
  return async ({ params: { relayId } }, { account }) => {
    const seen = await relaySeenBy(account, relayId, deps);
    return { status: 200, body: relayView(seen, await deps.relayDrains.acrossAccounts.get(relayId)) };
  };
}
