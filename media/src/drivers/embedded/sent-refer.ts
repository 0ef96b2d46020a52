import { crossingHeaders } from '../../port/crossing-headers.js';
import type { Refer, ReferResult } from '../../port/transfer.js';
import type { InDialogRequest } from '../../sip/sip-event.js';
import { isReferNotify, readReferNotify } from '../../sip/transfer/sipfrag.js';
import type { SipStack } from './sip-stack.js';

/** How long we wait for what comes of a REFER where nothing shorter is asked for, milliseconds. */
const defaultTimeoutMs = 60_000;

/** The headers of a REFER of ours, but for Contact. `target`: the URI that Refer-To holds. */
export function referHeaders(target: string, refer: Refer): [string, string][] {
  const { referredBy, referredByDisplayName, headers = {} } = refer;
  const name = referredByDisplayName === undefined ? '' : `"${referredByDisplayName.replace(/["\\]/g, '\\$&')}" `;
  return [
    ['Refer-To', `<${target}>`],
    ...(referredBy === undefined ? [] : [['Referred-By', `${name}<${referredBy}>`] as [string, string]]),
    ...Object.entries(crossingHeaders(headers)),
  ];
}

/** A REFER of ours that is out, until what came of it is known. */
export class SentRefer {
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

  /** The answer to it came. */
  answered(status: number): void {
    this.#referStatus = status;
    if (status >= 300) this.#end('refused');
    else if (this.#outcome) this.#end(this.#outcome);
  }

  /** Takes a NOTIFY of the leg. False where it is not about this. */
  notified({ requestId, request }: InDialogRequest, stack: SipStack): boolean {
    if (!isReferNotify(request)) return false;
    stack.do((agent, now) => agent.respond(requestId, 200, {}, now));
    if (this.#over) return true;
    const { status, last } = readReferNotify(request);
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
    return true;
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
