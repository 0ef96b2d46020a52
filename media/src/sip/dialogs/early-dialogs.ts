import type { Flow } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import { readRSeq } from '../parse/reliability.js';
import type { InviteOptions } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { Dialog } from './dialog.js';
import { EarlyDialog, type Heard } from './early-dialog.js';
import { LiveDialog } from './live-dialog.js';
import type { SessionReporter } from './session-reporter.js';

/** Forks of one INVITE that we keep anything of. */
export const mostForks = 16;

/** The forks of an INVITE of ours that answered reliably (RFC 3262 4), by their tags. */
export class EarlyDialogs {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #options: InviteOptions;
  readonly #byTag = new Map<string, EarlyDialog>();

  constructor(stack: Stack, reporter: SessionReporter, options: InviteOptions) {
    this.#stack = stack;
    this.#reporter = reporter;
    this.#options = options;
  }

  /**
   * Takes a provisional and acknowledges it where it asks for that. `dialogOf` makes the dialog of a fork that was not known. Undefined for one that is to be
   * passed over; else what its description is to our user: nothing once an answer came reliably.
   */
  take(response: SipResponse, flow: Flow, cseq: number, dialogOf: (flow: Flow) => Dialog): Heard | undefined {
    const rseq = readRSeq(response);
    const tag = response.toTag ?? '';
    const known = this.#byTag.get(tag);
    if (rseq !== undefined) return (known ?? this.#open(tag, cseq, () => dialogOf(flow)))?.take(response, rseq);
    const settled = known !== undefined && known.descriptions.exchanges > 0;
    return { sdp: settled ? undefined : response.sdp, offers: false };
  }

  get(tag: string): EarlyDialog | undefined {
    return this.#byTag.get(tag);
  }

  /** The fork of that tag; without one, the first that answered. */
  chosen(tag: string | undefined): EarlyDialog | undefined {
    const [first] = this.#byTag.values();
    return tag === undefined ? first : this.#byTag.get(tag);
  }

  /** None of them is early any more; what waits in the one that answered goes on in the session. */
  leave(confirmed?: EarlyDialog): void {
    for (const early of this.#byTag.values()) early.leave(early === confirmed);
  }

  /** Nothing more comes of them. */
  forget(): void {
    this.#byTag.clear();
  }

  #open(tag: string, cseq: number, dialogOf: () => Dialog): EarlyDialog | undefined {
    if (this.#byTag.size >= mostForks) return undefined;
    const { sdp: offer, contactUser, credentials } = this.#options;
    const start = { cseq, offer, contactUser, credentials };
    const early = new EarlyDialog(this.#stack, this.#reporter, new LiveDialog(dialogOf()), start);
    this.#byTag.set(tag, early);
    return early;
  }
}
