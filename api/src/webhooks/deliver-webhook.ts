import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import { afterRequest } from './circuit-breaker.js';
import type { Attempt, Delivery, Settlement } from './delivery.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { Destination, Destinations } from './destinations.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { Lane, Work } from './lane.js';
import { asksToSlowDown, type NextStep, nextStep } from './retry-schedule.js';
import type { SettleBatch } from './settle-batch.js';
import { isAccepted, type SendOutcome, type WebhookRequest, type WebhookSender } from './webhook-sender.js';

/** At least so long between requests to a receiver that asked for less. */
const slowDownMs = 1000;

interface DeliverDeps {
  readonly destinations: Destinations;
  readonly sender: WebhookSender;
  readonly settle: SettleBatch;
  readonly health: EndpointHealth;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly settings: DeliverySettings;
  /** Something of that lane falls due then: whoever is there should look. */
  readonly wakeLater: (lane: string, accountId: string, delayMs: number) => void;
}

/** One attempt of one delivery, in three stages: prepare → send → settle. */
export class DeliverWebhook {
  readonly #deps: DeliverDeps;

  constructor(deps: DeliverDeps) {
    this.#deps = deps;
  }

  /** Makes the attempt. Resolves when its result is known and on its way to the store; rejects only where nothing is to be settled. */
  async attempt(work: Work, lane: Lane): Promise<void> {
    const { destinations, sender, clock } = this.#deps;
    const destination = work.destination ?? (await destinations.resolve(work.delivery));
    if (!destination) return this.#deps.health.abandon(lane.key);
    const startedAt = clock.now();
    const outcome = await sender.send(prepare(work, destination, this.#deps.settings));
    await this.#settle(work, lane, destination, outcome, startedAt);
  }

  /** Writes all results that are not written yet. */
  flush(): Promise<void> {
    return this.#deps.settle.flush();
  }

  async #settle(
    work: Work,
    lane: Lane,
    destination: Destination,
    outcome: SendOutcome,
    startedAt: number,
  ): Promise<void> {
    const { clock, random, newId, settings, health, settle } = this.#deps;
    const now = clock.now();
    const step = nextStep(settings.schedule, work.delivery.attempts + 1, outcome, now, random);
    const settlement = settlementOf(work, destination, outcome, step, { id: newId('DA'), startedAt }, settings);
    settle.add(settlement);
    const accepted = isAccepted(outcome);
    const steady = clock.monotonic();
    lane.learn(afterRequest(lane.breaker, accepted, steady, lane.breakerSettings), accepted);
    if (asksToSlowDown(outcome)) lane.slowDown(steady + this.#holdMs(outcome));
    if (step.kind === 'retry') this.#deps.wakeLater(lane.key, lane.accountId, step.at - now);
    if (!destination.endpoint) return;
    try {
      if (step.kind === 'gone') {
        await health.gone(destination.endpoint);
        lane.forgetDestinations();
      } else if (accepted) await health.succeeded(destination.endpoint);
      // Where our carrier failed, nothing is known of the endpoint.
      else if (outcome.kind === 'response' || outcome.reason !== 'carrier') await health.failed(destination.endpoint);
    } catch (error) {
      // The attempt itself is told; the next one says the same of the endpoint again.
      this.#deps.logger.warn(
        { err: error, endpointId: destination.endpoint.id },
        'the health of a webhook endpoint was not stored',
      );
    }
  }

  #holdMs(outcome: SendOutcome): number {
    const asked = outcome.kind === 'response' ? (outcome.retryAfterSeconds ?? 0) * 1000 : 0;
    return Math.min(Math.max(asked, slowDownMs), this.#deps.settings.maxHoldMs);
  }
}

/** The request for one attempt. */
function prepare({ delivery, payload }: Work, destination: Destination, settings: DeliverySettings): WebhookRequest {
  const { id, accountId, eventId, eventType } = delivery;
  return {
    url: destination.url,
    accountId,
    destination: id.slice(id.indexOf(':') + 1),
    event: { id: eventId, type: eventType },
    body: payload,
    secrets: destination.secrets,
    timeoutMs: settings.timeoutMs,
    maxResponseBytes: settings.maxResponseBytes,
  };
}

const statusAfter: Record<NextStep['kind'], Delivery['status']> = {
  done: 'delivered',
  retry: 'pending',
  'give-up': 'given-up',
  gone: 'given-up',
};

function settlementOf(
  { delivery, claim }: Work,
  destination: Destination,
  outcome: SendOutcome,
  step: NextStep,
  { id, startedAt }: { id: string; startedAt: number },
  settings: DeliverySettings,
): Settlement {
  const attempt: Attempt = {
    id,
    accountId: delivery.accountId,
    deliveryId: delivery.id,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    ...(delivery.endpointId === undefined ? {} : { endpointId: delivery.endpointId }),
    ...(delivery.subjectId === undefined ? {} : { subjectId: delivery.subjectId }),
    url: destination.url,
    number: delivery.attempts + 1,
    status: isAccepted(outcome) ? 'succeeded' : 'failed',
    attemptedAt: startedAt,
    durationMs: Math.round(outcome.durationMs),
    ...(outcome.kind === 'response'
      ? { responseStatus: outcome.status, responseBody: outcome.body.slice(0, settings.keptResponseLength) }
      : { error: `${outcome.reason}: ${outcome.message}` }),
    ...(step.kind === 'retry' ? { nextAttemptAt: step.at } : {}),
  };
  return {
    deliveryId: delivery.id,
    claim,
    status: statusAfter[step.kind],
    attempts: delivery.attempts + 1,
    nextAttemptAt: step.kind === 'retry' ? step.at : delivery.nextAttemptAt,
    attempt,
  };
}
