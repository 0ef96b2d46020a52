import { sendRequest } from '../client-request.js';
import type { SipResponse } from '../parse/message.js';
import type { ServerRequest } from '../server-request.js';
import type { SipCredentials } from '../sip-command.js';
import type { DialogOwner, Stack } from '../stack.js';
import { Descriptions } from './descriptions.js';
import { dialogKey } from './dialog.js';
import { EarlyUpdates } from './early-updates.js';
import type { LiveDialog } from './live-dialog.js';
import type { SessionReporter } from './session-reporter.js';
import { TheirOffers } from './their-offers.js';

/** PRACKs of one dialog that may wait for their answer at once; what comes beyond is left to be repeated. */
const mostPracks = 16;

/** The INVITE of ours that the dialog belongs to. */
export interface EarlyDialogStart {
  readonly cseq: number;
  readonly offer: string | undefined;
  readonly contactUser: string | undefined;
  readonly credentials: SipCredentials | undefined;
}

/** What a message's description is to our user: the answer, or an offer; nothing once that is settled. */
export interface Heard {
  readonly sdp: string | undefined;
  readonly offers: boolean;
}

/** An early dialog at the caller, made by a reliable provisional: one for each fork (RFC 3262 4, RFC 3261 12.1.2). */
export class EarlyDialog implements DialogOwner {
  readonly dialog: LiveDialog;
  readonly descriptions = new Descriptions();
  readonly offers: TheirOffers;
  readonly updates: EarlyUpdates;
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #start: EarlyDialogStart;
  readonly #key: string;
  /** RSeq of the last one that came in order. */
  #rseq: number | undefined;
  /** Whether that one makes an offer that our user has not answered. */
  #owes = false;
  #pracks = 0;

  constructor(stack: Stack, reporter: SessionReporter, dialog: LiveDialog, start: EarlyDialogStart) {
    this.#stack = stack;
    this.#reporter = reporter;
    this.dialog = dialog;
    this.#start = start;
    const { contactUser, credentials, offer } = start;
    const { descriptions } = this;
    if (offer !== undefined) descriptions.offer('us', offer);
    this.offers = new TheirOffers(stack, reporter, dialog, descriptions, {
      contactUser,
      timed: undefined,
      settled: () => undefined,
    });
    this.updates = new EarlyUpdates({ stack, reporter, dialog, descriptions, contactUser, credentials });
    const { callId, localTag, remoteTag } = dialog.state;
    this.#key = dialogKey(callId, localTag, remoteTag);
    stack.dialogs.set(this.#key, this);
  }

  get sessionId(): string {
    return this.#reporter.sessionId;
  }

  /**
   * Takes a reliable provisional and acknowledges it, unless its offer needs our user's answer first. Undefined for one that came before, or too early
   * (3262 4).
   */
  take({ sdp }: SipResponse, rseq: number): Heard | undefined {
    const inOrder = this.#rseq === undefined || rseq === this.#rseq + 1;
    if (!inOrder || this.#owes || this.#pracks >= mostPracks) return undefined;
    this.#rseq = rseq;
    const { open, exchanges } = this.descriptions;
    const settled = exchanges > 0 || open === 'them';
    const said = settled ? undefined : sdp;
    this.#owes = said !== undefined && open === undefined;
    if (said !== undefined && open === 'us') this.descriptions.answer('us', said);
    if (this.#owes) this.descriptions.offer('them', said!);
    else this.#prack(rseq);
    return { sdp: said, offers: this.#owes };
  }

  /** Our user's answer to the offer in a reliable provisional. False where none waits. */
  answer(sdp: string): boolean {
    if (!this.#owes) return false;
    this.#owes = false;
    this.descriptions.answer('them', sdp);
    this.#prack(this.#rseq!, sdp);
    return true;
  }

  /**
   * It was answered: what the description in the 2xx is to our user. Once settled it should not be there (RFC 3261 13.2.1); but a carrier that names another
   * place for the sound there, having said nothing since, means it.
   */
  answered(sdp: string | undefined): Heard {
    const { descriptions } = this;
    const { open, exchanges, remote, local } = descriptions;
    if (exchanges === 0) {
      // One that nobody answered by PRACK is made anew, or is none.
      descriptions.withdraw('them');
      if (open === 'us') descriptions.answer('us', sdp);
      else if (sdp !== undefined) descriptions.offer('them', sdp);
      return { sdp, offers: open !== 'us' && sdp !== undefined };
    }
    const moved = sdp !== undefined && sdp !== remote && exchanges === 1 && open === undefined;
    if (!moved || this.#start.offer === undefined) return { sdp: undefined, offers: false };
    descriptions.offer('us', local ?? this.#start.offer);
    descriptions.answer('us', sdp);
    return { sdp, offers: false };
  }

  receive(request: ServerRequest): void {
    const { method } = request.request;
    if (!this.dialog.takes(request.request, request.flow)) request.send(500);
    else if (method === 'UPDATE') this.offers.update(request);
    // 3261 14.2: ours is not answered yet.
    else if (method === 'INVITE') request.send(491);
    // 3261 15: a callee must not; and it has nothing to acknowledge.
    else if (method === 'BYE' || method === 'PRACK') request.send(481);
    else {
      this.#stack.await(request);
      this.#reporter.report({
        type: 'in-dialog',
        sessionId: this.sessionId,
        requestId: request.id,
        request: request.request,
      });
    }
  }

  acknowledged(): void {}

  /** The INVITE was answered by somebody: where by this one, what waits goes on in the session. */
  leave(confirmed: boolean): void {
    this.updates.close();
    if (!confirmed) this.offers.close();
    if (this.#stack.dialogs.get(this.#key) === this) this.#stack.dialogs.delete(this.#key);
  }

  #prack(rseq: number, sdp?: string): void {
    const headers = [['RAck', `${rseq} ${this.#start.cseq} INVITE`]] as const;
    const body = sdp === undefined ? undefined : { contentType: 'application/sdp', content: sdp };
    this.#pracks += 1;
    this.#reporter.signal(true, 'PRACK');
    // What becomes of it shows in the INVITE: a callee that got none fails that.
    sendRequest(
      this.#stack,
      () => this.dialog.next('PRACK', { headers, body }),
      this.#start.credentials,
      () => {
        this.#pracks -= 1;
      },
    );
  }
}
