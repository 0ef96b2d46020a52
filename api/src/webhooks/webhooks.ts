import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { EventStore } from '../events/event-store.js';
import type { SecretBox } from '../secrets/index.js';
import { DeliverWebhook } from './deliver-webhook.js';
import { DeliveryLanes } from './delivery-lanes.js';
import { type DeliverySettings, defaultDeliverySettings } from './delivery-settings.js';
import type { DeliveryStore } from './delivery-store.js';
import {
  type CallbackSecrets,
  type Callbacks,
  type Destination,
  Destinations,
  type EndpointsByAccount,
  type Target,
  targetsOf,
} from './destinations.js';
import { EndpointHealth } from './endpoint-health.js';
import { type FanOutItem, fanOut } from './fan-out.js';
import type { PublicEventType } from './public-event.js';
import { relayEndpointEvent } from './relay-endpoint-event.js';
import { SettleBatch } from './settle-batch.js';
import type { EndpointStore, WebhookEndpoint } from './webhook-endpoint.js';
import type { WebhookSender } from './webhook-sender.js';

export interface WebhookDeps {
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly events: EventStore;
  readonly callbackSecrets: CallbackSecrets;
  readonly sender: WebhookSender;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly logger: Logger;
  /** Hints to whoever works on deliveries (the job queue) that something of that lane falls due in `delayMs`. Must not throw. */
  readonly wakeLater: (lane: string, accountId: string, delayMs: number) => void;
  /** Names this process among all that send. */
  readonly owner: string;
  readonly settings?: Partial<DeliverySettings>;
}

/** Sends webhooks. In a process without the workers role only the operations use the stores, and this stands idle. */
export interface Webhooks {
  /** The enabled endpoints of those accounts, by account. */
  endpointsOf(accountIds: ReadonlySet<string>): Promise<EndpointsByAccount>;
  /** Who wants an event of that type, `endpoints` being the account's. */
  targetsOf(type: PublicEventType, endpoints: readonly WebhookEndpoint[], callbacks: Callbacks): readonly Target[];
  /**
   * Stores the deliveries of stored events, each once, and sends what it can at once. `endpoints` are those that the targets name. Resolves to the subjects (calls …) of which some
   * deliveries were there already: another relay has, or had, a hand in their order.
   */
  fanOut(items: readonly FanOutItem[], endpoints: readonly WebhookEndpoint[]): Promise<ReadonlySet<string>>;
  /** Sends what is due in that lane. */
  deliverDue(lane: string, accountId: string): Promise<void>;
  /** Finds deliveries whose hint or worker was lost, and endpoint events not told yet. Resolves to how many lanes it woke. */
  sweep(): Promise<number>;
  /** Removes results and settled deliveries older than that (milliseconds since the epoch). */
  prune(before: number): Promise<number>;
  /** Resolves when nothing is under way in this process. */
  settled(): Promise<void>;
  /** Destinations known, requests under way, deliveries that wait in memory: for metrics. */
  counts(): { lanes: number; running: number; waiting: number };
  /** Finishes what is under way and gives back the rest. */
  close(): Promise<void>;
}

/** Hints are trusted for so long; what is overdue by more has lost its hint. */
const overdueMs = 2000;
const sweptLanes = 500;
const sweptEndpoints = 100;

export function createWebhooks(deps: WebhookDeps): Webhooks {
  const { endpoints, deliveries, events, clock, newId, logger } = deps;
  const settings = { ...defaultDeliverySettings, ...deps.settings };
  const destinations = new Destinations(deps);
  const health = new EndpointHealth({
    endpoints,
    deliveries,
    schedule: settings.schedule,
    clock,
    newId,
    onDisabled: (endpoint) => tell(endpoint),
  });
  const settle = new SettleBatch({ deliveries, clock, logger });
  const deliver = new DeliverWebhook({ ...deps, destinations, settle, health, settings });
  const lanes = new DeliveryLanes({
    deliveries,
    events,
    destinations,
    deliver,
    clock,
    logger,
    settings,
    owner: deps.owner,
  });

  const tell = (endpoint: WebhookEndpoint) => relayEndpointEvent(endpoint, { ...deps, webhooks });
  const webhooks: Webhooks = {
    endpointsOf: (accountIds) => destinations.endpointsOf(accountIds),
    targetsOf,
    fanOut: (items, known) => fanOut(items, destinationsOf(known), { deliveries, lanes, clock, settings }),
    deliverDue: (lane, accountId) => lanes.wake(lane, accountId),
    async sweep() {
      const due = await deliveries.dueLanes(clock.now() - overdueMs, sweptLanes);
      await Promise.all(due.map(({ lane, accountId }) => lanes.wake(lane, accountId)));
      for (const endpoint of await endpoints.acrossAccounts.find(
        { hasPendingEvent: true },
        { limit: sweptEndpoints },
      )) {
        await tell(endpoint);
      }
      return due.length;
    },
    prune: (before) => deliveries.removeBefore(before),
    settled: () => lanes.settled(),
    counts: () => lanes.counts(),
    close: () => lanes.close(),
  };
  return webhooks;

  /** Endpoints just read need not be read again to send. */
  function destinationsOf(known: readonly WebhookEndpoint[]): (target: Target) => Destination | undefined {
    const byId = new Map(known.map((endpoint) => [endpoint.id, endpoint]));
    const made = new Map<string, Destination>();
    return ({ endpointId }) => {
      const endpoint = endpointId === undefined ? undefined : byId.get(endpointId);
      if (!endpoint) return undefined;
      let destination = made.get(endpoint.id);
      if (!destination) made.set(endpoint.id, (destination = destinations.ofEndpoint(endpoint)));
      return destination;
    };
  }
}
