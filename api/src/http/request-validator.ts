import type { ApiDocument } from '@hookswitch/openapi/document';
import { operationTable } from '@hookswitch/openapi/operations';
import type { Request, RequestHandler, Response } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { countValues } from './body-shape.js';
import { excerpt } from './document-excerpt.js';
import { InvalidRequestError, UnsupportedMediaTypeError } from './http-errors.js';

/** Gives each path of the API description its validator. Apps on one document may share it. */
export type RequestValidators = (path: string) => RequestHandler;

/** Bodies with more values are told only their first fault: finding all of very many would hold up everybody else. */
const thoroughValues = 500;

/** Every media type that some operation takes. */
const knownTypes = new Set(Object.values(operationTable).flatMap(({ contentTypes }) => contentTypes));

/**
 * Checks requests against the API description, converts query values and fills in defaults.
 *
 * The validator library tries a request against the paths of its document one after another and compiles each path's expression anew every time, so each path has a
 * validator of its own, made at its first request from the part of the document it needs. It also compiles a schema for each content type it meets; content types are reduced to
 * the known ones before, so that no client can make it compile without end.
 */
export function requestValidators(document: ApiDocument): RequestValidators {
  const made = new Map<string, RequestHandler>();
  return (path) => {
    let validator = made.get(path);
    if (!validator) made.set(path, (validator = validatorOf(document, path)));
    return validator;
  };
}

function validatorOf(document: ApiDocument, path: string): RequestHandler {
  let thorough: readonly RequestHandler[] | undefined;
  let quick: readonly RequestHandler[] | undefined;
  return (request, response, next) => {
    reduceContentType(request);
    const { method } = request;
    // RFC 9110 9.3.2: HEAD is GET without the content, so it is checked as GET.
    if (method === 'HEAD') request.method = 'GET';
    const large = !Buffer.isBuffer(request.body) && countValues(request.body) > thoroughValues;
    const steps = large ? (quick ??= makeSteps(document, path, false)) : (thorough ??= makeSteps(document, path, true));
    runSteps(steps, 0, request, response, (error?: unknown) => {
      request.method = method;
      next(error ?? infiniteQuery(request));
    });
  };
}

/** The library takes `Infinity` and `1e999` for numbers within any bounds. */
function infiniteQuery(request: Request): InvalidRequestError | undefined {
  const query = request.query as Readonly<Record<string, unknown>>;
  const infinite = Object.keys(query).filter(
    (name) => typeof query[name] === 'number' && !Number.isFinite(query[name]),
  );
  if (infinite.length === 0) return undefined;
  return new InvalidRequestError(
    infinite.map((name) => ({ pointer: `query:${name}`, message: 'must be a finite number' })),
  );
}

function makeSteps(document: ApiDocument, path: string, allErrors: boolean): readonly RequestHandler[] {
  const steps = OpenApiValidator.middleware({
    apiSpec: excerpt(document, path) as never,
    validateApiSpec: false,
    validateSecurity: false,
    validateResponses: false,
    validateRequests: { allErrors, allowUnknownQueryParameters: false },
    fileUploader: false,
    ignoreUndocumented: true,
  }) as unknown as readonly RequestHandler[];
  // Its first step hangs callbacks for converted path parameters onto the app, once for each validator. Our path parameters are texts.
  return steps.filter((step) => step.name !== 'pathParamsMiddleware');
}

function runSteps(
  steps: readonly RequestHandler[],
  index: number,
  request: Request,
  response: Response,
  next: (error?: unknown) => void,
): void {
  const step = steps[index];
  if (!step) {
    next();
    return;
  }
  void step(request, response, (error?: unknown) => {
    if (error) next(error);
    else runSteps(steps, index + 1, request, response, next);
  });
}

function reduceContentType(request: Request): void {
  const given = request.headers['content-type'];
  if (given === undefined) return;
  const type = given.split(';', 1)[0]!.trim().toLowerCase();
  const empty =
    request.headers['transfer-encoding'] === undefined && (request.headers['content-length'] ?? '0') === '0';
  if (empty && request.method === 'GET') delete request.headers['content-type'];
  else if (knownTypes.has(type)) request.headers['content-type'] = type;
  else if (empty) delete request.headers['content-type'];
  else throw new UnsupportedMediaTypeError(given.slice(0, 100));
}
