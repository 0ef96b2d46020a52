import { crossingHeaders } from '../../port/crossing-headers.js';
import type { LiveCall } from '../../port/live-call.js';
import type { TransferRequest } from '../../port/transfer.js';
import type { SipRequest } from '../parse/message.js';
import { type ReferTo, readRefer } from './refer-to.js';
import type { Replaces } from './replaces.js';

/** The leg that REFERs come on. */
export interface ReferredLeg {
  /** Whether it is answered. */
  readonly isUp: boolean;
  /** Whether a host that it names is us, as it knows us. */
  namesUs(refer: ReferTo): boolean;
  /** The leg of ours whose dialog that is. */
  legOf(dialog: Replaces): LiveCall | undefined;
  /** False where nobody listens. */
  offer(request: TransferRequest): boolean;
}

/** How one REFER is answered, and how it is told of what came of it. */
export interface ReferAnswers {
  /** 202. `wantsNotify`: it is to be told. */
  accept(wantsNotify: boolean): void;
  refuse(status: number, phrase?: string): void;
  tell(status: number): void;
}

/** REFERs that come on a leg: read, and offered to whoever listens. One at a time. See `TransferRequest`. */
export class OfferedRefers {
  readonly #leg: ReferredLeg;
  #open: object | undefined;

  constructor(leg: ReferredLeg) {
    this.#leg = leg;
  }

  received(request: SipRequest, answers: ReferAnswers): void {
    const refer = readRefer(request);
    if ('refusal' in refer) answers.refuse(refer.refusal.status, refer.refusal.phrase);
    else if (!this.#leg.isUp) answers.refuse(603);
    else if (this.#open) answers.refuse(491);
    else this.#offer(refer, answers);
  }

  /** Another far end has the leg now: what the former one asked for hinders nobody. */
  forget(): void {
    this.#open = undefined;
  }

  #offer(refer: ReferTo, answers: ReferAnswers): void {
    const mine = {};
    this.#open = mine;
    let state: 'new' | 'accepted' | 'over' = 'new';
    const over = () => {
      state = 'over';
      if (this.#open === mine) this.#open = undefined;
    };
    const offered = this.#leg.offer({
      to: this.#target(refer),
      ...(refer.referredBy === undefined ? {} : { referredBy: refer.referredBy }),
      accept: () => {
        if (state !== 'new') return;
        state = 'accepted';
        answers.accept(refer.wantsNotify);
      },
      refuse: (status, { reason } = {}) => {
        if (state !== 'new') return;
        over();
        answers.refuse(status, reason);
      },
      progress: (status) => {
        if (state !== 'accepted') return;
        if (status >= 200) over();
        answers.tell(status);
      },
    });
    if (offered) return;
    over();
    answers.refuse(603);
  }

  #target(refer: ReferTo): TransferRequest['to'] {
    const { uriText, uri, headers, replaces } = refer;
    const leg = replaces && this.#leg.legOf(replaces.dialog);
    return {
      uri: uriText,
      user: uri.user,
      host: uri.host,
      isOurs: uri.scheme === 'tel' || this.#leg.namesUs(refer),
      headers: crossingHeaders(Object.fromEntries(headers)),
      ...(replaces ? { replaces: { value: replaces.value, ...(leg ? { leg } : {}) } } : {}),
    };
  }
}
