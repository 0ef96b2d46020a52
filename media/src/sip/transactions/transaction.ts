import type { SipTarget } from '../flow.js';
import type { SipTimers } from '../sip-settings.js';
import type { TimerHandle, TimerQueue } from '../timer-queue.js';

/** What every transaction machine works with. */
export interface TransactionContext {
  readonly timers: TimerQueue;
  readonly settings: SipTimers;
  send(target: SipTarget, bytes: Buffer): void;
  /** The transaction with this key is over. */
  terminated(key: string): void;
}

/** A machine as a table: what each state makes of each signal. A signal that is not in the table is ignored, as the RFC's diagrams have it. */
export type StateTable<State extends string, Signal extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Signal, State>>>>
>;

/** What the four machines of RFC 3261 17 share: a state that only their table moves, and two timers that end with it. */
export abstract class Transaction<State extends string, Signal extends string> {
  readonly key: string;
  readonly target: SipTarget;
  protected readonly context: TransactionContext;
  /** The timer that sends again, and the one that ends a state. */
  protected retransmit: TimerHandle | undefined;
  protected end: TimerHandle | undefined;
  readonly #table: StateTable<State | 'terminated', Signal>;
  #state: State | 'terminated';

  constructor(
    context: TransactionContext,
    key: string,
    target: SipTarget,
    table: StateTable<State | 'terminated', Signal>,
    first: State,
  ) {
    this.context = context;
    this.key = key;
    this.target = target;
    this.#table = table;
    this.#state = first;
  }

  get state(): State | 'terminated' {
    return this.#state;
  }

  protected allows(signal: Signal): boolean {
    return this.#table[this.#state][signal] !== undefined;
  }

  /** Moves on by the table. False where it ignores the signal. */
  protected take(signal: Signal): boolean {
    const next = this.#table[this.#state][signal];
    if (next === undefined) return false;
    this.#state = next;
    if (next === 'terminated') {
      this.context.timers.cancel(this.retransmit);
      this.context.timers.cancel(this.end);
      this.terminated();
    }
    return true;
  }

  /** It is over: tells whom it concerns. */
  protected abstract terminated(): void;
}
