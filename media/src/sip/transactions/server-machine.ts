import type { SipTarget } from '../flow.js';
import { type StateTable, Transaction, type TransactionContext } from './transaction.js';

/** A request of theirs and what became of it (RFC 3261 17.2). */
export abstract class ServerMachine<State extends string, Signal extends string> extends Transaction<State, Signal> {
  /** Called once, when the user need not answer any more: it did, or the transport failed. */
  onAnswered: (() => void) | undefined;
  /** Under which name the layer keeps it as an original (8.2.2.2). */
  readonly mergeKey: string | undefined;
  /** The final status sent, if any. */
  finalStatus: number | undefined;
  /** The last answer, for when the request comes again. */
  protected last: Buffer | undefined;

  constructor(
    init: {
      readonly context: TransactionContext;
      readonly key: string;
      readonly mergeKey: string | undefined;
      readonly target: SipTarget;
    },
    table: StateTable<State | 'terminated', Signal>,
    first: State,
  ) {
    super(init.context, init.key, init.target, table, first);
    this.mergeKey = init.mergeKey;
  }

  protected send(bytes: Buffer): void {
    this.context.send(this.target, bytes);
  }

  /** The user's final answer went out. */
  protected answered(status: number): void {
    this.finalStatus = status;
    this.onAnswered?.();
    // What waits out its last seconds here should hold on to nothing it does not need.
    this.onAnswered = undefined;
  }

  protected terminated(): void {
    if (this.finalStatus === undefined) this.onAnswered?.();
    this.context.terminated(this.key);
  }
}
