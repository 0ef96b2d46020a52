import { type Breaker, type BreakerSettings, breakerState, closedBreaker } from './circuit-breaker.js';
import type { Delivery } from './delivery.js';
import type { Destination } from './destinations.js';

/** One claimed delivery with what is to be sent. */
export interface Work {
  readonly delivery: Delivery;
  readonly claim: string;
  readonly payload: string;
  /** When the claim runs out, milliseconds since the epoch. */
  readonly leaseUntil: number;
  /** Where it goes, where that was looked up together with the claim. */
  readonly destination?: Destination;
}

export interface LaneLimits {
  /** Requests at once to a destination that is new to us; grows with every success. */
  readonly startConcurrency: number;
  readonly maxConcurrency: number;
  /** How many wait in memory at most; more wait in the store. */
  readonly maxWaiting: number;
}

/**
 * What waits and runs for one destination in this process. Decides who is next; sends nothing itself.
 *
 * `now` and `until` are of a clock that nobody sets (`Clock.monotonic`): a destination rests as long as it was meant to, whatever becomes of the time of day.
 *
 * What must hold: first attempts about one subject leave one after another, in order of sequence; no more than `concurrency` run at once; while the
 * destination is paused nothing leaves.
 */
export class Lane {
  readonly key: string;
  readonly accountId: string;
  readonly #limits: LaneLimits;
  readonly #breakerSettings: BreakerSettings;
  #waiting: Work[] = [];
  readonly #trying = new Set<string>();
  #running = 0;
  #reserved = 0;
  #concurrency: number;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #breaker: Breaker = closedBreaker;
  /** Whether the store holds deliveries that are due and not in here. */
  spilled = false;
  /** Whether somebody loads from the store just now. */
  refilling = false;
  /** Cancels the timer that wakes the lane, where one runs. */
  cancelTimer: (() => void) | undefined;

  constructor(key: string, accountId: string, limits: LaneLimits, breakerSettings: BreakerSettings) {
    this.key = key;
    this.accountId = accountId;
    this.#limits = limits;
    this.#breakerSettings = breakerSettings;
    this.#concurrency = limits.startConcurrency;
  }

  get running(): number {
    return this.#running;
  }

  /** Whether it has nothing to do and nothing to remember. */
  get idle(): boolean {
    return (
      this.#running === 0 &&
      this.#reserved === 0 &&
      this.#waiting.length === 0 &&
      !this.spilled &&
      !this.refilling &&
      !this.cancelTimer &&
      this.#breaker.openUntil === undefined
    );
  }

  /** How many more it takes. */
  get room(): number {
    return this.#limits.maxWaiting - this.#waiting.length - this.#reserved;
  }

  /** How long nothing may be sent yet, milliseconds, or undefined. */
  pauseMs(now: number): number | undefined {
    const open = breakerState(this.#breaker, now) === 'open' ? this.#breaker.openUntil! : Number.NEGATIVE_INFINITY;
    const until = Math.max(open, this.#heldUntil);
    return until > now ? until - now : undefined;
  }

  /** Keeps a place for a delivery that is about to be stored. Refused where it must wait in the store. */
  reserve(now: number): boolean {
    // What is being loaded may have to go first.
    if (
      this.spilled ||
      this.refilling ||
      this.room <= 0 ||
      breakerState(this.#breaker, now) !== 'closed' ||
      this.#heldUntil > now
    ) {
      this.spilled = true;
      return false;
    }
    this.#reserved++;
    return true;
  }

  /** Gives a reserved place back. */
  unreserve(): void {
    this.#reserved--;
  }

  add(work: Work): void {
    this.#waiting.push(work);
  }

  /** The next to send, counted as running; undefined when none may leave now. */
  next(now: number): Work | undefined {
    if (this.#waiting.length === 0 || this.pauseMs(now) !== undefined) return undefined;
    const allowed = breakerState(this.#breaker, now) === 'half-open' ? 1 : this.#concurrency;
    if (this.#running >= allowed) return undefined;
    const behind = new Set<string>();
    for (let index = 0; index < this.#waiting.length; index++) {
      const work = this.#waiting[index]!;
      const subject = orderedBy(work.delivery);
      if (subject !== undefined) {
        if (this.#trying.has(subject) || behind.has(subject)) {
          behind.add(subject);
          continue;
        }
        this.#trying.add(subject);
      }
      this.#waiting.splice(index, 1);
      this.#running++;
      return work;
    }
    return undefined;
  }

  /** One that ran is over. */
  finished(work: Work): void {
    this.#running--;
    const subject = orderedBy(work.delivery);
    if (subject !== undefined) this.#trying.delete(subject);
  }

  /** Takes in what a request told of the destination. */
  learn(breaker: Breaker, succeeded: boolean): void {
    this.#breaker = breaker;
    if (succeeded) this.#concurrency = Math.min(this.#concurrency + 1, this.#limits.maxConcurrency);
  }

  /** The receiver asked for less: half as many at once, and none before `until`. */
  slowDown(until: number): void {
    this.#concurrency = Math.max(1, this.#concurrency >> 1);
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  get breaker(): Breaker {
    return this.#breaker;
  }

  get breakerSettings(): BreakerSettings {
    return this.#breakerSettings;
  }

  /** What was looked up with the claim counts no more: whatever waits is looked up when it is sent. */
  forgetDestinations(): void {
    this.#waiting = this.#waiting.map(({ destination: _, ...work }) => work);
  }

  /** Whether something has waited so long that its claim would run out before `leaseBefore`. The oldest stand first. */
  isStale(leaseBefore: number): boolean {
    return this.#waiting[0] !== undefined && this.#waiting[0].leaseUntil < leaseBefore;
  }

  /** Takes out the first attempts about that subject that wait. */
  takeWaitingOf(subjectId: string): readonly Work[] {
    const taken = this.#waiting.filter(({ delivery }) => orderedBy(delivery) === subjectId);
    this.#waiting = this.#waiting.filter((work) => !taken.includes(work));
    return taken;
  }

  /** Empties what waits, for it to go back to the store. */
  takeWaiting(): readonly Work[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}

/** First attempts keep order within their subject; others do not. */
function orderedBy(delivery: Delivery): string | undefined {
  return delivery.attempts === 0 ? delivery.subjectId : undefined;
}

/**
 * Of deliveries that are due, those that may be taken now, in the order to send them: a first attempt waits while an earlier event of its subject has not been
 * tried and is in other hands.
 */
export function takeable(
  due: readonly Delivery[],
  untried: readonly { readonly id: string; readonly subjectId: string; readonly sequence: number }[],
): readonly Delivery[] {
  const here = new Set(due.map(({ id }) => id));
  const firstElsewhere = new Map<string, number>();
  for (const { id, subjectId, sequence } of untried) {
    if (!here.has(id)) firstElsewhere.set(subjectId, Math.min(sequence, firstElsewhere.get(subjectId) ?? Infinity));
  }
  const free = due.filter(
    ({ attempts, subjectId, sequence }) =>
      attempts > 0 || subjectId === undefined || (sequence ?? 0) < (firstElsewhere.get(subjectId) ?? Infinity),
  );
  // Among themselves: by subject where it matters, otherwise as they fell due.
  const position = new Map<string, number>();
  for (const [index, { subjectId, id }] of free.entries())
    if (!position.has(subjectId ?? id)) position.set(subjectId ?? id, index);
  const place = ({ subjectId, id }: Delivery) => position.get(subjectId ?? id)!;
  return [...free].sort((a, b) => place(a) - place(b) || (a.sequence ?? 0) - (b.sequence ?? 0));
}

/**
 * What was got of `asked` (in the order to send them): apart from those to be sent, first attempts that would overtake an earlier one of their subject, which
 * was asked for too and which somebody else got.
 */
export function apartFromOvertaking(
  asked: readonly Delivery[],
  got: ReadonlyMap<string, Delivery>,
): { first: readonly Delivery[]; overtaking: readonly Delivery[] } {
  const inOtherHands = new Set<string>();
  const first: Delivery[] = [];
  const overtaking: Delivery[] = [];
  for (const one of asked) {
    const subject = orderedBy(one);
    const delivery = got.get(one.id);
    if (!delivery) {
      if (subject !== undefined) inOtherHands.add(subject);
    } else if (subject !== undefined && inOtherHands.has(subject)) overtaking.push(delivery);
    else first.push(delivery);
  }
  return { first, overtaking };
}
