import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { DeliverWebhook } from './deliver-webhook.js';
import type { Delivery } from './delivery.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { DeliveryStore } from './delivery-store.js';
import type { Destination, Destinations } from './destinations.js';
import { apartFromOvertaking, Lane, takeable, type Work } from './lane.js';
import type { StoredEvent } from './stored-event.js';

/** Deliveries in other hands are looked at again after so long. */
const blockedRetryMs = 1000;
/** So many subjects whose events wait in the store are remembered; the oldest are over by then. */
const rememberedHeldBack = 20_000;
/** Beyond so many, lanes without work are forgotten. */
const rememberedLanes = 5000;
/** Deliveries loaded from the store at once. */
const largestLoad = 500;
/** Deliveries that wait in memory, in all lanes. */
const mostWaiting = 20_000;

interface LanesDeps {
  readonly deliveries: DeliveryStore;
  readonly events: { getMany(eventIds: readonly string[]): Promise<readonly StoredEvent[]> };
  readonly destinations: Destinations;
  readonly deliver: DeliverWebhook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: DeliverySettings;
  /** Names this process; claims begin with it. */
  readonly owner: string;
}

/**
 * All destinations this process sends to, each in its lane, so that a dead or slow one holds up nobody else. What does not fit into a lane waits in the
 * store and is loaded when there is room.
 */
export class DeliveryLanes {
  readonly #deps: LanesDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #tasks = new Set<Promise<void>>();
  /** Lane and subject of first attempts that were left to the store. */
  readonly #heldBack = new Set<string>();
  #claims = 0;
  #waiting = 0;
  #closed = false;

  constructor(deps: LanesDeps) {
    this.#deps = deps;
  }

  /** A claim that no other process and no other batch has. */
  newClaim(): string {
    return `${this.#deps.owner}-${++this.#claims}`;
  }

  /** Whether a delivery about to be stored can be taken at once. `start` or `unreserve` must follow. */
  reserve(key: string, accountId: string): boolean {
    const lane = this.#lane(key, accountId);
    if (!this.#closed && this.#waiting < mostWaiting) return lane.reserve(this.#deps.clock.monotonic());
    lane.spilled = true;
    return false;
  }

  unreserve(key: string): void {
    this.#lanes.get(key)?.unreserve();
  }

  /** A first attempt about that subject was left to the store: later events about it must not overtake it. */
  holdBack(lane: string, subjectId: string): void {
    this.#heldBack.add(`${lane} ${subjectId}`);
    if (this.#heldBack.size <= rememberedHeldBack) return;
    for (const oldest of this.#heldBack) {
      this.#heldBack.delete(oldest);
      break;
    }
  }

  /** Whether first attempts about that subject may wait in the store. */
  isHeldBack(lane: string, subjectId: string): boolean {
    return this.#heldBack.has(`${lane} ${subjectId}`);
  }

  /** No first attempt about that subject waits any more. */
  letGo(lane: string, subjectId: string): void {
    this.#heldBack.delete(`${lane} ${subjectId}`);
  }

  /** Sends what was reserved and stored under a claim of ours. */
  start(works: readonly Work[]): void {
    const touched = new Set<Lane>();
    for (const work of works) {
      const lane = this.#lane(work.delivery.lane, work.delivery.accountId);
      lane.unreserve();
      lane.add(work);
      this.#waiting++;
      touched.add(lane);
    }
    for (const lane of touched) this.#pump(lane);
  }

  /** Something of that destination may be due in the store. Resolves when it was looked for. */
  async wake(key: string, accountId: string): Promise<void> {
    if (this.#closed) return;
    const lane = this.#lane(key, accountId);
    lane.spilled = true;
    if (lane.pauseMs(this.#deps.clock.monotonic()) === undefined) await this.#refill(lane);
    else this.#pump(lane);
  }

  /** Takes nothing more, gives back what waits, and waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.values()) {
      lane.cancelTimer?.();
      lane.cancelTimer = undefined;
      this.#giveBack(lane, this.#deps.clock.now());
    }
    await this.settled();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    await this.#deps.deliver.flush();
    if (this.#tasks.size > 0) await this.settled();
  }

  /** Requests under way and deliveries that wait in memory, for metrics. */
  counts(): { lanes: number; running: number; waiting: number } {
    let running = 0;
    for (const lane of this.#lanes.values()) running += lane.running;
    return { lanes: this.#lanes.size, running, waiting: this.#waiting };
  }

  #lane(key: string, accountId: string): Lane {
    let lane = this.#lanes.get(key);
    if (!lane) {
      if (this.#lanes.size >= rememberedLanes) this.#forgetIdle();
      lane = new Lane(key, accountId, this.#deps.settings.lane, this.#deps.settings.breaker);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #forgetIdle(): void {
    for (const [key, lane] of this.#lanes) if (lane.idle) this.#lanes.delete(key);
  }

  #pump(lane: Lane): void {
    const { clock, settings } = this.#deps;
    const now = clock.now();
    // All of it goes, since order within a subject is kept by the place in the lane.
    if (lane.isStale(now + settings.timeoutMs)) this.#giveBack(lane, now);
    const steady = clock.monotonic();
    for (let work = lane.next(steady); work && !this.#closed; work = lane.next(steady)) this.#run(lane, work);
    const pauseMs = lane.pauseMs(steady);
    if (pauseMs !== undefined) {
      this.#giveBack(lane, now + pauseMs);
      if (lane.spilled) this.#wakeLater(lane, pauseMs);
    } else if (lane.spilled && lane.room > 0 && !lane.refilling && !lane.cancelTimer && !this.#closed) {
      this.#track(this.#refill(lane));
    }
  }

  #run(lane: Lane, work: Work): void {
    this.#waiting--;
    this.#track(
      this.#deps.deliver
        .attempt(work, lane)
        .catch((error: unknown) => {
          // Nothing was sent. Later events about its subject go back with it, so that they do not overtake it.
          this.#deps.logger.error({ err: error, deliveryId: work.delivery.id }, 'webhook attempt broke');
          const { attempts, subjectId } = work.delivery;
          const behind = attempts === 0 && subjectId !== undefined ? lane.takeWaitingOf(subjectId) : [];
          this.#waiting -= behind.length;
          this.#release(lane, [work, ...behind], this.#deps.clock.now() + blockedRetryMs);
          this.#wakeLater(lane, blockedRetryMs);
        })
        .finally(() => {
          lane.finished(work);
          this.#pump(lane);
        }),
    );
  }

  /** Loads what is due and free from the store. */
  async #refill(lane: Lane): Promise<void> {
    const room = Math.min(lane.room, largestLoad);
    if (lane.refilling || room <= 0 || this.#closed) return;
    lane.refilling = true;
    lane.spilled = false;
    try {
      const { loaded, blocked, more } = await this.#load(lane, room);
      for (const work of loaded) lane.add(work);
      this.#waiting += loaded.length;
      if (more || blocked) lane.spilled = true;
      if (blocked && loaded.length === 0) this.#wakeLater(lane, blockedRetryMs);
    } catch (error) {
      this.#deps.logger.warn({ err: error, lane: lane.key }, 'due webhooks could not be loaded; trying again');
      lane.spilled = true;
      this.#wakeLater(lane, blockedRetryMs);
    } finally {
      lane.refilling = false;
    }
    if (this.#closed) this.#giveBack(lane, this.#deps.clock.now());
    else this.#pump(lane);
  }

  async #load(lane: Lane, limit: number): Promise<{ loaded: readonly Work[]; blocked: boolean; more: boolean }> {
    const { deliveries, clock, settings } = this.#deps;
    // Only results that are written let later events of a subject go.
    await this.#deps.deliver.flush();
    const now = clock.now();
    const due = await deliveries.due(lane.key, now, limit);
    const subjects = due
      .filter((one) => one.attempts === 0 && one.subjectId !== undefined)
      .map((one) => one.subjectId!);
    const untried = subjects.length === 0 ? [] : await deliveries.untried([...new Set(subjects)], lane.key);
    const free = takeable(due, untried);
    if (free.length === 0) return { loaded: [], blocked: due.length > 0, more: due.length === limit };
    // Whatever may fail comes before the claim, which would bind what is not sent until its lease runs out.
    const [events, destination] = await Promise.all([this.#eventsOf(free), this.#oneDestination(free)]);
    const claim = this.newClaim();
    const leaseUntil = now + settings.leaseMs;
    const got = new Map(
      (
        await deliveries.claim(
          free.map(({ id }) => id),
          claim,
          now,
          leaseUntil,
        )
      ).map((one) => [one.id, one]),
    );
    const toWork = (delivery: Delivery): Work[] => {
      const event = events.get(delivery.eventId);
      return event
        ? [{ delivery, claim, payload: event.payload, leaseUntil, ...(destination ? { destination } : {}) }]
        : [];
    };
    // Another process may have taken an earlier one between our look and our claim.
    const { first, overtaking } = apartFromOvertaking(free, got);
    this.#release(lane, overtaking.flatMap(toWork), now);
    const blocked = free.length < due.length || overtaking.length > 0;
    return { loaded: first.flatMap(toWork), blocked, more: due.length === limit };
  }

  async #eventsOf(deliveries: readonly Delivery[]): Promise<ReadonlyMap<string, StoredEvent>> {
    const events = await this.#deps.events.getMany([...new Set(deliveries.map(({ eventId }) => eventId))]);
    return new Map(events.map((event) => [event.id, event]));
  }

  /** All deliveries of an endpoint go to one place: looked up once. */
  async #oneDestination([delivery]: readonly Delivery[]): Promise<Destination | undefined> {
    return delivery?.endpointId === undefined ? undefined : this.#deps.destinations.resolve(delivery);
  }

  #giveBack(lane: Lane, at: number): void {
    const waiting = lane.takeWaiting();
    this.#waiting -= waiting.length;
    this.#release(lane, waiting, at);
  }

  #release(lane: Lane, works: readonly Work[], at: number): void {
    if (works.length === 0) return;
    lane.spilled = true;
    for (const { delivery } of works) {
      if (delivery.attempts === 0 && delivery.subjectId !== undefined) this.holdBack(lane.key, delivery.subjectId);
    }
    for (const claim of new Set(works.map((work) => work.claim))) {
      const ids = works.filter((work) => work.claim === claim).map(({ delivery }) => delivery.id);
      this.#track(
        this.#deps.deliveries.release(ids, claim, at).catch((error: unknown) => {
          this.#deps.logger.warn(
            { err: error, lane: lane.key },
            'webhooks could not be given back; their lease runs out',
          );
        }),
      );
    }
  }

  #wakeLater(lane: Lane, delayMs: number): void {
    if (this.#closed) return;
    lane.cancelTimer ??= this.#deps.clock.after(delayMs, () => {
      lane.cancelTimer = undefined;
      this.#pump(lane);
    });
  }

  #track(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }
}
