import type { OperationHandler } from '../../operation/handler.js';
import { drainRelay as drain } from '../drain-relay.js';
import type { RelayDeps } from '../relay-deps.js';

export function undrainRelay(deps: RelayDeps): OperationHandler<'undrainRelay'> {
  return async ({ params: { relayId } }, { account, logger }) => {
    const body = await drain(account, { relayId, drained: false }, deps);
    logger.info({ relayId, relay: body.address }, 'A media relay takes sessions again.');
    return { status: 200, body };
  };
}
