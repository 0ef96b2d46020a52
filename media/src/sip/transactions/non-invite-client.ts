import { type Flow, isReliable, type SipTarget } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { TimerHandle } from '../timer-queue.js';
import type { ClientTransactionUser } from './invite-client.js';
import type { StateTable, TransactionContext } from './transaction.js';

/** - `trying`: sent. - `proceeding`: a provisional came. - `completed`: answered; repeats of the answer are absorbed. */
export type NonInviteClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';
type Signal = 'provisional' | 'final' | 'timerF' | 'timerK' | 'transportError';

//  trying ─1xx► proceeding ─final► completed ─K► terminated
//     └─F─► terminated ◄─F─┘
const table: StateTable<NonInviteClientState, Signal> = {
  trying: { provisional: 'proceeding', final: 'completed', timerF: 'terminated', transportError: 'terminated' },
  proceeding: { provisional: 'proceeding', final: 'completed', timerF: 'terminated', transportError: 'terminated' },
  completed: { timerK: 'terminated' },
  terminated: {},
};

/** Non-INVITE client transaction (RFC 3261 17.1.2). */
export class NonInviteClientTransaction {
  readonly kind = 'non-invite-client';
  readonly key: string;
  readonly target: SipTarget;
  readonly #context: TransactionContext;
  readonly #user: ClientTransactionUser;
  readonly #request: Buffer;
  #state: NonInviteClientState = 'trying';
  #retransmit: TimerHandle | undefined;
  #end: TimerHandle | undefined;

  /** Sends the request. */
  constructor(
    context: TransactionContext,
    key: string,
    request: Buffer,
    target: SipTarget,
    user: ClientTransactionUser,
  ) {
    this.#context = context;
    this.key = key;
    this.#request = request;
    this.target = target;
    this.#user = user;
    const { timers, settings } = context;
    context.send(target, request);
    if (!isReliable(target.transport)) this.#timerE(settings.t1);
    this.#end = timers.set(64 * settings.t1, () => this.#fail('timerF', 408));
  }

  get state(): NonInviteClientState {
    return this.#state;
  }

  receive(response: SipResponse, flow: Flow): void {
    if (!this.#take(response.status < 200 ? 'provisional' : 'final')) return;
    const { timers, settings } = this.#context;
    if (this.#state === 'completed') {
      timers.cancel(this.#retransmit);
      timers.cancel(this.#end);
      if (!isReliable(this.target.transport)) this.#end = timers.set(settings.t4, () => this.#take('timerK'));
    }
    this.#user.response(response, flow);
    if (this.#state === 'completed' && isReliable(this.target.transport)) this.#take('timerK');
  }

  transportFailed(): void {
    this.#fail('transportError', 503);
  }

  #fail(signal: Signal, status: 408 | 503): void {
    if (table[this.#state][signal] === undefined) return;
    this.#user.failed(status);
    this.#take(signal);
  }

  /** Timer E: doubling up to T2; every T2 once a provisional came (17.1.2.2). */
  #timerE(delay: number): void {
    const { timers, settings } = this.#context;
    this.#retransmit = timers.set(delay, () => {
      this.#context.send(this.target, this.#request);
      this.#timerE(this.#state === 'proceeding' ? settings.t2 : Math.min(delay * 2, settings.t2));
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
