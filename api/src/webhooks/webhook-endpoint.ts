import type { SealedSigningSecret } from '../secrets/index.js';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { PublicEventType } from './public-event.js';

/** Where an account wants its events sent. */
export interface WebhookEndpoint extends TenantRecord {
  readonly url: string;
  readonly description: string;
  /** Which events; null for all, those that come to be later included. */
  readonly events: readonly PublicEventType[] | null;
  readonly status: 'enabled' | 'disabled';
  /** Why it is disabled: by its owner, by a 410, or after days of failure. */
  readonly disabledBecause: 'asked' | 'gone' | 'failing' | null;
  /** `v1`: HMAC-SHA256; `v1a`: Ed25519. */
  readonly signature: 'v1' | 'v1a';
  /** Sign its requests; newest first, an old one beside the newest until its time is over. */
  readonly signingSecrets: readonly SealedSigningSecret[];
  /** Since when every attempt has failed. Null after a success. */
  readonly failingSince: string | null;
  /** An event about the endpoint itself that has not been relayed yet: its outbox. */
  readonly pendingEvent: EndpointEvent | null;
  readonly hasPendingEvent: boolean;
}

/** An event about an endpoint, before it is stored. */
export interface EndpointEvent {
  readonly id: string; // EV…
  readonly occurredAt: string;
  readonly because: 'gone' | 'failing';
}

/** Whether the endpoint wants events of that type. */
export function wants(endpoint: WebhookEndpoint, type: PublicEventType): boolean {
  return endpoint.status === 'enabled' && (endpoint.events === null || endpoint.events.includes(type));
}

export type EndpointStore = TenantCollection<WebhookEndpoint>;

export const webhookEndpointCollection: CollectionDefinition<WebhookEndpoint> = {
  name: 'webhookEndpoints',
  indexes: [['status']],
  sharedIndexes: [['hasPendingEvent']],
};
