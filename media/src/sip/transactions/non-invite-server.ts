import { isReliable, type SipTarget } from '../flow.js';
import { ServerMachine } from './server-machine.js';
import type { StateTable, TransactionContext } from './transaction.js';

/** - `trying`: with the user, nothing sent yet. - `proceeding`: a provisional was sent. - `completed`: answered; repeats are answered alike. */
export type NonInviteServerState = 'trying' | 'proceeding' | 'completed';
type Signal = 'provisional' | 'final' | 'forget' | 'timerJ' | 'transportError';

//  trying ─1xx► proceeding ─final► completed ─J► terminated
//     ├────────────final──────────────┘
//     └────────────forget──────────────────────────► terminated
const table: StateTable<NonInviteServerState | 'terminated', Signal> = {
  trying: { provisional: 'proceeding', final: 'completed', forget: 'terminated', transportError: 'terminated' },
  proceeding: { provisional: 'proceeding', final: 'completed', transportError: 'terminated' },
  completed: { timerJ: 'terminated', transportError: 'terminated' },
  terminated: {},
};

/** Non-INVITE server transaction (RFC 3261 17.2.2). */
export class NonInviteServerTransaction extends ServerMachine<NonInviteServerState, Signal> {
  readonly kind = 'non-invite-server';

  constructor(context: TransactionContext, key: string, mergeKey: string | undefined, target: SipTarget) {
    super({ context, key, mergeKey, target }, table, 'trying');
  }

  /** Sends an answer of the user's. False where a final one was sent. */
  respond(status: number, bytes: Buffer): boolean {
    if (!this.take(status < 200 ? 'provisional' : 'final')) return false;
    this.last = bytes;
    this.send(bytes);
    if (status >= 200) {
      this.answered(status);
      const { timers, settings } = this.context;
      if (isReliable(this.target.transport)) this.take('timerJ');
      else this.end = timers.setLoosely(64 * settings.t1, () => this.take('timerJ'));
    }
    return true;
  }

  /** Sends a final answer and keeps nothing (8.2.7): the same request again is a new one. */
  respondAndForget(status: number, bytes: Buffer): boolean {
    if (!this.take('forget')) return this.respond(status, bytes);
    this.finalStatus = status;
    this.send(bytes);
    return true;
  }

  /** The same request again. */
  retransmitted(): void {
    if (this.last) this.send(this.last);
  }

  transportFailed(): void {
    this.take('transportError');
  }
}
