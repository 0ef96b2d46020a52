import { composeResponse, hasReadableToTag } from './compose.js';
import { dialogKey } from './dialogs/dialog.js';
import { IncomingInvite } from './dialogs/incoming-invite.js';
import { establish, type Sessions } from './dialogs/sessions.js';
import { requestOf, type TheirInvite } from './dialogs/unanswered-invite.js';
import type { Flow } from './flow.js';
import type { SipRequest } from './parse/message.js';
import { parseMessage } from './parse/parse-message.js';
import { checkRequest, type Refusal } from './request-checks.js';
import { ServerRequest } from './server-request.js';
import type { ResponseOptions } from './sip-command.js';
import { SipBuildError, SipSyntaxError, SipTooLargeError } from './sip-errors.js';
import type { DialogOwner, Stack } from './stack.js';
import { responseRoute } from './transactions/response-route.js';

/** Requests that mean nothing outside a dialog. */
const withinOnly = new Set(['BYE', 'PRACK', 'UPDATE']);

/** Takes messages apart and gives each to its transaction, its dialog, or whoever serves new requests (RFC 3261 8.2, 17.2.3, 18.1.2). */
export class IncomingMessages {
  /** While set, new INVITEs are refused with 503 and this Retry-After, seconds. */
  retryAfter: number | undefined;
  readonly #stack: Stack;
  readonly #sessions: Sessions;

  constructor(stack: Stack, sessions: Sessions) {
    this.#stack = stack;
    this.#sessions = sessions;
  }

  handle(bytes: Buffer, flow: Flow): void {
    try {
      const { message, fault } = parseMessage(bytes, this.#stack.settings.limits);
      if (message.kind === 'response') {
        if (fault === undefined && !this.#stack.transactions.receiveResponse(message, flow))
          this.#sessions.former.take(message);
      } else if (fault !== undefined) {
        if (message.method !== 'ACK') this.#refuse(message, flow, { status: 400, phrase: fault });
      } else this.#handleRequest(message, flow);
    } catch (error) {
      // What cannot be taken apart, or not even be answered, is dropped (18.3, 18.1.2). A part that is read late may turn out broken here.
      if (error instanceof SipSyntaxError || error instanceof SipTooLargeError || error instanceof SipBuildError)
        return;
      throw error;
    }
  }

  /** Answers an INVITE that a former process got and did not answer, until that is acknowledged. */
  refuseFormer(invite: TheirInvite, status: number, options: ResponseOptions): void {
    const request = requestOf(invite, this.#stack.settings.limits);
    if (!request || this.#stack.transactions.find(request, 'INVITE')) return;
    this.#serve(request, invite.flow).send(status, options);
  }

  #handleRequest(request: SipRequest, hop: Flow): void {
    const { method } = request;
    const known = this.#stack.transactions.find(request, method);
    if (method === 'ACK') {
      if (known?.kind === 'invite-server' && known.acknowledged()) return;
      this.#ownerOf(request)?.acknowledged(request);
      return;
    }
    if (known) {
      known.retransmitted();
      return;
    }
    if (this.#stack.transactions.size >= this.#stack.settings.limits.maxTransactions) return;
    if (method === 'CANCEL') {
      this.#handleCancel(request, hop);
      return;
    }
    const fresh = request.toTag === undefined;
    if (fresh && method === 'INVITE' && this.#sessions.former.answered(request)) return;
    const { reveal } = this.#stack.settings;
    const flow = fresh && reveal ? reveal(request, hop) : hop;
    if (!flow) return;
    if (fresh && method === 'INVITE' && this.retryAfter !== undefined) {
      this.#refuse(request, flow, { status: 503, headers: [['Retry-After', String(this.retryAfter)]] });
      return;
    }
    const refusal: Refusal | undefined =
      request.header(':version') === ''
        ? { status: 505 }
        : fresh && this.#stack.transactions.isMerged(request)
          ? { status: 482 }
          : (checkRequest(request, flow, this.#stack.settings.sessionTimer) ??
            (fresh ? this.#stack.settings.screen?.(request, flow) : undefined));
    const owner = fresh ? undefined : this.#ownerOf(request);
    if (refusal) {
      this.#refuse(request, flow, refusal);
      return;
    }
    if (!owner && (!fresh || withinOnly.has(method))) {
      this.#refuse(request, flow, { status: 481 });
      return;
    }
    const served = this.#serve(request, flow);
    if (owner) owner.receive(served);
    else if (method === 'INVITE') this.#newIncoming(served);
    else {
      this.#stack.await(served);
      this.#stack.emit({ type: 'request', requestId: served.id, request, flow });
    }
  }

  /** 9.2: 200 where the INVITE is known, answered or not; it ends with 487 only where it was not. */
  #handleCancel(request: SipRequest, flow: Flow): void {
    const invite = this.#stack.transactions.find(request, 'INVITE');
    if (invite?.kind !== 'invite-server') {
      this.#refuse(request, flow, { status: 481 });
      return;
    }
    this.#serve(request, flow).send(200);
    if (invite.finalStatus === undefined) invite.onCancel?.(request);
  }

  #newIncoming(invite: ServerRequest): void {
    const session = this.#sessions.open();
    session.stage = new IncomingInvite(this.#stack, session.reporter, invite, (established) =>
      establish(session, established),
    );
  }

  #serve(request: SipRequest, flow: Flow): ServerRequest {
    const trying = (vias: readonly string[]) =>
      composeResponse(this.#stack.settings, request, vias, 100, undefined, {});
    const { transaction, vias } = this.#stack.transactions.serve(request, flow, trying);
    return new ServerRequest(this.#stack, request, flow, transaction, vias);
  }

  /** Answers without keeping anything (8.2.7). */
  #refuse(request: SipRequest, flow: Flow, refusal: Refusal): void {
    const { target, vias } = responseRoute(request, flow);
    const toTag = hasReadableToTag(request) ? undefined : this.#stack.token();
    const options = {
      headers: refusal.headers ?? [],
      ...(refusal.phrase === undefined ? {} : { phrase: refusal.phrase }),
    };
    this.#stack.send(target, composeResponse(this.#stack.settings, request, vias, refusal.status, toTag, options));
  }

  #ownerOf(request: SipRequest): DialogOwner | undefined {
    return this.#stack.dialogs.get(dialogKey(request.callId, request.toTag ?? '', request.fromTag ?? ''));
  }
}
