import { BaseError } from '@hookswitch/kernel/base-error';

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
