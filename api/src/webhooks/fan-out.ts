import type { Clock } from '@hookswitch/kernel/clock';
import { type Delivery, deliveryId } from './delivery.js';
import type { DeliveryLanes } from './delivery-lanes.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { DeliveryStore } from './delivery-store.js';
import type { Destination, Target } from './destinations.js';
import type { Work } from './lane.js';
import type { StoredEvent } from './stored-event.js';

/** A stored event and all that want it. */
export interface FanOutItem {
  readonly event: StoredEvent;
  readonly targets: readonly Target[];
  /** False where earlier events of the subject may be in other hands: then order is decided from the store. */
  readonly orderKnown: boolean;
}

interface FanOutDeps {
  readonly deliveries: DeliveryStore;
  readonly lanes: DeliveryLanes;
  readonly clock: Clock;
  readonly settings: DeliverySettings;
}

/**
 * Stores a delivery for each event and destination, once however often it is called, and sends those at once for which this process has room. What it stored
 * and did not send is due in the store. Resolves to the subjects of which some deliveries were there already: the order of their events is in other hands.
 */
export async function fanOut(
  items: readonly FanOutItem[],
  destinationOf: (target: Target) => Destination | undefined,
  deps: FanOutDeps,
): Promise<ReadonlySet<string>> {
  const { deliveries, lanes, clock, settings } = deps;
  const now = clock.now();
  const claim = lanes.newClaim();
  const behind = await lanesWithEarlierUntried(items, deliveries, lanes);
  const planned = items.flatMap((item) =>
    item.targets.map((target) => {
      const direct = !behind(item, target.lane) && lanes.reserve(target.lane, item.event.accountId);
      return {
        item,
        target,
        direct,
        delivery: newDelivery(item.event, target, now, direct ? { claim, until: now + settings.leaseMs } : undefined),
      };
    }),
  );
  if (planned.length === 0) return new Set();
  let stored: ReadonlySet<string>;
  try {
    stored = await deliveries.insertNew(planned.map(({ delivery }) => delivery));
  } catch (error) {
    for (const { direct, target } of planned) if (direct) lanes.unreserve(target.lane);
    // It may have been done all the same; nobody shall wait for claims that nobody works on.
    const claimed = planned.filter(({ direct }) => direct).map(({ delivery }) => delivery.id);
    if (claimed.length > 0) await deliveries.release(claimed, claim, now).catch(() => undefined);
    throw error;
  }
  // Something was there already: another relay works on the same subject, and holds what must go first.
  const shared = new Set(
    planned.flatMap(({ delivery: { id, subjectId } }) =>
      stored.has(id) || subjectId === undefined ? [] : [subjectId],
    ),
  );
  const works: Work[] = [];
  const released: string[] = [];
  const toWake = new Map<string, string>();
  for (const { item, target, direct, delivery } of planned) {
    const mine = stored.has(delivery.id);
    const { subjectId } = delivery;
    // While it was stored, an earlier one of its subject may have gone back to the store, and must not be overtaken.
    const waits = subjectId !== undefined && (shared.has(subjectId) || lanes.isHeldBack(target.lane, subjectId));
    if (direct && mine && !waits) {
      const destination = destinationOf(target);
      works.push({
        delivery,
        claim,
        payload: item.event.payload,
        leaseUntil: now + settings.leaseMs,
        ...(destination ? { destination } : {}),
      });
      continue;
    }
    if (direct) lanes.unreserve(target.lane);
    if (subjectId !== undefined) lanes.holdBack(target.lane, subjectId);
    if (direct && mine) released.push(delivery.id);
    if (mine) toWake.set(target.lane, item.event.accountId);
  }
  lanes.start(works);
  if (released.length > 0) await deliveries.release(released, claim, now);
  for (const [lane, accountId] of toWake) void lanes.wake(lane, accountId);
  return shared;
}

/** The delivery of an event to a destination, before its first attempt. */
export function newDelivery(
  event: StoredEvent,
  target: Target,
  now: number,
  claimed?: { claim: string; until: number },
): Delivery {
  return {
    id: deliveryId(event.id, target.key),
    accountId: event.accountId,
    eventId: event.id,
    eventType: event.type,
    lane: target.lane,
    ...(target.endpointId === undefined ? {} : { endpointId: target.endpointId }),
    ...(target.url === undefined ? {} : { url: target.url }),
    ...(target.applicationId === undefined ? {} : { applicationId: target.applicationId }),
    ...(event.subjectId === undefined ? {} : { subjectId: event.subjectId }),
    ...(event.sequence === undefined ? {} : { sequence: event.sequence }),
    status: 'pending',
    attempts: 0,
    nextAttemptAt: claimed?.until ?? now,
    ...(claimed ? { claim: claimed.claim } : {}),
    createdAt: now,
  };
}

/** Says of an event and a lane whether an earlier event of the subject has not been tried there. Asks the store only where we cannot know. */
async function lanesWithEarlierUntried(
  items: readonly FanOutItem[],
  deliveries: DeliveryStore,
  lanes: DeliveryLanes,
): Promise<(item: FanOutItem, lane: string) => boolean> {
  const unknown = new Set<string>();
  for (const { orderKnown, event, targets } of items) {
    const { subjectId } = event;
    if (subjectId === undefined) continue;
    if (!orderKnown || targets.some(({ lane }) => lanes.isHeldBack(lane, subjectId))) unknown.add(subjectId);
  }
  if (unknown.size === 0) return () => false;
  const first = new Map<string, number>();
  for (const { subjectId, lane, sequence } of await deliveries.untried([...unknown])) {
    const key = `${subjectId} ${lane}`;
    first.set(key, Math.min(sequence, first.get(key) ?? Infinity));
  }
  for (const { event, targets } of items) {
    const { subjectId } = event;
    if (subjectId === undefined || !unknown.has(subjectId)) continue;
    for (const { lane } of targets) if (!first.has(`${subjectId} ${lane}`)) lanes.letGo(lane, subjectId);
  }
  return ({ event }, lane) => (first.get(`${event.subjectId} ${lane}`) ?? Infinity) < (event.sequence ?? 0);
}
