import { isReliable, type SipTarget } from '../flow.js';
import type { SipRequest } from '../parse/message.js';
import { ServerMachine } from './server-machine.js';
import type { StateTable, TransactionContext } from './transaction.js';

/**
 * - `proceeding`: the INVITE is with the user; retransmissions get the last provisional.
 * - `accepted`: answered 2xx; retransmitted INVITEs are absorbed, the user repeats the 2xx itself (RFC 6026 7.1).
 * - `completed`: answered 300–699; the answer is repeated until the ACK.
 * - `confirmed`: the ACK came; further ones are absorbed.
 */
export type InviteServerState = 'proceeding' | 'accepted' | 'completed' | 'confirmed';
type Signal =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'forget'
  | 'ack'
  | 'timerH'
  | 'timerI'
  | 'timerL'
  | 'transportError';

//              2xx ──► accepted ──L──┐
//  proceeding ─┤──────── forget ─────├─► terminated
//              3xx–6xx ► completed ──H──┤
//                           └─ACK► confirmed ──I──┘
const table: StateTable<InviteServerState | 'terminated', Signal> = {
  proceeding: {
    provisional: 'proceeding',
    success: 'accepted',
    failure: 'completed',
    forget: 'terminated',
    transportError: 'terminated',
  },
  accepted: { success: 'accepted', timerL: 'terminated' },
  completed: { ack: 'confirmed', timerH: 'terminated', transportError: 'terminated' },
  confirmed: { timerI: 'terminated' },
  terminated: {},
};

/** INVITE server transaction (RFC 3261 17.2.1 with RFC 6026). */
export class InviteServerTransaction extends ServerMachine<InviteServerState, Signal> {
  readonly kind = 'invite-server';
  /** Called when a CANCEL came for it while it waits for its answer (9.2). */
  onCancel: ((cancel: SipRequest) => void) | undefined;

  constructor(context: TransactionContext, key: string, mergeKey: string | undefined, target: SipTarget) {
    super({ context, key, mergeKey, target }, table, 'proceeding');
  }

  /** Sends the 100 that `trying` makes unless the user answers within 200 ms (17.2.1). */
  tryLater(trying: () => Buffer): void {
    const { timers, settings } = this.context;
    this.retransmit = timers.set(settings.tryingDelay, () => {
      if (this.last === undefined) this.respond(100, trying());
    });
  }

  /** Sends an answer of the user's. False where the state does not allow it. */
  respond(status: number, bytes: Buffer): boolean {
    if (!this.take(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure')) return false;
    const { timers, settings } = this.context;
    this.last = bytes;
    timers.cancel(this.retransmit);
    this.retransmit = undefined;
    this.send(bytes);
    if (status >= 200 && this.finalStatus === undefined) {
      this.answered(status);
      this.onCancel = undefined;
    }
    if (this.state === 'accepted') {
      this.last = undefined;
      this.end ??= timers.setLoosely(64 * settings.t1, () => this.take('timerL'));
    } else if (this.state === 'completed') {
      if (!isReliable(this.target.transport)) this.#timerG(settings.t1);
      this.end = timers.set(64 * settings.t1, () => this.take('timerH'));
    }
    return true;
  }

  /**
   * Sends a failure once and keeps nothing (8.2.7): no repeats to an address that may be forged. As `respond` where a provisional went out before, since
   * the caller then waits in silence and would never learn of a failure that got lost.
   */
  respondAndForget(status: number, bytes: Buffer): boolean {
    if (this.last !== undefined) return this.respond(status, bytes);
    if (!this.take('forget')) return false;
    this.finalStatus = status;
    this.send(bytes);
    return true;
  }

  /** The same INVITE again. */
  retransmitted(): void {
    if (this.last && (this.state === 'proceeding' || this.state === 'completed')) this.send(this.last);
  }

  /** An ACK with the INVITE's branch. False where it is for the user (accepted). */
  acknowledged(): boolean {
    if (this.state === 'accepted') return false;
    if (!this.take('ack')) return true;
    const { timers, settings } = this.context;
    timers.cancel(this.retransmit);
    timers.cancel(this.end);
    if (isReliable(this.target.transport)) this.take('timerI');
    else this.end = timers.setLoosely(settings.t4, () => this.take('timerI'));
    return true;
  }

  /** An answer could not be sent. */
  transportFailed(): void {
    this.take('transportError');
  }

  /** Timer G: repeats the failure, at doubling intervals up to T2. */
  #timerG(delay: number): void {
    this.retransmit = this.context.timers.set(delay, () => {
      if (this.state !== 'completed') return;
      this.send(this.last!);
      this.#timerG(Math.min(delay * 2, this.context.settings.t2));
    });
  }
}
