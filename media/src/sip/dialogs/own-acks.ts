import { composeRequest } from '../compose.js';
import type { SipTarget } from '../flow.js';
import type { HeaderList } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { LiveDialog } from './live-dialog.js';
import type { SessionReporter } from './session-reporter.js';

/** Our ACKs to the 2xx of INVITEs of ours (RFC 3261 13.2.2.4): sent through the route set, and again when the 2xx comes again. */
export class OwnAcks {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #dialog: LiveDialog;
  #last: { readonly cseq: number; readonly target: SipTarget; readonly bytes: Buffer } | undefined;
  #owed: { readonly cseq: number; readonly auth: HeaderList } | undefined;

  constructor(stack: Stack, reporter: SessionReporter, dialog: LiveDialog) {
    this.#stack = stack;
    this.#reporter = reporter;
    this.#dialog = dialog;
  }

  /** Whether a 2xx with an offer waits for our user's answer. */
  get owing(): boolean {
    return this.#owed !== undefined;
  }

  send(cseq: number, auth: HeaderList, sdp?: string): void {
    const body = sdp === undefined ? undefined : { contentType: 'application/sdp', content: sdp };
    const draft = this.#dialog.draft('ACK', cseq, { body });
    const bytes = composeRequest(this.#stack.settings, draft, `z9hG4bK${this.#stack.token()}`, auth);
    this.#last = { cseq, target: draft.target, bytes };
    this.#stack.send(draft.target, bytes);
    this.#reporter.signal(true, 'ACK');
  }

  /** The 2xx came again: so does the ACK. */
  repeat(cseq: number): void {
    if (this.#last?.cseq === cseq) this.#stack.send(this.#last.target, this.#last.bytes);
  }

  /** The 2xx holds an offer: the ACK waits for the user's answer. */
  owe(cseq: number, auth: HeaderList): void {
    this.#owed = { cseq, auth };
  }

  /** Sends the ACK that waits. False where none does. */
  pay(sdp: string | undefined): boolean {
    if (!this.#owed) return false;
    const { cseq, auth } = this.#owed;
    this.#owed = undefined;
    this.send(cseq, auth, sdp);
    return true;
  }
}
