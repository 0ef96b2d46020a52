import type { Flow, SipTarget } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import { type StateTable, Transaction, type TransactionContext } from './transaction.js';

/** What the user of a client transaction hears. `terminated` is last and comes once. */
export interface ClientTransactionUser {
  response(response: SipResponse, flow: Flow): void;
  /** No final answer in time (408), or the transport failed (503): RFC 3261 8.1.3.1. */
  failed(status: 408 | 503): void;
  terminated?(): void;
}

/** A request of ours and who waits for its answer (RFC 3261 17.1). */
export abstract class ClientMachine<State extends string, Signal extends string> extends Transaction<State, Signal> {
  protected readonly request: Buffer;
  /** Who hears what comes; nobody once all was said. */
  protected user: ClientTransactionUser | undefined;

  constructor(
    init: {
      readonly context: TransactionContext;
      readonly key: string;
      readonly request: Buffer;
      readonly target: SipTarget;
      readonly user: ClientTransactionUser;
    },
    table: StateTable<State | 'terminated', Signal>,
    first: State,
  ) {
    super(init.context, init.key, init.target, table, first);
    this.request = init.request;
    this.user = init.user;
  }

  /** Ends it without an answer, where its state allows that. */
  protected fail(signal: Signal, status: 408 | 503): void {
    if (!this.allows(signal)) return;
    this.user?.failed(status);
    this.take(signal);
  }

  protected terminated(): void {
    this.context.terminated(this.key);
    this.user?.terminated?.();
  }
}
