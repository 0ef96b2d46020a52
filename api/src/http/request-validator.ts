import type { ApiDocument } from '@hookswitch/openapi/document';
import { operationTable } from '@hookswitch/openapi/operations';
import type { Request, RequestHandler, Response } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { bodyBounds, checkBodyShape } from './body-shape.js';
import { InvalidRequestError, UnsupportedMediaTypeError } from './http-errors.js';
import { requestDocument } from './request-document.js';

/** Gives each path of the API description the handler that checks its requests. Apps on one document may share it. */
export interface RequestValidators {
  (path: string): RequestHandler;
  /** Resolves when the description is compiled. Requests that come before wait for it. */
  readonly ready: Promise<void>;
}

/** What the library hangs onto a request when it has found its route. */
interface RouteMetadata {
  readonly schema: unknown;
  readonly pathParams: unknown;
}

type Step = (request: Request, response: Response, next: (error?: unknown) => void) => unknown;

/** Every media type that some operation takes. */
const knownTypes = new Set(Object.values(operationTable).flatMap(({ contentTypes }) => contentTypes));

/**
 * Checks requests against the API description, converts query values and fills in defaults.
 *
 * The validator library looks a request's route up among all paths and compiles each path's expression anew every time; Express has found the route already, so what the
 * library found is kept by operation. It also compiles a schema for each content type it meets; content types are reduced to the known ones before, so that no client can make it
 * compile without end.
 */
export function requestValidators(document: ApiDocument): RequestValidators {
  const steps = OpenApiValidator.middleware({
    apiSpec: requestDocument(document) as never,
    validateApiSpec: false,
    validateSecurity: false,
    validateResponses: false,
    validateRequests: { allErrors: true, allowUnknownQueryParameters: false },
    fileUploader: false,
    ignoreUndocumented: true,
  }) as unknown as readonly Step[];
  const lookUp = namedStep(steps, 'metadataMiddleware');
  const check = namedStep(steps, 'requestMiddleware');
  const found = new Map<string, RouteMetadata>();

  const forPath = (path: string): RequestHandler => {
    // Inline scripts are long; whether their verbs are right is looked at elsewhere, verb by verb.
    const maxValues = path.startsWith('/v1/calls') ? bodyBounds.valuesOfCalls : bodyBounds.values;
    return (request, response, next) => {
      reduceContentType(request);
      if (!Buffer.isBuffer(request.body)) checkBodyShape(request.body, maxValues);
      const { method } = request;
      // RFC 9110 9.3.2: HEAD is GET without the content, so it is checked as GET.
      if (method === 'HEAD') request.method = 'GET';
      const finish = (error?: unknown) => {
        request.method = method;
        next(error ?? infiniteQuery(request));
      };
      const annotated = request as Request & { openapi?: RouteMetadata };
      const place = `${request.method} ${path}`;
      const known = found.get(place);
      if (known) {
        annotated.openapi = { ...known, pathParams: request.params };
        void check(request, response, finish);
        return;
      }
      void lookUp(request, response, (error) => {
        if (error) {
          finish(error);
          return;
        }
        if (annotated.openapi?.schema) found.set(place, annotated.openapi);
        void check(request, response, finish);
      });
    };
  };
  return Object.assign(forPath, { ready: settled(lookUp) });
}

/** Runs the look-up on a request for nothing, which waits until the description is compiled. */
function settled(lookUp: Step): Promise<void> {
  return new Promise((resolve, reject) => {
    const nothing = { method: 'GET', path: '/', baseUrl: '', originalUrl: '/', app: { enabled: () => false } };
    void lookUp(nothing as unknown as Request, {} as Response, (error) => (error ? reject(error) : resolve()));
  });
}

function namedStep(steps: readonly Step[], name: string): Step {
  const step = steps.find((one) => one.name === name);
  if (!step) throw new Error(`express-openapi-validator has no ${name} any more; see how request-validator.ts uses it`);
  return step;
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

function reduceContentType(request: Request): void {
  const given = request.headers['content-type'];
  if (given === undefined) return;
  const type = given.split(';', 1)[0]!.trim().toLowerCase();
  const empty =
    request.headers['transfer-encoding'] === undefined && (request.headers['content-length'] ?? '0') === '0';
  if (empty && (request.method === 'GET' || request.method === 'HEAD')) delete request.headers['content-type'];
  else if (knownTypes.has(type)) request.headers['content-type'] = type;
  else if (empty) delete request.headers['content-type'];
  else throw new UnsupportedMediaTypeError(given.slice(0, 100));
}
