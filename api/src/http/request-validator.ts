import type { ApiDocument } from '@hookswitch/openapi/document';
import { operationTable } from '@hookswitch/openapi/operations';
import type { Request, Response } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import schemaOfSchemas from 'express-openapi-validator/dist/framework/openapi.schema.validator.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import { bodyBoundsOf, checkBodyShape } from './body-shape.js';
import { UnsupportedMediaTypeError } from './http-errors.js';
import { requestDocument } from './request-document.js';

/** Rejects where the request is not as the API description says. */
export type ValidateRequest = (request: Request, response: Response) => Promise<void>;

/** Gives each path of the API description what checks its requests. Apps on one document may share it. */
export type RequestValidators = (path: string) => ValidateRequest;

/** What the library hangs onto a request when it has found its route. */
interface RouteMetadata {
  readonly schema: unknown;
  readonly pathParams: unknown;
}

type Step = (request: Request, response: Response, next: (error?: unknown) => void) => unknown;

/** Every media type that some operation takes. */
const knownTypes = new Set(Object.values(operationTable).flatMap(({ contentTypes }) => contentTypes));

// The library compiles OpenAPI's own schema for each instance, 0.06 s of CPU, also where it is told not to hold the description against it. Nobody asks what it compiled.
Object.assign(schemaOfSchemas, { OpenAPISchemaValidator: class {} });

/**
 * Checks requests against the API description, converts query values and fills in defaults. What checks a path is compiled at its first request (6 ms of CPU, the dearest 30), so that a
 * start waits for nothing.
 */
export function requestValidators(document: ApiDocument): RequestValidators {
  return (path) => {
    const bounds = bodyBoundsOf(path);
    let ofPath: CheckByMethod | undefined;
    return async (request, response) => {
      reduceContentType(request);
      if (!Buffer.isBuffer(request.body)) checkBodyShape(request.body, bounds);
      const { method } = request;
      // RFC 9110 9.3.2: HEAD is GET without the content, so it is checked as GET.
      if (method === 'HEAD') request.method = 'GET';
      ofPath ??= checkOf({ ...document, paths: { [path]: document.paths[path]! } });
      try {
        await ofPath(request, response);
      } finally {
        request.method = method;
      }
      checkFiniteQuery(request);
    };
  };
}

type CheckByMethod = (request: Request, response: Response) => Promise<void>;

/**
 * What checks the requests of a document's one path.
 *
 * The validator library looks a request's route up and compiles the path's expression anew every time; the route is known already, so what the library found is kept by method. It also
 * compiles a schema for each content type it meets; content types are reduced to the known ones before, so that no client can make it compile without end.
 */
function checkOf(document: ApiDocument): CheckByMethod {
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
  return async (request, response) => {
    const annotated = request as Request & { openapi?: RouteMetadata };
    const known = found.get(request.method);
    if (known) annotated.openapi = { ...known, pathParams: request.params };
    else {
      await taken(lookUp, request, response);
      if (annotated.openapi?.schema) found.set(request.method, annotated.openapi);
    }
    await taken(check, request, response);
  };
}

function taken(step: Step, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void step(request, response, (error) => (error ? reject(error) : resolve()));
  });
}

function namedStep(steps: readonly Step[], name: string): Step {
  const step = steps.find((one) => one.name === name);
  if (!step) throw new Error(`express-openapi-validator has no ${name} any more; see how request-validator.ts uses it`);
  return step;
}

/** The library takes `Infinity` and `1e999` for numbers within any bounds. */
function checkFiniteQuery(request: Request): void {
  const query = request.query as Readonly<Record<string, unknown>>;
  const infinite = Object.keys(query).filter(
    (name) => typeof query[name] === 'number' && !Number.isFinite(query[name]),
  );
  if (infinite.length === 0) return;
  throw new InvalidRequestError(
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
