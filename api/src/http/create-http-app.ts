import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { ApiDocument } from '@hookswitch/openapi/document';
import { type OperationEntry, type OperationId, operationTable } from '@hookswitch/openapi/operations';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { Authenticator } from '../accounts/index.js';
import { type AuditLog, resourceIdOf } from '../audit/index.js';
import type { Settings } from '../config/settings.js';
import type { SecretBox } from '../secrets/index.js';
import { answerChecker } from './answer-checker.js';
import { auditRequests } from './audit-requests.js';
import { cors } from './cors.js';
import { parseCredentials } from './credentials.js';
import { errorResponse, toBaseError } from './error-response.js';
import type { FailureCounter } from './failure-counter.js';
import { FeatureRouters } from './feature-routers.js';
import { type AuthenticationGuard, guardAuthentication, network } from './guard-authentication.js';
import { MethodNotAllowedError, RateLimitedError, RouteNotFoundError } from './http-errors.js';
import type { IdempotencyStore } from './idempotency-store.js';
import type { OperationHandler, OperationHandlers } from './operation.js';
import { permissionOf } from './permission.js';
import type { Principal } from './principal.js';
import { probes, type ReadinessCheck } from './probes.js';
import { RateLimiter } from './rate-limiter.js';
import { requestMetrics } from './request-metrics.js';
import { requestState } from './request-state.js';
import { type RequestValidators, requestValidators } from './request-validator.js';
import { runOperation } from './run-operation.js';

export interface HttpAppDeps {
  readonly settings: Pick<
    Settings,
    | 'corsOrigins'
    | 'jsonBodyLimitBytes'
    | 'uploadLimitBytes'
    | 'probesPort'
    | 'trustedProxies'
    | 'authenticationFailuresPerMinute'
  >;
  readonly document: ApiDocument;
  readonly handlers: OperationHandlers;
  /** Knows keys and agents' sessions. */
  readonly authenticator: Authenticator<Principal>;
  readonly authenticationFailures: FailureCounter;
  readonly idempotency: IdempotencyStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Where requests are noted that change something or are denied. */
  readonly audit?: Pick<AuditLog, 'note'>;
  /** What `/readyz` asks, by name. */
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  /** What it asks besides: without these the platform works with less. */
  readonly warnings?: Readonly<Record<string, ReadinessCheck>> | undefined;
  /** `requestValidators(document)`, where several apps share one. */
  readonly validators?: RequestValidators;
  /** Checks every answer against the API description and turns one that differs into a 500. On in tests, off in production. */
  readonly checkAnswers: boolean;
}

/** The API over HTTP. It listens to nothing itself: give it to `http.createServer`. */
export function createHttpApp(deps: HttpAppDeps): Express {
  const { settings, document, authenticator, clock, newId, logger } = deps;
  const checker = deps.checkAnswers ? answerChecker(document) : undefined;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...settings.trustedProxies]);

  app.use((_request, response, next) => {
    const requestId = newId('RQ');
    response.locals = { requestId } as unknown as typeof response.locals;
    response.setHeader('Request-Id', requestId);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use(requestMetrics(deps.metrics, clock));
  if (settings.corsOrigins.length > 0) app.use(cors(settings.corsOrigins));
  // Probes with a port of their own leave what balancers ask here.
  const metrics = settings.probesPort === undefined ? deps.metrics : undefined;
  app.use(probes({ metrics, readiness: deps.readiness, warnings: deps.warnings }));
  const description = JSON.stringify(document);
  app.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(description);
  });

  const guard = guardAuthentication({
    failures: deps.authenticationFailures,
    limit: settings.authenticationFailuresPerMinute,
    logger,
  });
  if (deps.audit) app.use('/v1', auditRequests(deps.audit, clock));
  app.use('/v1', authenticate(authenticator, guard), limitRate(new RateLimiter(clock)));
  app.use(
    '/v1',
    express.json({ type: ['application/json', 'application/*+json'], limit: settings.jsonBodyLimitBytes }),
  );
  app.use('/v1', express.raw({ type: rawTypes, limit: settings.uploadLimitBytes }));
  const validators = deps.validators ?? requestValidators(document);
  const runDeps = { ...deps, checkAnswer: checker?.check };
  const features = new FeatureRouters();
  for (const [id, entry] of Object.entries(operationTable)) {
    const operationId = id as OperationId;
    const handler = deps.handlers[operationId] as OperationHandler<OperationId>;
    features
      .of(entry.path)
      [entry.method](
        expressRoute(entry.path),
        nameOperation(operationId),
        authorize(entry),
        validators(entry.path),
        runOperation(operationId, entry, handler, runDeps),
      );
  }

  for (const [route, methods] of methodsByRoute()) {
    features.of(route).all(route, (request, response) => {
      response.setHeader('Allow', methods.join(', '));
      throw new MethodNotAllowedError(request.method);
    });
  }
  app.use(features.handler);
  app.use(() => {
    throw new RouteNotFoundError();
  });
  app.use(((error, _request, response, next) => {
    const { requestId, operationId } = requestState(response);
    const known = toBaseError(error);
    requestState(response).errorCode = known.code;
    if (known.kind === 'bug') logger.error({ err: error, requestId, operationId }, 'request failed');
    if (response.headersSent) return next(error);
    const failed = errorResponse(known, requestId);
    if (checker && operationId) {
      try {
        checker.check(operationId, failed.status, failed.body);
        checker.checkErrorCode(operationId, failed.body.code);
      } catch (fault) {
        logger.error({ err: fault }, 'answer differs from the API description');
        failed.body.detail = (fault as Error).message;
        response
          .status(500)
          .type('application/problem+json')
          .send(JSON.stringify({ ...failed.body, status: 500, code: 'internal-error' }));
        return;
      }
    }
    for (const [name, value] of Object.entries(failed.headers)) response.setHeader(name, value);
    response.status(failed.status).setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    response.end(JSON.stringify(failed.body));
  }) satisfies ErrorRequestHandler);
  return app;
}

/** Bodies that are taken as bytes: what operations take, and what uploading programs call bytes when they do not know better. */
const rawTypes = [
  'audio/*',
  'application/octet-stream',
  ...new Set(
    Object.values(operationTable).flatMap(({ body, contentTypes }) => (body === 'binary' ? contentTypes : [])),
  ),
];

function expressRoute(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsByRoute(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of Object.values(operationTable)) {
    const route = expressRoute(path);
    methods.set(route, [...(methods.get(route) ?? []), method.toUpperCase()]);
  }
  return methods;
}

const publicOperations = new Set(
  Object.values(operationTable).flatMap(({ method, path, scope }) =>
    scope === null ? [`${method.toUpperCase()} ${path}`] : [],
  ),
);

/** Requests without credentials that one address may make a second. */
const publicRequestsPerSecond = 20;

function isPublic(request: Request): boolean {
  return publicOperations.has(`${request.method} ${request.baseUrl}${request.path}`);
}

function authenticate(authenticator: Authenticator<Principal>, guard: AuthenticationGuard): RequestHandler {
  return async (request, response, next) => {
    if (isPublic(request)) return next();
    const actAs = request.headers['hookswitch-account'];
    const credentials = parseCredentials(request.headers.authorization);
    requestState(response).principal = await guard(request.ip ?? '', credentials, () =>
      authenticator.authenticate(credentials, {
        actAs: typeof actAs === 'string' ? actAs : undefined,
        writes: request.method !== 'GET' && request.method !== 'HEAD',
      }),
    );
    next();
  };
}

/** Headers as in draft-ietf-httpapi-ratelimit-headers: requests a second, what is left, seconds until all are back. */
function limitRate(limiter: RateLimiter): RequestHandler {
  return (request, response, next) => {
    const account = requestState(response).principal?.account;
    const verdict = account
      ? limiter.take(account.id, account.limits.requestsPerSecond)
      : limiter.take(network(request.ip ?? ''), publicRequestsPerSecond);
    response.setHeader('RateLimit-Limit', String(verdict.limit));
    response.setHeader('RateLimit-Remaining', String(verdict.remaining));
    response.setHeader('RateLimit-Reset', String(Math.ceil(verdict.resetSeconds)));
    if (!verdict.allowed) throw new RateLimitedError(Math.max(1, Math.ceil(verdict.retryAfterSeconds)));
    next();
  };
}

/** Before anything else of the request is looked at: who may not do it learns nothing of how it is done. */
function authorize(entry: OperationEntry): RequestHandler {
  return (request, response, next) => {
    const state = requestState(response);
    const about = resourceIdOf(
      entry.pathParameters.map((name) => request.params[name]),
      undefined,
    );
    if (about !== undefined) state.resourceId = about;
    const query = request.query as Readonly<Record<string, unknown>>;
    if (state.principal)
      state.permission = permissionOf(state.principal, entry, request.params.agentId ?? query.agentId);
    next();
  };
}

function nameOperation(operationId: OperationId): RequestHandler {
  return (_request, response, next) => {
    requestState(response).operationId = operationId;
    next();
  };
}
