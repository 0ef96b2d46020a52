import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import type { PublicEventType } from './public-event.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import type { WebhookOperationDeps } from './webhook-operation-deps.js';

/** Changes an endpoint. Turning it off gives up what waits for it; turning it on forgets past failures. @throws ResourceNotFoundError */
export async function updateEndpoint(
  { endpoints, deliveries, clock }: WebhookOperationDeps,
  accountId: string,
  id: string,
  change: {
    readonly url?: string | undefined;
    readonly description?: string | undefined;
    readonly events?: readonly PublicEventType[] | null | undefined;
    readonly status?: 'enabled' | 'disabled' | undefined;
  },
): Promise<WebhookEndpoint> {
  const changed = await changeRecord(endpoints, clock, accountId, id, (endpoint) => ({
    ...endpoint,
    url: change.url ?? endpoint.url,
    description: change.description ?? endpoint.description,
    events: change.events === undefined ? endpoint.events : change.events,
    ...(change.status === undefined || change.status === endpoint.status ? {} : statusChange(change.status)),
  }));
  if (!changed) throw new ResourceNotFoundError('webhook endpoint', id);
  if (changed.status === 'disabled') await deliveries.abandon(id);
  return changed;
}

function statusChange(status: WebhookEndpoint['status']): Partial<WebhookEndpoint> {
  return status === 'enabled'
    ? { status, disabledBecause: null, failingSince: null }
    : { status, disabledBecause: 'asked' };
}
