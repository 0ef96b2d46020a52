import { type OperationEntry, type OperationId, operationTable } from '@hookswitch/openapi/operations';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Authenticator } from '../accounts/index.js';
import { resourceIdOf } from '../audit/index.js';
import type { Settings } from '../config/settings.js';
import type { FailureCounter } from '../failed-attempts/failure-counter.js';
import type { OperationHandler, OperationHandlers } from '../operation/handler.js';
import type { Principal } from '../operation/principal.js';
import { parseCredentials } from './credentials.js';
import { type AuthenticationGuard, guardAuthentication, network } from './guard-authentication.js';
import { MethodNotAllowedError, RateLimitedError, RouteNotFoundError } from './http-errors.js';
import { permissionOf } from './permission.js';
import { RateLimiter, type RateLimitVerdict } from './rate-limiter.js';
import { requestState } from './request-state.js';
import type { RequestValidators, ValidateRequest } from './request-validator.js';
import { RouteTable } from './route-table.js';
import { type RunOperationDeps, runOperation } from './run-operation.js';

export interface ServeOperationsDeps extends RunOperationDeps {
  readonly settings: Pick<Settings, 'jsonBodyLimitBytes' | 'uploadLimitBytes' | 'authenticationFailuresPerMinute'>;
  readonly handlers: OperationHandlers;
  readonly authenticator: Authenticator<Principal>;
  readonly authenticationFailures: FailureCounter;
  readonly validators: RequestValidators;
}

interface Operation {
  readonly id: OperationId;
  readonly entry: OperationEntry;
  readonly validate: ValidateRequest;
  readonly run: (request: Request, response: Response) => Promise<void>;
}

/**
 * Answers every request below `/v1`: who asks, how often, which operation, its body, what it may be used for, whether it is right, then the operation. One handler for all, since Express
 * takes longer to find the next of many handlers than most of them take.
 */
export function serveOperations(deps: ServeOperationsDeps): RequestHandler {
  const { settings, authenticator, clock, logger } = deps;
  const operations = operationsByRoute(deps);
  const limiter = new RateLimiter(clock);
  const guard = guardAuthentication({
    failures: deps.authenticationFailures,
    limit: settings.authenticationFailuresPerMinute,
    logger,
  });
  const readBody = bodyReader(settings);

  return async (request, response, next) => {
    const { path } = request;
    if (!path.startsWith('/v1/') && path !== '/v1') return next();
    const found = operations.find(path);
    // RFC 9110 9.3.2: HEAD is GET without the content.
    const operation = found?.methods.get(request.method === 'HEAD' ? 'GET' : request.method);
    // Nobody learns without credentials which paths there are.
    if (operation?.entry.scope !== null)
      requestState(response).principal = await authenticate(request, authenticator, guard);
    limitRate(request, response, limiter);
    await readBody(request, response);
    if (!found) throw new RouteNotFoundError();
    if (!operation) {
      response.setHeader('Allow', [...found.methods.keys()].join(', '));
      throw new MethodNotAllowedError(request.method);
    }
    request.params = unescaped(found.params);
    requestState(response).operationId = operation.id;
    authorize(request, response, operation.entry);
    await operation.validate(request, response);
    await operation.run(request, response);
  };
}

function operationsByRoute(deps: ServeOperationsDeps): RouteTable<Operation> {
  const routes = new RouteTable<Operation>();
  for (const [name, entry] of Object.entries(operationTable)) {
    const id = name as OperationId;
    const handler = deps.handlers[id] as OperationHandler<OperationId>;
    const run = runOperation(id, entry, handler, deps);
    routes.add(entry.method.toUpperCase(), entry.path, { id, entry, validate: deps.validators(entry.path), run });
  }
  return routes;
}

function authenticate(
  request: Request,
  authenticator: Authenticator<Principal>,
  guard: AuthenticationGuard,
): Promise<Principal> {
  const actAs = request.headers['hookswitch-account'];
  const credentials = parseCredentials(request.headers.authorization);
  const from = () => request.ip ?? '';
  return guard(from, credentials, () =>
    authenticator.authenticate(credentials, {
      actAs: typeof actAs === 'string' ? actAs : undefined,
      writes: request.method !== 'GET' && request.method !== 'HEAD',
    }),
  );
}

/** Requests without credentials that one address may make a second. */
const publicRequestsPerSecond = 20;

/** Of its account's requests an agent may make such a part: one client that asks without end leaves the others what they need. */
const agentsPart = 1 / 5;

/** Headers as in draft-ietf-httpapi-ratelimit-headers: requests a second, what is left, seconds until all are back. */
function limitRate(request: Request, response: Response, limiter: RateLimiter): void {
  const { principal } = requestState(response);
  if (!principal) tell(response, limiter.take(network(request.ip ?? ''), publicRequestsPerSecond));
  else {
    const { id, limits } = principal.account;
    if (principal.kind === 'agent')
      tell(response, limiter.take(principal.agent.id, Math.ceil(limits.requestsPerSecond * agentsPart)));
    tell(response, limiter.take(id, limits.requestsPerSecond));
  }
}

function tell(response: Response, verdict: RateLimitVerdict): void {
  response.setHeader('RateLimit-Limit', String(verdict.limit));
  response.setHeader('RateLimit-Remaining', String(verdict.remaining));
  response.setHeader('RateLimit-Reset', String(Math.ceil(verdict.resetSeconds)));
  if (!verdict.allowed) throw new RateLimitedError(Math.max(1, Math.ceil(verdict.retryAfterSeconds)));
}

/** Bodies that are taken as bytes: what operations take, and what uploading programs call bytes when they do not know better. */
const rawTypes = [
  'audio/*',
  'application/octet-stream',
  ...new Set(
    Object.values(operationTable).flatMap(({ body, contentTypes }) => (body === 'binary' ? contentTypes : [])),
  ),
];

/** A flow may have thousands of nodes. */
const flowBodyLimitBytes = 2_000_000;

function bodyReader({ jsonBodyLimitBytes, uploadLimitBytes }: ServeOperationsDeps['settings']) {
  const jsonOf = (limit: number) => express.json({ type: ['application/json', 'application/*+json'], limit });
  const [usual, flows] = [jsonOf(jsonBodyLimitBytes), jsonOf(Math.max(jsonBodyLimitBytes, flowBodyLimitBytes))];
  const raw = express.raw({ type: rawTypes, limit: uploadLimitBytes });
  return (request: Request, response: Response): Promise<void> =>
    new Promise((resolve, reject) => {
      const json = request.path.startsWith('/v1/flows') ? flows : usual;
      json(request, response, (error) => {
        if (error) reject(error);
        else if (request.body !== undefined) resolve();
        else raw(request, response, (fault) => (fault ? reject(fault) : resolve()));
      });
    });
}

/** @throws URIError */
function unescaped(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
}

/** Before anything else of the request is looked at: who may not do it learns nothing of how it is done. */
function authorize(request: Request, response: Response, entry: OperationEntry): void {
  const state = requestState(response);
  const about = resourceIdOf(
    entry.pathParameters.map((name) => request.params[name]),
    undefined,
  );
  if (about !== undefined) state.resourceId = about;
  const query = request.query as Readonly<Record<string, unknown>>;
  if (state.principal) state.permission = permissionOf(state.principal, entry, request.params.agentId ?? query.agentId);
}
