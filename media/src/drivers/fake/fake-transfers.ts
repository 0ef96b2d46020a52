import type { LiveCall } from '../../port/live-call.js';
import type { TimerSet } from '../../port/timer-set.js';
import type { Refer, ReferResult, TransferRequest, TransferTarget } from '../../port/transfer.js';

/** A REFER as it goes over the fake line. */
export interface FakeRefer {
  readonly to: TransferTarget;
  readonly referredBy?: string;
  /** RFC 4488: wants to be told nothing. */
  readonly quiet?: boolean;
}

/** What a far end is told of its REFER. */
export type ReferNews =
  | { readonly kind: 'refer-answered'; readonly status: number }
  | { readonly kind: 'notified'; readonly status: number };

/** REFERs that a leg gets: one at a time. */
export class FakeReceivedRefers {
  #open: object | undefined;

  received(
    refer: FakeRefer,
    answered: boolean,
    offer: (request: TransferRequest) => boolean,
    tell: (news: ReferNews) => void,
  ) {
    if (!answered) return tell({ kind: 'refer-answered', status: 603 });
    if (this.#open) return tell({ kind: 'refer-answered', status: 491 });
    const mine = {};
    this.#open = mine;
    let state: 'new' | 'accepted' | 'over' = 'new';
    const over = () => {
      state = 'over';
      if (this.#open === mine) this.#open = undefined;
    };
    const told = offer({
      to: refer.to,
      ...(refer.referredBy === undefined ? {} : { referredBy: refer.referredBy }),
      accept: () => {
        if (state !== 'new') return;
        state = 'accepted';
        tell({ kind: 'refer-answered', status: 202 });
        if (!refer.quiet) tell({ kind: 'notified', status: 100 });
      },
      refuse: (status) => {
        if (state !== 'new') return;
        over();
        tell({ kind: 'refer-answered', status });
      },
      progress: (status) => {
        if (state !== 'accepted') return;
        if (status >= 200) over();
        if (!refer.quiet) tell({ kind: 'notified', status });
      },
    });
    if (told) return;
    over();
    tell({ kind: 'refer-answered', status: 603 });
  }

  /** Another far end has the leg now. */
  forget(): void {
    this.#open = undefined;
  }
}

/** A REFER of ours that is out. */
export class FakeSentRefer {
  readonly result: Promise<ReferResult>;
  readonly #refer: Refer;
  readonly #cleanUp: (() => void)[];
  #settle!: (result: ReferResult) => void;
  #known: Omit<ReferResult, 'end'> = {};
  #over = false;

  constructor(refer: Refer, timers: TimerSet) {
    this.#refer = refer;
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const giveUp = () => this.end('untold');
    refer.signal?.addEventListener('abort', giveUp, { once: true });
    this.#cleanUp = [
      timers.after(refer.timeoutMs ?? 60_000, giveUp),
      () => refer.signal?.removeEventListener('abort', giveUp),
    ];
  }

  get over(): boolean {
    return this.#over;
  }

  answered(referStatus: number): void {
    this.#known = { ...this.#known, referStatus };
    if (referStatus >= 300) this.end('refused');
  }

  notified(notifyStatus: number): void {
    if (this.#over) return;
    this.#known = { ...this.#known, notifyStatus };
    this.#refer.onProgress?.(notifyStatus);
    if (notifyStatus >= 200) this.end(notifyStatus < 300 ? 'transferred' : 'failed');
  }

  end(end: ReferResult['end']): void {
    if (this.#over) return;
    this.#over = true;
    for (const undo of this.#cleanUp) undo();
    this.#settle({ end, ...this.#known });
  }
}

/** Whether a REFER may go there: a URI, or a leg that is up. */
export function isReferable(to: string | LiveCall): boolean {
  return typeof to === 'string' ? /^(sips?|tel):[^\s<>"]+$/i.test(to) : to.status === 'answered';
}
