import type { LegStatus } from './live-call.js';
import type { TransferRequest } from './transfer.js';

/** The leg whose far end wants to be replaced. */
export interface TransferringLeg {
  readonly status: LegStatus;
  /** False where nobody listens. */
  offerTransfer(request: TransferRequest): boolean;
}

/** How the far end is answered, and how it is told of what came of its wish. */
export interface TransferAnswers {
  accept(): void;
  refuse(status: number, phrase?: string): void;
  tell(status: number): void;
}

/** Wishes to transfer that come on a leg, offered to whoever listens. One at a time: 491 while one is under way, 603 where nobody could say yes. */
export class OfferedTransfers {
  readonly #leg: TransferringLeg;
  #open: object | undefined;

  constructor(leg: TransferringLeg) {
    this.#leg = leg;
  }

  received(wish: Pick<TransferRequest, 'to' | 'referredBy'>, answers: TransferAnswers): void {
    if (this.#leg.status !== 'answered') answers.refuse(603);
    else if (this.#open) answers.refuse(491);
    else this.#offer(wish, answers);
  }

  /** Another far end has the leg now: what the former one asked for hinders nobody. */
  forget(): void {
    this.#open = undefined;
  }

  #offer(wish: Pick<TransferRequest, 'to' | 'referredBy'>, answers: TransferAnswers): void {
    const mine = {};
    this.#open = mine;
    let state: 'new' | 'accepted' | 'over' = 'new';
    const over = () => {
      state = 'over';
      if (this.#open === mine) this.#open = undefined;
    };
    const offered = this.#leg.offerTransfer({
      ...wish,
      accept: () => {
        if (state !== 'new') return;
        state = 'accepted';
        answers.accept();
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
}
