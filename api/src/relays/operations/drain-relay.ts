import type { OperationHandler } from '../../operation/handler.js';
import { drainRelay as drain } from '../drain-relay.js';
import type { RelayDeps } from '../relay-deps.js';

export function drainRelay(deps: RelayDeps): OperationHandler<'drainRelay'> {
  return async ({ params: { relayId } }, { account, logger }) => {
    const body = await drain(account, { relayId, drained: true }, deps);
    logger.info({ relayId, relay: body.address }, 'A media relay is drained.');
    return { status: 200, body };
  };
}
