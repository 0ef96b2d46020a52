import { type Flow, isReliable, type SipTarget } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import { ClientMachine, type ClientTransactionUser } from './client-machine.js';
import type { StateTable, TransactionContext } from './transaction.js';

/**
 * - `calling`: sent, nothing came back; repeated over UDP.
 * - `proceeding`: a provisional came.
 * - `accepted`: a 2xx came; further ones (repeats, forks) still reach the user (RFC 6026 7.2).
 * - `completed`: 300–699 came and was acknowledged; repeats are acknowledged again.
 */
export type InviteClientState = 'calling' | 'proceeding' | 'accepted' | 'completed';
type Signal = 'provisional' | 'success' | 'failure' | 'timerB' | 'timerD' | 'timerM' | 'transportError' | 'abandon';

//            ┌─────────2xx────────► accepted ──M──┐
//  calling ──┼─1xx► proceeding ─2xx─┘             ├─► terminated
//     └─B─►  └──────3xx–6xx───────► completed ─D──┘
const table: StateTable<InviteClientState | 'terminated', Signal> = {
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
export class InviteClientTransaction extends ClientMachine<InviteClientState, Signal> {
  readonly kind = 'invite-client';
  readonly #ack: (response: SipResponse) => Buffer;
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
    super({ context, key, request, target, user }, table, 'calling');
    this.#ack = ack;
    const { timers, settings } = context;
    context.send(target, request);
    if (!isReliable(target.transport)) this.#timerA(settings.t1);
    this.end = timers.set(64 * settings.t1, () => this.fail('timerB', 408));
  }

  receive(response: SipResponse, flow: Flow): void {
    const { timers, settings } = this.context;
    const before = this.state;
    const { status } = response;
    if (!this.take(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure')) return;
    timers.cancel(this.retransmit);
    if (this.state === 'completed' && before === 'completed') {
      this.context.send(this.target, this.#acknowledged!);
      return;
    }
    if (before === 'calling') timers.cancel(this.end);
    if (this.state === 'completed') {
      this.#acknowledged = this.#ack(response);
      this.context.send(this.target, this.#acknowledged);
      const wait = isReliable(this.target.transport) ? 0 : settings.d;
      if (wait > 0) this.end = timers.setLoosely(wait, () => this.take('timerD'));
    } else if (this.state === 'accepted' && before !== 'accepted') {
      this.end = timers.setLoosely(64 * settings.t1, () => this.take('timerM'));
    }
    this.user?.response(response, flow);
    if (this.state === 'completed' && isReliable(this.target.transport)) this.take('timerD');
  }

  /** Gives up on an answer (RFC 3261 9.1: 64×T1 after a CANCEL). The user hears 408 where no final answer came. */
  abandon(): void {
    this.fail('abandon', 408);
  }

  transportFailed(): void {
    if (this.state === 'completed') this.take('transportError');
    else this.fail('transportError', 503);
  }

  /** Timer A: repeats the INVITE at doubling intervals (17.1.1.2). */
  #timerA(delay: number): void {
    this.retransmit = this.context.timers.set(delay, () => {
      if (this.state !== 'calling') return;
      this.context.send(this.target, this.request);
      this.#timerA(delay * 2);
    });
  }
}
