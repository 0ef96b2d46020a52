import type { Headers, LiveCall } from './live-call.js';

/**
 * Transfers by the far end's wish and by ours (RFC 5589): REFER (RFC 3515) and Replaces (RFC 3891).
 *
 * What must hold on every driver:
 * - A leg that is answered emits `referred` for each REFER that can be read. Nothing happens to the leg by itself: whoever listens connects and hangs up. A REFER
 *   that cannot be read is refused with 400; one that nobody listens for, and one on a leg that is not answered, with 603.
 * - Exactly one of `accept` and `refuse` of a request counts, the first. After `accept` the far end is told 100 at once, and then whatever `progress` says, in
 *   order; the first final status (200 to 699) is the last it is told. It is told although the leg has ended, since a phone may hang up as soon as it was
 *   told 202. One that wants to be told nothing (RFC 4488) is not, and `progress` does nothing.
 * - A request that is accepted and never comes to an end is ended by the driver after three minutes.
 */
export interface TransferRequest {
  readonly to: TransferTarget;
  /** Who asks, as the far end says itself: the value of Referred-By (RFC 3892). */
  readonly referredBy?: string;
  /** Takes it on (202). */
  accept(): void;
  /** Refuses it with a final status from 400 to 699. */
  refuse(status: number, options?: { reason?: string }): void;
  /** Tells how the new call stands, as a SIP status from 100 to 699. */
  progress(status: number): void;
}

/** What a Refer-To names. */
export interface TransferTarget {
  /** `sip:`, `sips:` or `tel:`, without headers. Anybody may have written it: the product decides whether it may be called. */
  readonly uri: string;
  /** User part without escapes; the number of a `tel:`. */
  readonly user: string;
  /** Lower case; '' for a `tel:`. */
  readonly host: string;
  /** The host is us, as this far end calls us (or there is none): the user is a number or a name of ours. */
  readonly isOurs: boolean;
  /** Headers that the URI asks for; those that may cross (`crossingHeaders`) only. */
  readonly headers: Headers;
  /** The dialog whose place the new call is to take, as a value of Replaces: an attended transfer. `CallEngine.legNamed` says whether it is one of ours. */
  readonly replaces?: string;
}

/** The leg whose dialog a Replaces value names, or the status that refuses it. */
export type NamedLeg<Leg = LiveCall> = { readonly leg: Leg } | { readonly status: 400 | 481 | 486 | 603 };

/** Where we send a far end to. */
export interface Refer {
  /** A SIP, SIPS or tel URI; or a leg whose far end it is to be connected to, in that leg's place (an attended transfer: both legs end at the same far side). */
  readonly to: string | LiveCall;
  /** Who asks (RFC 3892): a URI. Default: nobody is named. */
  readonly referredBy?: string;
  readonly referredByDisplayName?: string;
  /** Further headers of the REFER. X-…, User-to-User only are kept. */
  readonly headers?: Headers;
  /** Waits no longer for what comes of it, milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Hears each status that the far end tells of its new call, the last one too. */
  readonly onProgress?: (status: number) => void;
}

/** What came of our REFER. */
export interface ReferResult {
  /**
   * `transferred`: the far end says its new call was answered. `refused`: it does not take the REFER. `failed`: it took it, and its new call came to nothing.
   * `untold`: it took it, and told nothing more in time, or left before it did. `not-answered`: the leg was not up.
   */
  readonly end: 'transferred' | 'refused' | 'failed' | 'untold' | 'not-answered';
  /** The answer to the REFER; 408 where none came. */
  readonly referStatus?: number;
  /** The last status it told of its new call. */
  readonly notifyStatus?: number;
}
