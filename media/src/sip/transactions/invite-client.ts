import { type Flow, isReliable, type SipTarget } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { TimerHandle } from '../timer-queue.js';
import type { StateTable, TransactionContext } from './transaction.js';

/** What the user of a client transaction hears. `terminated` is last and comes once. */
export interface ClientTransactionUser {
  response(response: SipResponse, flow: Flow): void;
  /** No final answer in time (408), or the transport failed (503): RFC 3261 8.1.3.1. */
  failed(status: 408 | 503): void;
  terminated?(): void;
}

/**
 * - `calling`: sent, nothing came back; repeated over UDP.
 * - `proceeding`: a provisional came.
 * - `accepted`: a 2xx came; further ones (repeats, forks) still reach the user (RFC 6026 7.2).
 * - `completed`: 300–699 came and was acknowledged; repeats are acknowledged again.
 */
export type InviteClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
type Signal = 'provisional' | 'success' | 'failure' | 'timerB' | 'timerD' | 'timerM' | 'transportError' | 'abandon';

//            ┌─────────2xx────────► accepted ──M──┐
//  calling ──┼─1xx► proceeding ─2xx─┘             ├─► terminated
//     └─B─►  └──────3xx–6xx───────► completed ─D──┘
const table: StateTable<InviteClientState, Signal> = {
  calling: {
    provisional: 'proceeding',
    success: 'accepted',
    failure: 'completed',
    timerB: 'terminated',
    transportError: 'terminated',
    abandon: 'terminated',
  },
  proceeding: {
    provisional: 'proceeding',
    success: 'accepted',
    failure: 'completed',
    transportError: 'terminated',
    abandon: 'terminated',
  },
  accepted: { success: 'accepted', timerM: 'terminated' },
  completed: { failure: 'completed', timerD: 'terminated', transportError: 'terminated' },
  terminated: {},
};

/** INVITE client transaction (RFC 3261 17.1.1 with RFC 6026). */
export class InviteClientTransaction {
  readonly kind = 'invite-client';
  readonly key: string;
  readonly target: SipTarget;
  readonly #context: TransactionContext;
  readonly #user: ClientTransactionUser;
  readonly #request: Buffer;
  readonly #ack: (response: SipResponse) => Buffer;
  #state: InviteClientState = 'calling';
  #retransmit: TimerHandle | undefined;
  #end: TimerHandle | undefined;
  #acknowledged: Buffer | undefined;

  /** Sends the request. `ack` makes the ACK to a failure (17.1.1.3). */
  constructor(
    context: TransactionContext,
    key: string,
    request: Buffer,
    target: SipTarget,
    ack: (response: SipResponse) => Buffer,
    user: ClientTransactionUser,
  ) {
    this.#context = context;
    this.key = key;
    this.#request = request;
    this.target = target;
    this.#ack = ack;
    this.#user = user;
    const { timers, settings } = context;
    context.send(target, request);
    if (!isReliable(target.transport)) this.#timerA(settings.t1);
    this.#end = timers.set(64 * settings.t1, () => this.#fail('timerB', 408));
  }

  get state(): InviteClientState {
    return this.#state;
  }

  receive(response: SipResponse, flow: Flow): void {
    const { timers, settings } = this.#context;
    const before = this.#state;
    const { status } = response;
    if (!this.#take(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure')) return;
    timers.cancel(this.#retransmit);
    if (this.#state === 'completed' && before === 'completed') {
      this.#context.send(this.target, this.#acknowledged!);
      return;
    }
    if (before === 'calling') timers.cancel(this.#end);
    if (this.#state === 'completed') {
      this.#acknowledged = this.#ack(response);
      this.#context.send(this.target, this.#acknowledged);
      const wait = isReliable(this.target.transport) ? 0 : settings.d;
      if (wait > 0) this.#end = timers.set(wait, () => this.#take('timerD'));
    } else if (this.#state === 'accepted' && before !== 'accepted') {
      this.#end = timers.set(64 * settings.t1, () => this.#take('timerM'));
    }
    this.#user.response(response, flow);
    if (this.#state === 'completed' && isReliable(this.target.transport)) this.#take('timerD');
  }

  /** Gives up on an answer (RFC 3261 9.1: 64×T1 after a CANCEL). The user hears 408 where no final answer came. */
  abandon(): void {
    this.#fail('abandon', 408);
  }

  transportFailed(): void {
    if (this.#state === 'completed') this.#take('transportError');
    else this.#fail('transportError', 503);
  }

  #fail(signal: Signal, status: 408 | 503): void {
    if (table[this.#state][signal] === undefined) return;
    this.#user.failed(status);
    this.#take(signal);
  }

  /** Timer A: repeats the INVITE at doubling intervals (17.1.1.2). */
  #timerA(delay: number): void {
    this.#retransmit = this.#context.timers.set(delay, () => {
      if (this.#state !== 'calling') return;
      this.#context.send(this.target, this.#request);
      this.#timerA(delay * 2);
    });
  }

  #take(signal: Signal): boolean {
    const next = table[this.#state][signal];
    if (next === undefined) return false;
    this.#state = next;
    if (next === 'terminated') {
      this.#context.timers.cancel(this.#retransmit);
      this.#context.timers.cancel(this.#end);
      this.#context.terminated(this.key);
      this.#user.terminated?.();
    }
    return true;
  }
}
