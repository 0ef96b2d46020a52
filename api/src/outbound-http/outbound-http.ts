import { BaseError } from '@hookswitch/kernel/base-error';

/**
 * The one way out: every request to an address that a user gave (scripts, webhooks, audio, speech) goes through here.
 *
 * It refuses to know why something is asked. What must hold on every adapter:
 * - Nothing is ever sent to an address the installation does not allow, whatever name or encoding it hides behind, redirects included.
 * - A request settles within its time limit, and holds at most `maxBytes` of the answer.
 * - It rejects with `OutboundHttpError` only; any HTTP status is an answer, not an error.
 */
export interface OutboundHttp {
  request(request: OutboundRequest): Promise<OutboundResponse>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD' | 'DELETE';
  /** Absolute, http or https. A user name and password in it are sent as Basic credentials. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole of it: connecting, redirects, the last byte. Default 15,000. */
  readonly timeoutMs?: number;
  /** Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Largest answer taken. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Redirects followed, each target checked like the first. Default 0: a 3xx is the answer. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  readonly status: number;
  /** By lower-case name; repeated ones are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The address that answered in the end, without credentials. */
  readonly url: string;
}

/** Why a request has no answer. */
export type OutboundFailure =
  | 'bad-url' // not an absolute http(s) URL
  | 'address-refused' // resolves to a private, local or special address
  | 'host-not-found'
  | 'connect-failed' // refused, unreachable, TLS failed
  | 'connect-timeout'
  | 'connection-lost' // closed or reset before the answer was complete
  | 'request-timeout' // no complete answer in time
  | 'response-too-large'
  | 'bad-response' // not HTTP
  | 'too-many-redirects'
  | 'request-aborted'; // our side gave up

/** A request that got no answer. `code` is the failure; `neverSent` says that the far end cannot have seen it, so that trying again is safe. */
export class OutboundHttpError extends BaseError {
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure, message: string, cause?: unknown) {
    super(kinds[failure] ?? 'upstream', failure, message, cause === undefined ? {} : { cause });
    this.failure = failure;
  }

  /** Whether the request cannot have reached the far end. */
  get neverSent(): boolean {
    return ['bad-url', 'address-refused', 'host-not-found', 'connect-failed', 'connect-timeout'].includes(this.failure);
  }
}

const kinds: Partial<Record<OutboundFailure, BaseError['kind']>> = {
  'bad-url': 'invalid',
  'address-refused': 'forbidden',
  'connect-timeout': 'timeout',
  'request-timeout': 'timeout',
};

/** Defaults of `OutboundRequest`. */
export const outboundDefaults = {
  timeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  maxBytes: 1024 * 1024,
  maxRedirects: 0,
} as const;
