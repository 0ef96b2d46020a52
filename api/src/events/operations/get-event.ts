import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { WebhookOperationDeps } from '../../webhooks/index.js';
import { publicEvent } from '../../webhooks/index.js';

export function getEvent({ events }: Pick<WebhookOperationDeps, 'events'>): OperationHandler<'getEvent'> {
  return async ({ params }, context) => {
    const event = await events.get(context.account.id, params.eventId);
    if (!event) throw new ResourceNotFoundError('event', params.eventId);
    return { status: 200, body: publicEvent(event) as unknown as Schema<'Event'> };
  };
}
