import type { ApiDocument } from '@hookswitch/openapi/document';
import { operationTable } from '@hookswitch/openapi/operations';
import type { RequestHandler } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { UnsupportedMediaTypeError } from './http-errors.js';

/** Every media type that some operation takes. */
const knownTypes = new Set(Object.values(operationTable).flatMap(({ contentTypes }) => contentTypes));

/**
 * Checks requests against the API description, converts query values and fills in defaults. It compiles a validator for each operation and content type it meets,
 * so content types are reduced to the few that are known before it sees them: no client can make it compile without end.
 */
export function requestValidator(document: ApiDocument): readonly RequestHandler[] {
  const validator = OpenApiValidator.middleware({
    apiSpec: structuredClone(document) as never,
    validateApiSpec: false,
    validateSecurity: false,
    validateResponses: false,
    validateRequests: { allErrors: true, allowUnknownQueryParameters: false },
    fileUploader: false,
    ignoreUndocumented: true,
  });
  return [plainContentType, ...(validator as unknown as RequestHandler[])];
}

const plainContentType: RequestHandler = (request, _response, next) => {
  const given = request.headers['content-type'];
  if (given !== undefined) {
    const type = given.split(';', 1)[0]!.trim().toLowerCase();
    if (knownTypes.has(type)) request.headers['content-type'] = type;
    else if (request.headers['transfer-encoding'] === undefined && (request.headers['content-length'] ?? '0') === '0') {
      delete request.headers['content-type'];
    } else throw new UnsupportedMediaTypeError(given.slice(0, 100));
  }
  next();
};
