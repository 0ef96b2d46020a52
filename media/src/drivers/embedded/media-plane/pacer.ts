import type { Clock } from '@hookswitch/kernel/clock';

/** Length of a slot, milliseconds. All packet times we send (10, 20, 30, 40, 60) are whole slots. */
const slotMs = 2;
/** Slots of a turn: the longest packet time and every shorter one fit. */
const slots = 60;
/** Behind by more than this we drop what is past instead of sending a burst. */
const longestCatchUpMs = 100;
/** Lateness is counted in steps of 0.25 ms, up to 64 ms. */
const lateSteps = 256;

/** Something that sends a packet each packet time. */
export interface Paced {
  /** Milliseconds between its packets: a multiple of 10, at most 60. */
  readonly periodMs: number;
  /** Sends the packet due at `dueAt` (clock time). Answers false when it has no more to send. */
  tick(dueAt: number): boolean;
}

/**
 * One ticker for all senders. Time is cut into slots of 2 ms; each sender has a slot within its packet time, the emptiest one when it
 * came, so that sends spread out. Slots are computed from the start, so nothing drifts; late ones are caught up. With
 * no sender there is no timer, and slots without a sender wake nobody.
 */
export class Pacer {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #wheel: Paced[][] = Array.from({ length: slots }, () => []);
  readonly #late = new Uint32Array(lateSteps);
  #senders = 0;
  #sent = 0;
  #lateMax = 0;
  /** The slot to run next, counted from the epoch. */
  #slot = 0;
  #running = false;
  /** The slot the timer waits for. */
  #wakeSlot = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'now' | 'after'>) {
    this.#clock = clock;
  }

  /** Whether the ticker runs. */
  get running(): boolean {
    return this.#cancel !== undefined;
  }

  /** Lets it send from the next slots on. It must not be in already. */
  add(paced: Paced): void {
    const current = Math.floor(this.#clock.now() / slotMs) + 1;
    if (!this.#running) this.#passEmptySlots(current);
    const first = Math.max(current, this.#slot + (this.#running ? 1 : 0));
    const width = paced.periodMs / slotMs;
    let best = first;
    for (let slot = first; slot < first + width; slot++) {
      if (this.#wheel[slot % slots]!.length < this.#wheel[best % slots]!.length) best = slot;
    }
    this.#wheel[best % slots]!.push(paced);
    this.#senders++;
    if (!this.#running && (!this.#cancel || best < this.#wakeSlot)) this.#schedule();
  }

  /** Lateness since the last call, in milliseconds. */
  takeLoad(): { packets: number; p50Ms: number; p99Ms: number; maxMs: number } {
    const load = {
      packets: this.#sent,
      p50Ms: this.#quantile(0.5),
      p99Ms: this.#quantile(0.99),
      maxMs: Math.round(this.#lateMax * 100) / 100,
    };
    this.#late.fill(0);
    this.#sent = 0;
    this.#lateMax = 0;
    return load;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const slot of this.#wheel) slot.length = 0;
    this.#senders = 0;
  }

  #schedule(): void {
    this.#cancel?.();
    let slot = this.#slot;
    while (this.#wheel[slot % slots]!.length === 0) slot++;
    this.#wakeSlot = slot;
    this.#cancel = this.#clock.after(Math.max(0, Math.ceil(slot * slotMs - this.#clock.now())), this.#run);
  }

  readonly #run = (): void => {
    this.#cancel = undefined;
    this.#running = true;
    let now = this.#clock.now();
    this.#passEmptySlots(Math.floor(now / slotMs));
    if (now - this.#slot * slotMs > longestCatchUpMs) this.#skip(Math.floor(now / slotMs));
    while (this.#slot * slotMs <= now) {
      this.#runSlot(now);
      this.#slot++;
      now = this.#clock.now();
    }
    this.#running = false;
    if (this.#senders > 0) this.#schedule();
  };

  /** Moves on to `slot`, or to the first slot before it that has a sender. */
  #passEmptySlots(slot: number): void {
    if (this.#senders === 0) this.#slot = Math.max(this.#slot, slot);
    while (this.#slot < slot && this.#wheel[this.#slot % slots]!.length === 0) this.#slot++;
  }

  #runSlot(startedAt: number): void {
    const dueAt = this.#slot * slotMs;
    const senders = this.#wheel[this.#slot % slots]!;
    const count = senders.length;
    if (count === 0) return;
    this.#wheel[this.#slot % slots] = [];
    for (let at = 0; at < count; at++) {
      const paced = senders[at]!;
      if (paced.tick(dueAt)) this.#wheel[(this.#slot + paced.periodMs / slotMs) % slots]!.push(paced);
      else this.#senders--;
    }
    this.#countLateness(startedAt - dueAt, this.#clock.now() - dueAt, count);
  }

  /** Sends of one slot are taken to be spread evenly between its start and its end. */
  #countLateness(first: number, last: number, count: number): void {
    for (let at = 0; at < count; at++) {
      const late = Math.max(0, first + ((last - first) * (at + 1)) / count);
      this.#late[Math.min(lateSteps - 1, Math.floor(late * 4))]!++;
    }
    this.#sent += count;
    this.#lateMax = Math.max(this.#lateMax, last);
  }

  /** Moves every sender of the slots before `slot` to it: their time is lost, as their timestamps will tell. */
  #skip(slot: number): void {
    const target = this.#wheel[slot % slots]!;
    const passed = Math.min(slots, slot - this.#slot);
    for (let back = 1; back <= passed; back++) {
      const index = (slot - back + slots * 2) % slots;
      if (index === slot % slots) continue;
      target.push(...this.#wheel[index]!);
      this.#wheel[index] = [];
    }
    this.#slot = slot;
  }

  #quantile(share: number): number {
    let left = this.#sent * share;
    for (let step = 0; step < lateSteps; step++) {
      left -= this.#late[step]!;
      if (left <= 0) return this.#sent === 0 ? 0 : (step + 1) / 4;
    }
    return lateSteps / 4;
  }
}
