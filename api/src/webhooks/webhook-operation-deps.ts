import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Random } from '@hookswitch/kernel/random';
import type { EventStore } from '../events/event-store.js';
import type { SecretBox } from '../secrets/index.js';
import type { DeliveryStore } from './delivery-store.js';
import type { EndpointStore } from './webhook-endpoint.js';

/** What the use cases and operations of webhook endpoints need. None of it sends: deliveries are stored and whoever works on them is woken. */
export interface WebhookOperationDeps {
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly events: EventStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  /** As `WebhookDeps.wakeLater`. */
  readonly wakeLater: (lane: string, accountId: string, delayMs: number) => void;
  readonly settings: { readonly signingSecretOverlapHours: number };
}
