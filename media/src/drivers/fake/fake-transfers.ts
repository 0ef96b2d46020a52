import type { LiveCall } from '../../port/live-call.js';
import type { TransferAnswers } from '../../port/offered-transfers.js';
import type { TimerSet } from '../../port/timer-set.js';
import type { Refer, ReferResult, TransferTarget } from '../../port/transfer.js';

/** The Replaces value by which another far end takes the place of a leg's own, or sends somebody to it. */
export function fakeReplaces({ id, facts }: Pick<LiveCall, 'id' | 'facts'>): string {
  return `${facts.sipCallId};to-tag=${id};from-tag=far-${id}`;
}

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

/** How a REFER is answered over the fake line. */
export function fakeReferAnswers({ quiet }: FakeRefer, tell: (news: ReferNews) => void): TransferAnswers {
  const notify = (status: number) => {
    if (!quiet) tell({ kind: 'notified', status });
  };
  return {
    accept: () => {
      tell({ kind: 'refer-answered', status: 202 });
      notify(100);
    },
    refuse: (status) => tell({ kind: 'refer-answered', status }),
    tell: notify,
  };
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
