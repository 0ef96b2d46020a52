import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { expect, it } from 'vitest';
import type { DeliveryLanes } from './delivery-lanes.js';
import { defaultDeliverySettings } from './delivery-settings.js';
import { fanOut } from './fan-out.js';
import type { Work } from './lane.js';
import { MemoryDeliveryStore } from './memory-delivery-store.js';
import type { StoredEvent } from './stored-event.js';

const event = {
  id: 'EV2',
  accountId: 'AC1',
  type: 'call.answered',
  subjectId: 'CA1',
  sequence: 2,
  payload: '{}',
} as unknown as StoredEvent;

it('an event does not overtake an earlier one of its subject that went back to the store while it was stored itself', async () => {
  const clock = new ManualClock();
  const heldBack = new Set<string>();
  const started: Work[] = [];
  const lanes: Partial<DeliveryLanes> = {
    newClaim: () => 'claim',
    reserve: () => true,
    unreserve: () => {},
    holdBack: (_lane, subjectId) => void heldBack.add(subjectId),
    isHeldBack: (_lane, subjectId) => heldBack.has(subjectId),
    start: (works) => void started.push(...works),
    wake: async () => {},
  };
  class Store extends MemoryDeliveryStore {
    /** What came before it is given back meanwhile. */
    override async insertNew(...asked: Parameters<MemoryDeliveryStore['insertNew']>) {
      const stored = await super.insertNew(...asked);
      lanes.holdBack!('WH1', 'CA1');
      return stored;
    }
  }
  const deliveries = new Store();
  const target = { key: 'WH1', lane: 'WH1', endpointId: 'WH1' };
  await fanOut([{ event, targets: [target], orderKnown: true }], () => undefined, {
    deliveries,
    lanes: lanes as DeliveryLanes,
    clock,
    settings: defaultDeliverySettings,
  });
  expect(started).toEqual([]);
  const due = await deliveries.due('WH1', clock.now(), 10);
  expect(due.map(({ eventId, claim }) => [eventId, claim])).toEqual([['EV2', undefined]]);
});
