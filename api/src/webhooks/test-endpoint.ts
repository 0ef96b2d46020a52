import { timestamp } from '../store/timestamp.js';
import { newDelivery } from './fan-out.js';
import type { PublicEvent } from './public-event.js';
import { usableEndpoint } from './redeliver-events.js';
import { storedEvent } from './stored-event.js';
import type { WebhookOperationDeps } from './webhook-operation-deps.js';

/** Sends a test event to one endpoint. Resolves to it once it is on its way. @throws ResourceNotFoundError, WebhookEndpointDisabledError */
export async function testEndpoint(deps: WebhookOperationDeps, accountId: string, id: string): Promise<PublicEvent> {
  const { events, deliveries, clock, newId, wakeLater } = deps;
  await usableEndpoint(deps, accountId, id);
  const event: PublicEvent = {
    id: newId('EV'),
    type: 'webhook.test',
    timestamp: timestamp(clock),
    accountId,
    data: { webhookEndpointId: id, message: 'A test, as you asked.' },
  };
  const stored = storedEvent(event);
  await events.insertMany([stored]);
  await deliveries.insertNew([newDelivery(stored, { key: id, lane: id, endpointId: id }, clock.now())]);
  wakeLater(id, accountId, 0);
  return event;
}
