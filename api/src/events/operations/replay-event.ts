import type { OperationHandler } from '../../operation/handler.js';
import type { WebhookOperationDeps } from '../../webhooks/index.js';
import { replayEvent as replay } from '../../webhooks/index.js';

export function replayEvent(deps: WebhookOperationDeps): OperationHandler<'replayEvent'> {
  return async ({ params }, context) => {
    return { status: 202, body: await replay(deps, context.account.id, params.eventId) };
  };
}
