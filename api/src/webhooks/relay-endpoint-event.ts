import type { Clock } from '@hookswitch/kernel/clock';
import type { EventStore } from '../events/event-store.js';
import { changeRecord } from '../store/change-record.js';
import { type EndpointsByAccount, endpointTargets } from './destinations.js';
import type { FanOutItem } from './fan-out.js';
import { storedEvent } from './stored-event.js';
import type { EndpointStore, WebhookEndpoint } from './webhook-endpoint.js';

/** Tells the account's other endpoints that this one was turned off. May be repeated: the event has its id from the write that turned it off. */
export async function relayEndpointEvent(
  endpoint: WebhookEndpoint,
  deps: {
    endpoints: EndpointStore;
    events: EventStore;
    clock: Clock;
    webhooks: {
      endpointsOf(accountIds: ReadonlySet<string>): Promise<EndpointsByAccount>;
      fanOut(items: readonly FanOutItem[], endpoints: readonly WebhookEndpoint[]): Promise<unknown>;
    };
  },
): Promise<void> {
  const { endpoints, events, clock, webhooks } = deps;
  const pending = endpoint.pendingEvent;
  if (!pending) return;
  const { id: endpointId, accountId, url, failingSince } = endpoint;
  const event = storedEvent({
    id: pending.id,
    type: 'webhook-endpoint.disabled',
    timestamp: pending.occurredAt,
    accountId,
    data: { webhookEndpointId: endpointId, url, because: pending.because, failingSince },
  });
  await events.insertMany([event]);
  const others = (await webhooks.endpointsOf(new Set([accountId]))).get(accountId) ?? [];
  await webhooks.fanOut([{ event, targets: endpointTargets(others, event.type), orderKnown: true }], others);
  await changeRecord(endpoints, clock, accountId, endpointId, (now) =>
    now.pendingEvent?.id === pending.id ? { ...now, pendingEvent: null, hasPendingEvent: false } : now,
  );
}
