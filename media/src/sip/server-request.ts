import { composeResponse } from './compose.js';
import { type Flow, type SipTarget, targetOfFlow } from './flow.js';
import type { SipRequest } from './parse/message.js';
import type { HeaderList, ResponseOptions } from './sip-command.js';
import type { Stack } from './stack.js';
import type { ServerTransaction } from './transactions/transaction-layer.js';

/** A request of theirs with its server transaction: what is needed to answer it. */
export class ServerRequest {
  readonly id: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly transaction: ServerTransaction;
  /** Our tag in answers, where the request has none. */
  readonly toTag: string;
  /** Set by whoever the request belongs to; `respond` of the user agent ends here. */
  answer: (status: number, options: ResponseOptions) => boolean = (status, options) => this.send(status, options);
  readonly #stack: Stack;
  readonly #vias: readonly string[];

  constructor(stack: Stack, request: SipRequest, flow: Flow, transaction: ServerTransaction, vias: readonly string[]) {
    this.#stack = stack;
    this.id = stack.newId('r');
    this.request = request;
    this.flow = flow;
    this.transaction = transaction;
    this.#vias = vias;
    this.toTag = request.toTag ?? stack.tag();
  }

  get answered(): boolean {
    return this.transaction.finalStatus !== undefined || this.transaction.state === 'terminated';
  }

  /** Where the request came from. */
  get source(): SipTarget {
    return targetOfFlow(this.flow);
  }

  /** Sends an answer. False where a final one was sent. */
  send(status: number, options: ResponseOptions = {}, extra: HeaderList = []): boolean {
    const bytes = this.compose(status, options, extra);
    // A 2xx to an INVITE makes a dialog; all other final answers may be the last of it.
    const last = status >= 300 || (status >= 200 && this.request.method !== 'INVITE');
    if (options.forget && last) return !this.answered && this.transaction.respondAndForget(status, bytes);
    return this.sendBytes(status, bytes);
  }

  /** The answer's bytes, for whoever must repeat them. */
  compose(status: number, options: ResponseOptions, extra: HeaderList = []): Buffer {
    const tag = status === 100 ? undefined : this.toTag;
    return composeResponse(this.#stack.settings, this.request, this.#vias, status, tag, options, extra);
  }

  sendBytes(status: number, bytes: Buffer): boolean {
    return !this.answered && this.transaction.respond(status, bytes);
  }
}
