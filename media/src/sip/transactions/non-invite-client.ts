import { type Flow, isReliable, type SipTarget } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import { ClientMachine, type ClientTransactionUser } from './client-machine.js';
import type { StateTable, TransactionContext } from './transaction.js';

/** - `trying`: sent. - `proceeding`: a provisional came. - `completed`: answered; repeats of the answer are absorbed. */
export type NonInviteClientState = 'trying' | 'proceeding' | 'completed';
type Signal = 'provisional' | 'final' | 'timerF' | 'timerK' | 'transportError';

//  trying ─1xx► proceeding ─final► completed ─K► terminated
//     └─F─► terminated ◄─F─┘
const table: StateTable<NonInviteClientState | 'terminated', Signal> = {
  trying: { provisional: 'proceeding', final: 'completed', timerF: 'terminated', transportError: 'terminated' },
  proceeding: { provisional: 'proceeding', final: 'completed', timerF: 'terminated', transportError: 'terminated' },
  completed: { timerK: 'terminated' },
  terminated: {},
};

/** Non-INVITE client transaction (RFC 3261 17.1.2). */
export class NonInviteClientTransaction extends ClientMachine<NonInviteClientState, Signal> {
  readonly kind = 'non-invite-client';

  /** Sends the request. */
  constructor(
    context: TransactionContext,
    key: string,
    request: Buffer,
    target: SipTarget,
    user: ClientTransactionUser,
  ) {
    super({ context, key, request, target, user }, table, 'trying');
    const { timers, settings } = context;
    context.send(target, request);
    if (!isReliable(target.transport)) this.#timerE(settings.t1);
    this.end = timers.set(64 * settings.t1, () => this.fail('timerF', 408));
  }

  receive(response: SipResponse, flow: Flow): void {
    if (!this.take(response.status < 200 ? 'provisional' : 'final')) return;
    const { timers, settings } = this.context;
    if (this.state === 'completed') {
      timers.cancel(this.retransmit);
      timers.cancel(this.end);
      if (!isReliable(this.target.transport)) this.end = timers.setLoosely(settings.t4, () => this.take('timerK'));
    }
    this.user?.response(response, flow);
    if (this.state !== 'completed') return;
    if (isReliable(this.target.transport)) this.take('timerK');
    // What only absorbs repeats keeps no call alive: its leg, script and record would grow old with it.
    this.user = undefined;
  }

  transportFailed(): void {
    this.fail('transportError', 503);
  }

  /** Timer E: doubling up to T2; every T2 once a provisional came (17.1.2.2). */
  #timerE(delay: number): void {
    const { timers, settings } = this.context;
    this.retransmit = timers.set(delay, () => {
      this.context.send(this.target, this.request);
      this.#timerE(this.state === 'proceeding' ? settings.t2 : Math.min(delay * 2, settings.t2));
    });
  }
}
