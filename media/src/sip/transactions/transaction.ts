import type { SipTarget } from '../flow.js';
import type { SipTimers } from '../sip-settings.js';
import type { TimerQueue } from '../timer-queue.js';

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
