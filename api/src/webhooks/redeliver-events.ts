import { BaseError } from '@hookswitch/kernel/base-error';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { asTimestamp } from '../store/timestamp.js';
import { deliveryId } from './delivery.js';
import { newDelivery } from './fan-out.js';
import type { StoredEvent } from './stored-event.js';
import { type WebhookEndpoint, wants } from './webhook-endpoint.js';
import { WebhookEndpointDisabledError } from './webhook-errors.js';
import type { WebhookOperationDeps } from './webhook-operation-deps.js';

/** Events of a range that one request takes. */
const mostEvents = 1000;

export interface Redelivery {
  /** Deliveries on their way. */
  readonly queued: number;
  /** The event after which to go on, where there is more. */
  readonly continueAfter: string | null;
}

/** Neither events nor a range, or both. */
export class RedeliveryRequestError extends BaseError {
  constructor(message: string) {
    super('invalid', 'invalid-request', message, { fields: [{ pointer: '/eventIds', message }] });
  }
}

/** Sends named events, or those of a time range, to one endpoint again. @throws ResourceNotFoundError, WebhookEndpointDisabledError, RedeliveryRequestError */
export async function redeliverEvents(
  deps: WebhookOperationDeps,
  accountId: string,
  id: string,
  request: {
    readonly eventIds?: readonly string[] | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly onlyFailed?: boolean | undefined;
    readonly after?: string | undefined;
  },
): Promise<Redelivery> {
  const endpoint = await usableEndpoint(deps, accountId, id);
  if ((request.eventIds === undefined) === (request.from === undefined)) {
    throw new RedeliveryRequestError('Give either `eventIds` or a range that begins with `from`.');
  }
  const { events, more } = request.eventIds
    ? { events: await named(deps, accountId, request.eventIds), more: false }
    : await ofRange(deps, endpoint, request);
  const chosen = request.onlyFailed ? await notDelivered(deps, endpoint, events) : events;
  await restart(deps, endpoint, chosen);
  return { queued: chosen.length, continueAfter: more ? events.at(-1)!.id : null };
}

/** Sends one event to every endpoint that wants its type again. @throws ResourceNotFoundError */
export async function replayEvent(deps: WebhookOperationDeps, accountId: string, eventId: string): Promise<Redelivery> {
  const event = await deps.events.get(accountId, eventId);
  if (!event) throw new ResourceNotFoundError('event', eventId);
  const page = await deps.endpoints.list(accountId, { where: { status: 'enabled' }, limit: 100 });
  const wanting = page.items.filter((endpoint) => wants(endpoint, event.type));
  for (const endpoint of wanting) await restart(deps, endpoint, [event]);
  return { queued: wanting.length, continueAfter: null };
}

/** The account's endpoint, enabled. @throws ResourceNotFoundError, WebhookEndpointDisabledError */
export async function usableEndpoint(
  { endpoints }: WebhookOperationDeps,
  accountId: string,
  id: string,
): Promise<WebhookEndpoint> {
  const endpoint = await endpoints.get(accountId, id);
  if (!endpoint) throw new ResourceNotFoundError('webhook endpoint', id);
  if (endpoint.status === 'disabled') throw new WebhookEndpointDisabledError(id);
  return endpoint;
}

async function named(
  deps: WebhookOperationDeps,
  accountId: string,
  eventIds: readonly string[],
): Promise<readonly StoredEvent[]> {
  const found = (await deps.events.getMany(eventIds)).filter((event) => event.accountId === accountId);
  const missing = eventIds.find((eventId) => !found.some((event) => event.id === eventId));
  if (missing !== undefined) throw new ResourceNotFoundError('event', missing);
  return found;
}

async function ofRange(
  deps: WebhookOperationDeps,
  endpoint: WebhookEndpoint,
  { from, to, after }: { from?: string | undefined; to?: string | undefined; after?: string | undefined },
): Promise<{ events: readonly StoredEvent[]; more: boolean }> {
  const types = endpoint.events ?? undefined;
  const range = {
    from: from === undefined ? undefined : asTimestamp(from),
    to: to === undefined ? undefined : asTimestamp(to),
  };
  const events = await deps.events.listForward(endpoint.accountId, { types, ...range }, { limit: mostEvents, after });
  // Tests are for whoever asked for them.
  return { events: events.filter(({ type }) => type !== 'webhook.test'), more: events.length === mostEvents };
}

async function notDelivered(
  { deliveries }: WebhookOperationDeps,
  endpoint: WebhookEndpoint,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const known = await deliveries.getMany(events.map((event) => deliveryId(event.id, endpoint.id)));
  const delivered = new Set(known.filter(({ status }) => status === 'delivered').map(({ eventId }) => eventId));
  return events.filter((event) => !delivered.has(event.id));
}

async function restart(
  { deliveries, clock, wakeLater }: WebhookOperationDeps,
  endpoint: WebhookEndpoint,
  events: readonly StoredEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const now = clock.now();
  const target = { key: endpoint.id, lane: endpoint.id, endpointId: endpoint.id };
  await deliveries.restart(
    events.map((event) => newDelivery(event, target, now)),
    now,
  );
  wakeLater(endpoint.id, endpoint.accountId, 0);
}
