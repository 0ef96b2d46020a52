import type { Refer, ReferResult } from './transfer.js';

/** How long we wait for what comes of a REFER where nothing shorter is asked for, milliseconds. */
const defaultTimeoutMs = 60_000;

/** What comes of one REFER of ours, gathered from its answer and from what the far end tells of its new call, in whatever order they arrive. */
export class ReferOutcome {
  readonly result: Promise<ReferResult>;
  readonly #onProgress: Refer['onProgress'];
  readonly #cleanUp: (() => void)[] = [];
  #settle!: (result: ReferResult) => void;
  #referStatus: number | undefined;
  #notifyStatus: number | undefined;
  #outcome: ReferResult['end'] | undefined;
  #over = false;

  constructor(refer: Refer, after: (ms: number, action: () => void) => () => void) {
    this.#onProgress = refer.onProgress;
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const giveUp = () => this.gaveUp();
    this.#cleanUp.push(after(refer.timeoutMs ?? defaultTimeoutMs, giveUp));
    refer.signal?.addEventListener('abort', giveUp, { once: true });
    this.#cleanUp.push(() => refer.signal?.removeEventListener('abort', giveUp));
  }

  get over(): boolean {
    return this.#over;
  }

  /** The final answer to it came. */
  answered(status: number): void {
    this.#referStatus = status;
    if (status >= 300) this.#end('refused');
    else if (this.#outcome) this.#end(this.#outcome);
  }

  /** The far end told how its new call stands; `last`: it will tell nothing more. */
  notified({ status, last }: { readonly status: number | undefined; readonly last: boolean }): void {
    if (this.#over) return;
    if (status !== undefined) {
      this.#notifyStatus = status;
      this.#onProgress?.(status);
    }
    if (last || (status !== undefined && status >= 200)) {
      const final = this.#notifyStatus ?? 0;
      this.#outcome ??= final >= 300 ? 'failed' : final >= 200 ? 'transferred' : 'untold';
      // It may overtake the answer to the REFER (RFC 3515 2.4.4).
      if (this.#referStatus !== undefined) this.#end(this.#outcome);
    }
  }

  /** Nothing more will come: the leg ended, or nobody waits. */
  gaveUp(): void {
    this.#end(this.#outcome ?? 'untold');
  }

  #end(end: ReferResult['end']): void {
    if (this.#over) return;
    this.#over = true;
    for (const undo of this.#cleanUp) undo();
    this.#settle({
      end,
      ...(this.#referStatus === undefined ? {} : { referStatus: this.#referStatus }),
      ...(this.#notifyStatus === undefined ? {} : { notifyStatus: this.#notifyStatus }),
    });
  }
}
