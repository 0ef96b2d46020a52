import type { RequestDraft } from '../compose.js';
import { type Flow, type SipTarget, targetOfFlow } from '../flow.js';
import type { SipRequest, SipResponse } from '../parse/message.js';
import type { HeaderList } from '../sip-command.js';
import { SipSyntaxError } from '../sip-errors.js';
import { type Dialog, refreshTarget, routeWithin, wayOfAnswers } from './dialog.js';

interface RequestParts {
  readonly headers?: HeaderList | undefined;
  readonly body?: { readonly contentType: string; readonly content: string } | undefined;
}

/** A dialog while it lives: counts the requests both ways and follows the peer's Contact (RFC 3261 12.2). */
export class LiveDialog {
  #dialog: Dialog;

  constructor(dialog: Dialog) {
    this.#dialog = dialog;
  }

  /** As plain data. */
  get state(): Dialog {
    return this.#dialog;
  }

  /** Takes the count of a request of theirs, and where it came from. False where it came out of order (12.2.2). */
  takes(request: SipRequest, flow: Flow): boolean {
    const { remoteCseq } = this.#dialog;
    const { number } = request.cseq;
    if (remoteCseq !== undefined && number <= remoteCseq) return false;
    this.#dialog = { ...this.#dialog, remoteCseq: number, path: this.#pathOf(request, flow) };
    return true;
  }

  /** The peer is reached another way now. */
  moveTo(path: SipTarget): void {
    this.#dialog = { ...this.#dialog, path };
  }

  /** An early dialog was answered: the 2xx says the routes and the target anew (13.2.2.4), the counts go on. */
  confirm(answered: Dialog): void {
    const { localCseq, remoteCseq } = this.#dialog;
    this.#dialog = { ...answered, localCseq, remoteCseq };
  }

  /** Takes the peer's new Contact; the old one stays where the new cannot be used. */
  refresh(message: SipRequest | SipResponse, flow: Flow): void {
    try {
      const path = message.kind === 'request' ? this.#pathOf(message, flow) : this.#named(targetOfFlow(flow));
      const dialog = refreshTarget(this.#dialog, message, path);
      routeWithin(dialog);
      this.#dialog = dialog;
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
    }
  }

  #pathOf(request: SipRequest, flow: Flow): SipTarget {
    const path = this.#dialog.contactless && !request.contact ? wayOfAnswers(request, flow) : targetOfFlow(flow);
    return this.#named(path);
  }

  /** A peer that was reached by a name has it still where it comes by a connection of its own. */
  #named(path: SipTarget): SipTarget {
    const { serverName } = this.#dialog.path;
    return serverName === undefined ? path : { serverName, ...path };
  }

  /** Request-URI, routes and next hop of a request of ours (12.2.1.1). */
  route(): ReturnType<typeof routeWithin> {
    return routeWithin(this.#dialog);
  }

  /** The next request of ours. */
  next(method: string, parts: RequestParts): RequestDraft {
    const cseq = this.#dialog.localCseq + 1;
    this.#dialog = { ...this.#dialog, localCseq: cseq };
    return this.draft(method, cseq, parts);
  }

  /** A request of ours with a count of an earlier one: an ACK. */
  draft(method: string, cseq: number, { headers = [], body }: RequestParts): RequestDraft {
    const { local: from, remote: to, callId } = this.#dialog;
    return { method, cseq, from, to, callId, headers, body, ...this.route() };
  }
}
