import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import { changeRecord } from '../store/change-record.js';
import type { DeliveryStore } from './delivery-store.js';
import { failedTooLong, type RetrySchedule } from './retry-schedule.js';
import type { EndpointStore, WebhookEndpoint } from './webhook-endpoint.js';

interface HealthDeps {
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly schedule: RetrySchedule;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Called after an endpoint was turned off and has an event to tell. */
  readonly onDisabled: (endpoint: WebhookEndpoint) => Promise<void>;
}

/** Watches how endpoints do and turns off those that are gone or fail for days. Writes only when something changes. */
export class EndpointHealth {
  readonly #deps: HealthDeps;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  async succeeded(endpoint: WebhookEndpoint): Promise<void> {
    if (endpoint.failingSince !== null)
      await this.#change(endpoint, (now) => (now.failingSince === null ? now : { ...now, failingSince: null }));
  }

  async failed(endpoint: WebhookEndpoint): Promise<void> {
    const { clock, schedule } = this.#deps;
    if (endpoint.failingSince === null) {
      const failingSince = new Date(clock.now()).toISOString();
      await this.#change(endpoint, (now) => (now.failingSince === null ? { ...now, failingSince } : now));
    } else if (failedTooLong(schedule, Date.parse(endpoint.failingSince), clock.now())) {
      await this.#disable(endpoint, 'failing');
    }
  }

  /** The endpoint answered 410: it wants nothing more. */
  async gone(endpoint: WebhookEndpoint): Promise<void> {
    await this.#disable(endpoint, 'gone');
  }

  /** Gives up what is pending for a destination that is no more. */
  async abandon(lane: string): Promise<void> {
    await this.#deps.deliveries.abandon(lane);
  }

  async #disable(endpoint: WebhookEndpoint, because: 'gone' | 'failing'): Promise<void> {
    const id = this.#deps.newId('EV');
    const occurredAt = new Date(this.#deps.clock.now()).toISOString();
    const disabled = await this.#change(endpoint, (now) =>
      now.status === 'disabled'
        ? now
        : {
            ...now,
            status: 'disabled',
            disabledBecause: because,
            pendingEvent: { id, occurredAt, because },
            hasPendingEvent: true,
          },
    );
    await this.abandon(endpoint.id);
    if (disabled?.pendingEvent?.id === id) await this.#deps.onDisabled(disabled);
  }

  #change(endpoint: WebhookEndpoint, change: (now: WebhookEndpoint) => WebhookEndpoint) {
    return changeRecord(this.#deps.endpoints, this.#deps.clock, endpoint.accountId, endpoint.id, change);
  }
}
