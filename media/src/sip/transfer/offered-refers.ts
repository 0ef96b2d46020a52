import { crossingHeaders } from '../../port/crossing-headers.js';
import { OfferedTransfers, type TransferAnswers, type TransferringLeg } from '../../port/offered-transfers.js';
import type { TransferRequest } from '../../port/transfer.js';
import type { SipRequest } from '../parse/message.js';
import { type ReferTo, readRefer } from './refer-to.js';

/** The leg that REFERs come on, and what it knows of what they name. */
export interface Referred {
  readonly leg: TransferringLeg;
  /** Whether a host that it names is us, as it knows us. */
  namesUs(refer: ReferTo): boolean;
}

/** How one REFER is answered, and how it is told of what came of it. */
export interface ReferAnswers extends Omit<TransferAnswers, 'accept'> {
  /** 202. `wantsNotify`: it is to be told. */
  accept(wantsNotify: boolean): void;
}

/** REFERs that come on a leg: read, and offered to whoever listens (`OfferedTransfers`). */
export class OfferedRefers {
  readonly #referred: Referred;
  readonly #transfers: OfferedTransfers;

  constructor(referred: Referred) {
    this.#referred = referred;
    this.#transfers = new OfferedTransfers(referred.leg);
  }

  received(request: SipRequest, answers: ReferAnswers): void {
    const refer = readRefer(request);
    if ('refusal' in refer) {
      answers.refuse(refer.refusal.status, refer.refusal.phrase);
      return;
    }
    const { referredBy, wantsNotify } = refer;
    this.#transfers.received(
      { to: this.#target(refer), ...(referredBy === undefined ? {} : { referredBy }) },
      { ...answers, accept: () => answers.accept(wantsNotify) },
    );
  }

  /** Another far end has the leg now: what the former one asked for hinders nobody. */
  forget(): void {
    this.#transfers.forget();
  }

  #target(refer: ReferTo): TransferRequest['to'] {
    const { uriText, uri, headers, replaces } = refer;
    return {
      uri: uriText,
      user: uri.user,
      host: uri.host,
      isOurs: uri.scheme === 'tel' || this.#referred.namesUs(refer),
      headers: crossingHeaders(Object.fromEntries(headers)),
      ...(replaces === undefined ? {} : { replaces }),
    };
  }
}
