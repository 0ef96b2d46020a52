import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { ApiDocument } from '@hookswitch/openapi/document';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Registry } from 'prom-client';
import type { Authenticator } from '../accounts/index.js';
import type { AuditLog } from '../audit/index.js';
import type { Settings } from '../config/settings.js';
import type { FailureCounter } from '../failed-attempts/failure-counter.js';
import type { OperationHandlers } from '../operation/handler.js';
import type { Principal } from '../operation/principal.js';
import type { SecretBox } from '../secrets/index.js';
import { answerChecker } from './answer-checker.js';
import { beginRequest } from './begin-request.js';
import { cors } from './cors.js';
import { errorResponse, toBaseError } from './error-response.js';
import { RouteNotFoundError } from './http-errors.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { probes, type ReadinessCheck } from './probes.js';
import { requestState } from './request-state.js';
import { type RequestValidators, requestValidators } from './request-validator.js';
import { serveOperations } from './serve-operations.js';

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
  const { settings, document, logger } = deps;
  const checker = deps.checkAnswers ? answerChecker(document) : undefined;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...settings.trustedProxies]);

  const begin = beginRequest(deps);
  const answerPreflight = settings.corsOrigins.length > 0 ? cors(settings.corsOrigins) : undefined;
  const validators = deps.validators ?? requestValidators(document);
  const serve = serveOperations({ ...deps, validators, checkAnswer: checker?.check });
  // In one, since Express takes longer to find the next handler than each of these takes.
  app.use((request, response, next) => {
    begin(request, response);
    return answerPreflight?.(request, response) ? undefined : serve(request, response, next);
  });
  // Probes with a port of their own leave what balancers ask here.
  const metrics = settings.probesPort === undefined ? deps.metrics : undefined;
  app.use(probes({ metrics, readiness: deps.readiness, warnings: deps.warnings }));
  const description = JSON.stringify(document);
  app.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(description);
  });
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
