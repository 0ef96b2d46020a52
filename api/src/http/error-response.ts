import { STATUS_CODES } from 'node:http';
import { BaseError, type FieldError } from '@hookswitch/kernel/base-error';
import { type ErrorCode, errorCatalogue, statusOfKind } from '@hookswitch/openapi/error-codes';
import type { Schema } from '@hookswitch/openapi/operations';
import { InvalidRequestError, ResourceNotFoundError } from '../operation/request-errors.js';
import {
  BodyTooLargeError,
  InvalidJsonError,
  MethodNotAllowedError,
  RouteNotFoundError,
  UnsupportedMediaTypeError,
} from './http-errors.js';

/** An error as it goes over the wire (RFC 9457). */
export interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Schema<'Problem'>;
}

const errorUrn = 'urn:hookswitch:error:';

/**
 * The only place that knows which status an error has. Errors that are not ours say nothing of themselves to the outside.
 * @param instance the request's id
 */
export function errorResponse(error: unknown, instance: string): ErrorResponse {
  const known = toBaseError(error);
  const entry = Object.hasOwn(errorCatalogue, known.code) ? errorCatalogue[known.code as ErrorCode] : undefined;
  const status = entry?.status ?? statusOfKind[known.kind];
  const hidden = known.kind === 'bug';
  return {
    status,
    headers: {
      ...(known.retryAfterSeconds !== undefined && {
        'Retry-After': String(Math.max(1, Math.ceil(known.retryAfterSeconds))),
      }),
      ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="hookswitch", charset="UTF-8"' }),
    },
    body: {
      type: errorUrn + (hidden ? 'internal-error' : known.code),
      title: hidden ? errorCatalogue['internal-error'].title : (entry?.title ?? STATUS_CODES[status] ?? 'Error'),
      status,
      detail: hidden ? errorCatalogue['internal-error'].help : known.message,
      instance,
      code: hidden ? 'internal-error' : known.code,
      ...(known.fields.length > 0 &&
        !hidden && { errors: known.fields.slice(0, 50).map(({ pointer, message }) => ({ pointer, message })) }),
    },
  };
}

/** Errors of the body parser and of the validator become ours; everything unknown is a bug. */
export function toBaseError(error: unknown): BaseError {
  if (error instanceof BaseError) return error;
  const foreign = error as {
    status?: number;
    type?: string;
    limit?: number;
    errors?: readonly ValidatorFault[];
    message?: string;
  };
  if (typeof foreign?.type === 'string' && foreign.type.startsWith('entity.too.large'))
    return new BodyTooLargeError(foreign.limit ?? 0);
  if (foreign?.type === 'encoding.unsupported' || foreign?.type === 'charset.unsupported')
    return new UnsupportedMediaTypeError(foreign.message);
  if (typeof foreign?.type === 'string' && foreign.status === 400) return new InvalidJsonError(error);
  if (error instanceof URIError) return new RouteNotFoundError();
  if (Array.isArray(foreign?.errors) || (foreign?.status !== undefined && foreign.status < 500))
    return fromValidator(foreign);
  return new BaseError('bug', 'internal-error', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

interface ValidatorFault {
  readonly path?: string;
  readonly message?: string;
}

function fromValidator({
  status,
  errors = [],
  message,
}: {
  status?: number;
  errors?: readonly ValidatorFault[];
  message?: string;
}): BaseError {
  if (status === 404) return new RouteNotFoundError();
  if (status === 405) return new MethodNotAllowedError(/^(\w+) method/.exec(message ?? '')?.[1] ?? 'this method');
  if (status === 415) return new UnsupportedMediaTypeError(/unsupported media type (\S+)/.exec(message ?? '')?.[1]);
  if (status === 413) return new BodyTooLargeError(0);
  const fields = errors.map(fieldError);
  // An id that cannot be one names nothing: the same answer as for one that does not exist.
  if (fields.length > 0 && fields.every(({ pointer }) => pointer.startsWith('path:')))
    return new ResourceNotFoundError('thing');
  return new InvalidRequestError(fields, fields.length === 0 ? (message ?? 'The request is not valid.') : undefined);
}

/** `/body/a/0` becomes the pointer `/a/0`, `/query/limit` becomes `query:limit`. */
function fieldError({ path = '', message = 'is not valid' }: ValidatorFault): FieldError {
  const [, where, ...rest] = path.split('/');
  const name = rest.join('/');
  if (where === 'query' || where === 'headers' || where === 'params' || where === 'cookies') {
    return {
      pointer: `${{ query: 'query', headers: 'header', params: 'path', cookies: 'cookie' }[where]}:${name}`,
      message,
    };
  }
  return { pointer: rest.length === 0 ? '' : `/${name}`, message };
}
