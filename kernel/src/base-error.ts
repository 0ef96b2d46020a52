/** What kind of failure this is. Only `api/src/http/error-response.ts` turns a kind into an HTTP status. */
export type ErrorKind =
  | 'invalid' // the request is wrong: 400/422
  | 'unauthenticated' // no or wrong credentials: 401
  | 'forbidden' // not allowed to this caller: 403
  | 'not_found' // absent, or another account's: 404
  | 'conflict' // the thing's state does not allow it: 409
  | 'stale' // a condition (If-Match) does not hold: 412
  | 'too_large' // 413
  | 'limit' // a cap was reached, try later: 429
  | 'upstream' // somebody else failed: 502
  | 'unavailable' // we cannot just now: 503
  | 'timeout' // no answer in time: 504
  | 'bug'; // ours: 500

/** One wrong field of an input. */
export interface FieldError {
  /** RFC 6901 JSON pointer into the body, or `query:name` / `header:name` / `path:name`. */
  readonly pointer: string;
  /** A sentence that says what is wrong and what would be right. */
  readonly message: string;
}

/** The root of our errors: a stable `code` (listed in `openapi/errors.yaml`), a kind, a sentence that says what to do. */
export class BaseError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly fields: readonly FieldError[];
  /** Seconds after which trying again makes sense, for `limit` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    options: { fields?: readonly FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
