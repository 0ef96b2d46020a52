import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { type Flow, type Sender, senderOf } from '../../../sip/flow.js';
import type { SipRequest } from '../../../sip/parse/message.js';
import { hostPortText } from '../../../sip/parse/uri.js';
import type { HeaderList } from '../../../sip/sip-command.js';
import type { OwnAnswers } from './own-answers.js';
import type { KnownCaller } from './own-headers.js';
import { branchOf } from './proxied-message.js';
import { Remembered } from './remembered.js';

/** What becomes of an INVITE that begins a call. */
export type Admission =
  | ({ readonly kind: 'known' } & Omit<KnownCaller, 'from'>)
  /** Another node, which is asked for nothing. */
  | { readonly kind: 'expected' }
  | { readonly kind: 'refused'; readonly status: number; readonly headers?: HeaderList };

/** An INVITE that was let in. */
export interface Admitted {
  /** Undefined for another node. */
  readonly caller: KnownCaller | undefined;
  /** Who sent it: to the edge, where it came by that. */
  readonly from: Sender;
}

export interface AdmissionsParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly answers: OwnAnswers;
  /** Who sent this INVITE. */
  identify(request: SipRequest, flow: Flow): Promise<Admission>;
  /** It goes on to FreeSWITCH. */
  admit(request: SipRequest, flow: Flow, admitted: Admitted): void;
}

/** Calls at one time of which it is not known yet who sent them; more are refused at once. */
const mostIdentifying = 500;

/** INVITEs that begin a call: of each it is found out once who sent it, and it is let in, or refused. */
export class Admissions {
  readonly #parts: AdmissionsParts;
  /** Those of which it is not known yet who sent them, by branch; true once they were canceled. */
  readonly #identifying = new Map<string, { canceled: boolean }>();
  /** Those that were let in, by branch: one that comes again, from there and for the same, was proved before, and its nonce is used up. */
  readonly #admitted: Remembered<Admitted & { readonly asked: string }>;

  constructor(parts: AdmissionsParts) {
    this.#parts = parts;
    this.#admitted = new Remembered(parts.clock);
  }

  /** An INVITE came by `flow`, which says who sent it where that was the edge. */
  invited(request: SipRequest, flow: Flow) {
    const { answers, admit } = this.#parts;
    const branch = branchOf(request);
    if (this.#identifying.has(branch)) return;
    const asked = askedBy(request, senderOf(flow));
    const admitted = this.#admitted.get(branch);
    if (admitted?.asked === asked) return admit(request, flow, admitted);
    if (this.#identifying.size >= mostIdentifying)
      return answers.answer(request, flow, 503, { headers: [['Retry-After', '5']] });
    this.#identifying.set(branch, { canceled: false });
    void this.#identified(request, flow).then((admission) => {
      const { canceled } = this.#identifying.get(branch)!;
      this.#identifying.delete(branch);
      if (canceled) return answers.answer(request, flow, 487);
      if (admission.kind === 'refused') return answers.answer(request, flow, admission.status, admission);
      const from = senderOf(flow);
      const caller = admission.kind === 'known' ? { ...admission, from } : undefined;
      this.#admitted.set(branch, { caller, from, asked });
      admit(request, flow, { caller, from });
    });
  }

  /** Whether a CANCEL is for one of which it is not known yet who sent it: it is answered then. */
  canceled(request: SipRequest, flow: Flow): boolean {
    const pending = this.#identifying.get(branchOf(request));
    if (!pending) return false;
    pending.canceled = true;
    this.#parts.answers.answer(request, flow, 200);
    return true;
  }

  async #identified(request: SipRequest, flow: Flow): Promise<Admission> {
    try {
      return await this.#parts.identify(request, flow);
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'nobody could be asked who calls');
      return { kind: 'refused', status: 503 };
    }
  }
}

/** What is asked for, and by whom: who copies the rest of somebody's INVITE is not that one. */
function askedBy({ uri }: SipRequest, { address, port }: Sender): string {
  return `${uri} ${hostPortText(address, port)}`;
}
