import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { afterRequest } from './circuit-breaker.js';
import type { DeliverWebhook } from './deliver-webhook.js';
import { DeliveryLanes } from './delivery-lanes.js';
import { defaultDeliverySettings } from './delivery-settings.js';
import type { DeliveryStore } from './delivery-store.js';
import type { Destinations } from './destinations.js';
import type { Work } from './lane.js';

const hourMs = 3_600_000;

/** Lanes to a destination whose requests all fail. `looks`: how often the store was asked what is due. */
function setUp() {
  const clock = new ManualClock();
  let looks = 0;
  const deliveries: Partial<DeliveryStore> = {
    due: async () => {
      looks++;
      return [];
    },
    release: async () => {},
  };
  const settings = defaultDeliverySettings;
  const deliver: Partial<DeliverWebhook> = {
    flush: async () => {},
    attempt: async (_work, lane) =>
      lane.learn(afterRequest(lane.breaker, false, clock.monotonic(), settings.breaker), false),
  };
  const lanes = new DeliveryLanes({
    deliveries: deliveries as DeliveryStore,
    events: { getMany: async () => [] },
    destinations: {} as Destinations,
    deliver: deliver as DeliverWebhook,
    clock,
    logger: silentLogger,
    settings,
    owner: 'process',
  });
  const work = (sequence: number): Work => ({
    delivery: {
      id: `delivery-${sequence}`,
      accountId: 'AC1',
      eventId: `event-${sequence}`,
      eventType: 'call.updated',
      lane: 'lane',
      subjectId: `call-${sequence}`,
      sequence,
      status: 'pending',
      attempts: 0,
      nextAttemptAt: 0,
      createdAt: 0,
    },
    claim: 'claim',
    payload: '{}',
    leaseUntil: clock.now() + settings.leaseMs,
  });
  return { clock, lanes, work, settings, looks: () => looks };
}

describe('lanes', () => {
  it('look again when the breaker’s time is over, though the time of day was set back by an hour meanwhile', async () => {
    const { clock, lanes, work, settings, looks } = setUp();
    for (let sequence = 1; sequence <= settings.breaker.threshold; sequence++) {
      expect(lanes.reserve('lane', 'AC1')).toBe(true);
      lanes.start([work(sequence)]);
      await clock.advanceAsync(0);
    }
    expect(lanes.reserve('lane', 'AC1')).toBe(false);
    clock.setTimeOn(-hourMs);
    await lanes.wake('lane', 'AC1');
    await clock.advanceAsync(settings.breaker.firstOpenMs - 1);
    expect(looks()).toBe(0);
    await clock.advanceAsync(1);
    expect(looks()).toBe(1);
    await lanes.close();
  });
});
