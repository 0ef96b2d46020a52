import { BaseError, type FieldError } from '@hookswitch/kernel/base-error';

/** The request does not fit the API description. */
export class InvalidRequestError extends BaseError {
  constructor(fields: readonly FieldError[], message = sentence(fields)) {
    super('invalid', 'invalid-request', message, { fields });
  }
}

export class InvalidJsonError extends BaseError {
  constructor(cause?: unknown) {
    super(
      'invalid',
      'invalid-json',
      'The body is not JSON in UTF-8. Send an object with Content-Type application/json.',
      { cause },
    );
  }
}

export class UnsupportedMediaTypeError extends BaseError {
  constructor(given: string | undefined) {
    super(
      'invalid',
      'unsupported-media-type',
      `A body of type ${given ?? '(none given)'} is not taken here. Send a content type the operation lists.`,
    );
  }
}

export class BodyTooLargeError extends BaseError {
  constructor(limitBytes: number) {
    super('too_large', 'body-too-large', `The body is larger than ${limitBytes} bytes, the most that is taken here.`);
  }
}

export class RouteNotFoundError extends BaseError {
  constructor() {
    super('not_found', 'route-not-found', 'There is no such path. /openapi.json lists all of them.');
  }
}

export class MethodNotAllowedError extends BaseError {
  constructor(method: string) {
    super('invalid', 'method-not-allowed', `This path does not take ${method}. /openapi.json lists what it takes.`);
  }
}

export class ScopeMissingError extends BaseError {
  constructor(scope: string, besides = '') {
    super('forbidden', 'scope-missing', `This needs the scope ${scope}. ${besides}`.trim());
  }
}

export class RateLimitedError extends BaseError {
  constructor(retryAfterSeconds: number) {
    super('limit', 'rate-limited', `Too many requests. Wait ${retryAfterSeconds} s.`, { retryAfterSeconds });
  }
}

export class IdempotencyKeyReusedError extends BaseError {
  constructor() {
    super(
      'invalid',
      'idempotency-key-reused',
      'This Idempotency-Key came before with another request. Use a new key for a new request.',
    );
  }
}

export class IdempotencyKeyInUseError extends BaseError {
  constructor() {
    super(
      'conflict',
      'idempotency-key-in-use',
      'A request with this Idempotency-Key is still running. Repeat in a moment to get its answer.',
      {
        retryAfterSeconds: 1,
      },
    );
  }
}

/** Something that does not exist, or is another account's: the same answer for both. */
export class ResourceNotFoundError extends BaseError {
  constructor(what: string, id?: string) {
    super(
      'not_found',
      'resource-not-found',
      id === undefined ? `There is no such ${what}.` : `There is no ${what} ${id.slice(0, 64)}.`,
    );
  }
}

function sentence(fields: readonly FieldError[]): string {
  const [first] = fields;
  if (!first) return 'The request is not valid.';
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return `${first.pointer.replace(/^\//, '').replaceAll('/', '.') || 'body'}: ${first.message}${more}`;
}
