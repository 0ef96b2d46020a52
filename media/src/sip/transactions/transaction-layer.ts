import type { Flow, SipTarget } from '../flow.js';
import type { SipRequest, SipResponse } from '../parse/message.js';
import { hostPortText } from '../parse/uri.js';
import type { Via } from '../parse/via.js';
import type { ClientTransactionUser } from './client-machine.js';
import { InviteClientTransaction } from './invite-client.js';
import { InviteServerTransaction } from './invite-server.js';
import { NonInviteClientTransaction } from './non-invite-client.js';
import { NonInviteServerTransaction } from './non-invite-server.js';
import { responseRoute } from './response-route.js';
import type { TransactionContext } from './transaction.js';

export type ServerTransaction = InviteServerTransaction | NonInviteServerTransaction;
export type ClientTransaction = InviteClientTransaction | NonInviteClientTransaction;

/** Tells transactions apart and keeps those that live (RFC 3261 17.1.3, 17.2.3). */
export class TransactionLayer {
  readonly #context: TransactionContext;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  /** Requests outside dialogs by Call-ID, CSeq and From tag, for 8.2.2.2. */
  readonly #originals = new Map<string, ServerTransaction>();

  constructor(context: Omit<TransactionContext, 'terminated'>) {
    this.#context = { ...context, terminated: (key) => this.#remove(key) };
  }

  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** Gives a response to its transaction. False where none waits for it. */
  receiveResponse(response: SipResponse, flow: Flow): boolean {
    const client = this.#clients.get(clientKey(response.via.branch, response.cseq.method));
    client?.receive(response, flow);
    return client !== undefined;
  }

  /** The server transaction that a request (or the ACK or CANCEL of an INVITE) belongs to. */
  find(request: SipRequest, method: string): ServerTransaction | undefined {
    return this.#servers.get(serverKey(request, method));
  }

  /**
   * Whether a request outside dialogs already came another way (8.2.2.2: 482). An original that was challenged does not count: some phones do not
   * raise the CSeq when they try again with credentials.
   */
  isMerged(request: SipRequest): boolean {
    const original = this.#originals.get(mergeKey(request));
    return original !== undefined && original.finalStatus !== 401 && original.finalStatus !== 407;
  }

  /** Starts a server transaction for a request that has none. `trying` makes the 100. */
  serve(
    request: SipRequest,
    flow: Flow,
    trying: (vias: readonly string[]) => Buffer,
  ): { transaction: ServerTransaction; vias: readonly string[] } {
    const { target, vias } = responseRoute(request, flow);
    const key = serverKey(request, request.method);
    const merge = request.toTag === undefined ? mergeKey(request) : undefined;
    let transaction: ServerTransaction;
    if (request.method === 'INVITE') {
      transaction = new InviteServerTransaction(this.#context, key, merge, target);
      transaction.tryLater(() => trying(vias));
    } else transaction = new NonInviteServerTransaction(this.#context, key, merge, target);
    this.#servers.set(key, transaction);
    if (merge !== undefined) this.#originals.set(merge, transaction);
    return { transaction, vias };
  }

  /** Sends an INVITE. */
  invite(
    branch: string,
    bytes: Buffer,
    target: SipTarget,
    ack: (response: SipResponse) => Buffer,
    user: ClientTransactionUser,
  ): InviteClientTransaction {
    const key = clientKey(branch, 'INVITE');
    const transaction = new InviteClientTransaction(this.#context, key, bytes, target, ack, user);
    this.#keep(transaction);
    return transaction;
  }

  /** Sends any other request but ACK. */
  request(
    branch: string,
    method: string,
    bytes: Buffer,
    target: SipTarget,
    user: ClientTransactionUser,
  ): NonInviteClientTransaction {
    const key = clientKey(branch, method);
    const transaction = new NonInviteClientTransaction(this.#context, key, bytes, target, user);
    this.#keep(transaction);
    return transaction;
  }

  /** Ends what waits on a target that cannot be reached. */
  targetFailed(fails: (target: SipTarget) => boolean): void {
    for (const transaction of [...this.#clients.values()]) if (fails(transaction.target)) transaction.transportFailed();
  }

  #keep(transaction: ClientTransaction): void {
    this.#clients.set(transaction.key, transaction);
  }

  #remove(key: string): void {
    if (this.#clients.delete(key)) return;
    const transaction = this.#servers.get(key);
    if (!transaction) return;
    this.#servers.delete(key);
    const { mergeKey: merge } = transaction;
    if (merge !== undefined && this.#originals.get(merge) === transaction) this.#originals.delete(merge);
  }
}

function clientKey(branch: string, method: string): string {
  return `client ${branch} ${method}`;
}

/** 17.2.3: branch, sent-by and method; for peers of RFC 2543, whose branch says nothing, what identified a request then. */
function serverKey(request: SipRequest, method: string): string {
  const via: Via = request.via;
  const matched = method === 'ACK' ? 'INVITE' : method;
  if (via.branch.startsWith('z9hG4bK')) return `${via.branch} ${hostPortText(via.host, via.port)} ${matched}`;
  return `2543 ${request.callId} ${request.cseq.number} ${request.fromTag ?? ''} ${request.uri} ${via.text} ${matched}`;
}

function mergeKey(request: SipRequest): string {
  return `${request.callId} ${request.cseq.number} ${request.cseq.method} ${request.fromTag ?? ''}`;
}
