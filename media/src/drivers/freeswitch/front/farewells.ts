import type { Clock } from '@hookswitch/kernel/clock';
import { buildRequest } from '../../../sip/parse/build-message.js';

/** A dialog between FreeSWITCH and a far end, as far as a BYE needs it (RFC 3261 12.2.1.1). */
export interface LostDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Addresses of both sides, `user@host`. */
  readonly local: string;
  readonly remote: string;
  /** Contact of the far end, `user@host:port`, and its parameters, `transport=tcp`; '' for none. */
  readonly contact: string;
  readonly contactParams: string;
  /** Its route set, as it stands in Route; '' for none. */
  readonly routes: string;
}

/** Higher than any that FreeSWITCH has used in a dialog, and below the limit of RFC 3261 8.1.1.5. */
const highestCSeq = 2_000_000_000;
const firstRepeatMs = 500;
/** RFC 3261 17.1.2.2: until 64×T1. */
const lastRepeatMs = 16_000;

/** The BYE that FreeSWITCH would send from there. Throws `SipBuildError` where the dialog has what no message may. */
export function byeOf(dialog: LostDialog, backend: string): Buffer {
  const { callId, localTag, remoteTag, local, remote, contact, contactParams, routes } = dialog;
  return buildRequest('BYE', `sip:${contact}${contactParams && `;${contactParams}`}`, {
    headers: [
      ['Via', `SIP/2.0/UDP ${backend};branch=z9hG4bK-farewell-${localTag}`],
      ['Max-Forwards', '70'],
      ...(routes === '' ? [] : [['Route', routes] as const]),
      ['From', `<sip:${local}>;tag=${localTag}`],
      ['To', `<sip:${remote}>;tag=${remoteTag}`],
      ['Call-ID', callId],
      ['CSeq', `${highestCSeq} BYE`],
    ],
  });
}

/** Requests of our own that are sent again until somebody answers them, by branch. */
export class Repeats {
  readonly #clock: Clock;
  readonly #open = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(branch: string, send: () => void): void {
    this.#again(branch, send, firstRepeatMs);
  }

  heard(branch: string): void {
    this.#open.get(branch)?.();
    this.#open.delete(branch);
  }

  close(): void {
    for (const branch of [...this.#open.keys()]) this.heard(branch);
  }

  #again(branch: string, send: () => void, afterMs: number): void {
    send();
    this.heard(branch);
    if (afterMs > lastRepeatMs) return;
    const cancel = this.#clock.after(afterMs, () => this.#again(branch, send, afterMs * 2));
    this.#open.set(branch, cancel);
  }
}
