import type { TimerHandle, TimerQueue } from '../timer-queue.js';
import { type SessionTimer, timerSchedule } from './session-timer.js';

/** Watches one session's timer (RFC 4028 7.2, 10): says when it is ours to refresh, and when the session has run out. */
export class SessionClock {
  readonly #timers: TimerQueue;
  readonly #onRefresh: () => void;
  readonly #onExpiry: () => void;
  #timer: SessionTimer | undefined;
  #refresh: TimerHandle | undefined;
  #expiry: TimerHandle | undefined;

  constructor(timers: TimerQueue, onRefresh: () => void, onExpiry: () => void) {
    this.#timers = timers;
    this.#onRefresh = onRefresh;
    this.#onExpiry = onExpiry;
  }

  /** What was agreed on last. */
  get timer(): SessionTimer | undefined {
    return this.#timer;
  }

  /** Begins anew with what was agreed on now; undefined where there is no session timer. */
  set(timer: SessionTimer | undefined): void {
    this.stop();
    this.#timer = timer;
    if (!timer) return;
    const { refreshAfter, giveUpAfter } = timerSchedule(timer);
    if (refreshAfter !== undefined) this.#refresh = this.#timers.set(refreshAfter, this.#onRefresh);
    this.#expiry = this.#timers.set(giveUpAfter, this.#onExpiry);
  }

  /** Refreshes sooner than agreed, where that is ours to do. Milliseconds. */
  refreshAfter(delayMs: number): void {
    if (this.#refresh === undefined) return;
    this.#timers.cancel(this.#refresh);
    this.#refresh = this.#timers.set(delayMs, this.#onRefresh);
  }

  stop(): void {
    this.#timers.cancel(this.#refresh);
    this.#timers.cancel(this.#expiry);
  }
}
