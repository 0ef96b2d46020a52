import type { SipTarget } from './flow.js';
import type { SipReason } from './sip-event.js';

/** Further headers to add, in order: `[['X-Tenant', '7']]`. A name or value with a line break in it is refused. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** What answers a digest challenge. Never logged. */
export interface SipCredentials {
  readonly username: string;
  readonly password: string;
}

/** An answer to a request. */
export interface ResponseOptions {
  /** Reason phrase; default that of RFC 3261 21. */
  readonly phrase?: string;
  readonly headers?: HeaderList;
  /** SDP body (Content-Type application/sdp). */
  readonly sdp?: string;
  /** Any other body. */
  readonly body?: { readonly contentType: string; readonly content: string };
  /**
   * A provisional answer to an INVITE that is repeated until it is acknowledged by PRACK (RFC 3262), where the caller supports that. Where the caller
   * requires it, every one is, asked for or not.
   */
  readonly reliable?: boolean;
  /** User part of our Contact in answers that make a dialog. */
  readonly contactUser?: string;
  /** For a stranger: a final answer, unless it makes a dialog, is sent once and nothing is kept (RFC 3261 8.2.7), so that floods fill no memory and forged sources get no repeats. */
  readonly forget?: boolean;
}

/** A new call of ours. */
export interface InviteOptions {
  /** Next hop. */
  readonly target: SipTarget;
  /** Request-URI. */
  readonly uri: string;
  /** From URI, as `sip:4401@example.net`. */
  readonly from: string;
  readonly fromDisplayName?: string;
  /** To URI; default the request URI. */
  readonly to?: string;
  /** User part of our Contact. */
  readonly contactUser?: string;
  /** Preloaded Route headers (Path of a binding), as `<sip:edge;lr>`. */
  readonly routes?: readonly string[];
  readonly headers?: HeaderList;
  /** The offer. Without one the callee makes it in its 2xx (then `acknowledge`). */
  readonly sdp?: string;
  readonly credentials?: SipCredentials;
  /** Whether we say that provisional answers may be sent so that we acknowledge them (100rel, RFC 3262). Default true. One that comes unasked is acknowledged all the same. */
  readonly reliableProvisionals?: boolean;
  /** Says that we hold back when the server asks for it (RFC 7339): its answers are then to be read for that. */
  readonly offersOverloadControl?: boolean;
  /** Default 70. */
  readonly maxForwards?: number;
}

/** Why and with what a session is ended. */
export interface HangUpOptions {
  /** Reason header on CANCEL, BYE or the failure response (RFC 3326). */
  readonly reason?: SipReason;
  readonly headers?: HeaderList;
  /** Final status for an INVITE of theirs that is not answered yet. Default 480. */
  readonly status?: number;
}

/** A request of ours outside a dialog: OPTIONS, MESSAGE … */
export interface RequestOptions {
  readonly method: string;
  readonly target: SipTarget;
  readonly uri: string;
  readonly from: string;
  readonly to?: string;
  readonly headers?: HeaderList;
  readonly body?: { readonly contentType: string; readonly content: string };
  readonly credentials?: SipCredentials;
}

/** A registration of ours at somebody's registrar (RFC 3261 10.2), kept up until `unregister`. */
export interface RegisterOptions {
  readonly target: SipTarget;
  /** Route of its requests: where it goes from a proxy of ours that is the target. */
  readonly routes?: readonly string[];
  /** Registrar URI, as `sip:carrier.example`. */
  readonly registrar: string;
  /** Address of record, as `sip:4401@carrier.example`. */
  readonly addressOfRecord: string;
  readonly contactUser: string;
  readonly credentials?: SipCredentials;
  readonly expiresSeconds: number;
  /** First wait after a failure, doubled up to 16 times this; milliseconds. Default 30,000. */
  readonly retryDelayMs?: number;
}
