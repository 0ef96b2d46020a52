import { isReliable, type SipTarget } from '../flow.js';
import type { TimerHandle } from '../timer-queue.js';
import type { StateTable, TransactionContext } from './transaction.js';

/** - `trying`: with the user, nothing sent yet. - `proceeding`: a provisional was sent. - `completed`: answered; repeats are answered alike. */
export type NonInviteServerState = 'trying' | 'proceeding' | 'completed' | 'terminated';
type Signal = 'provisional' | 'final' | 'forget' | 'timerJ' | 'transportError';

//  trying ─1xx► proceeding ─final► completed ─J► terminated
//     ├────────────final──────────────┘
//     └────────────forget──────────────────────────► terminated
const table: StateTable<NonInviteServerState, Signal> = {
  trying: { provisional: 'proceeding', final: 'completed', forget: 'terminated', transportError: 'terminated' },
  proceeding: { provisional: 'proceeding', final: 'completed', transportError: 'terminated' },
  completed: { timerJ: 'terminated', transportError: 'terminated' },
  terminated: {},
};

/** Non-INVITE server transaction (RFC 3261 17.2.2). */
export class NonInviteServerTransaction {
  readonly kind = 'non-invite-server';
  readonly key: string;
  readonly target: SipTarget;
  /** Called once, when the user need not answer any more: it did, or the transport failed. */
  onAnswered: (() => void) | undefined;
  /** Under which name the layer keeps it as an original (8.2.2.2). */
  readonly mergeKey: string | undefined;
  finalStatus: number | undefined;
  readonly #context: TransactionContext;
  #state: NonInviteServerState = 'trying';
  #last: Buffer | undefined;
  #end: TimerHandle | undefined;

  constructor(context: TransactionContext, key: string, mergeKey: string | undefined, target: SipTarget) {
    this.#context = context;
    this.key = key;
    this.mergeKey = mergeKey;
    this.target = target;
  }

  get state(): NonInviteServerState {
    return this.#state;
  }

  /** Sends an answer of the user's. False where a final one was sent. */
  respond(status: number, bytes: Buffer): boolean {
    if (!this.#take(status < 200 ? 'provisional' : 'final')) return false;
    this.#last = bytes;
    this.#context.send(this.target, bytes);
    if (status >= 200) {
      this.finalStatus = status;
      this.onAnswered?.();
      this.onAnswered = undefined;
      const { timers, settings } = this.#context;
      if (isReliable(this.target.transport)) this.#take('timerJ');
      else this.#end = timers.set(64 * settings.t1, () => this.#take('timerJ'));
    }
    return true;
  }

  /** Sends a final answer and keeps nothing (8.2.7): the same request again is a new one. */
  respondAndForget(status: number, bytes: Buffer): boolean {
    if (!this.#take('forget')) return this.respond(status, bytes);
    this.finalStatus = status;
    this.#context.send(this.target, bytes);
    return true;
  }

  /** The same request again. */
  retransmitted(): void {
    if (this.#last) this.#context.send(this.target, this.#last);
  }

  transportFailed(): void {
    this.#take('transportError');
  }

  #take(signal: Signal): boolean {
    const next = table[this.#state][signal];
    if (next === undefined) return false;
    this.#state = next;
    if (next === 'terminated') {
      this.#context.timers.cancel(this.#end);
      if (this.finalStatus === undefined) this.onAnswered?.();
      this.#context.terminated(this.key);
    }
    return true;
  }
}
