import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { OperationEntry, OperationId } from '@hookswitch/openapi/operations';
import type { Request, Response } from 'express';
import { resourceIdOf } from '../audit/index.js';
import type { BinaryContent } from '../operation/binary-content.js';
import type { EventContent } from '../operation/event-content.js';
import type { OperationHandler, PublicContext, RequestContext } from '../operation/handler.js';
import type { Principal } from '../operation/principal.js';
import type { SecretBox } from '../secrets/index.js';
import { errorResponse } from './error-response.js';
import { fingerprint } from './fingerprint.js';
import { network } from './guard-authentication.js';
import { IdempotencyKeyInUseError, IdempotencyKeyReusedError } from './http-errors.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { type RequestState, requestState } from './request-state.js';
import { sendContent } from './send-content.js';
import { sendEvents } from './send-events.js';

export interface RunOperationDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly idempotency: IdempotencyStore;
  readonly secretBox: SecretBox;
  /** Checks an answer against the API description; only in tests. */
  readonly checkAnswer: ((operationId: OperationId, status: number, body: unknown) => void) | undefined;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly content?: BinaryContent | EventContent;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs one operation: idempotency, the feature's own handler, the answer. Its request was checked before. */
export function runOperation<Id extends OperationId>(
  id: Id,
  entry: OperationEntry,
  handler: OperationHandler<Id>,
  deps: RunOperationDeps,
): (request: Request, response: Response) => Promise<void> {
  const { idempotency, secretBox, checkAnswer } = deps;
  const writes = entry.method !== 'get';

  function contextOf(
    request: Request,
    { principal, permission, requestId }: RequestState,
  ): RequestContext | PublicContext {
    if (!principal) {
      const logger = deps.logger.child({ requestId, operation: id });
      return { requestId, address: network(request.ip ?? ''), logger };
    }
    const { account } = principal;
    return {
      account,
      principal,
      onlyAgentId: permission!.onlyAgentId,
      requestId,
      // Most requests log nothing.
      get logger() {
        return deps.logger.child({ requestId, accountId: account.id, operation: id });
      },
    };
  }

  return async (request, response) => {
    const state = requestState(response);
    const { requestId } = state;
    const pathValues = entry.pathParameters.map((name) => request.params[name]);
    const context = contextOf(request, state);
    const run = async () => {
      const asked = operationRequest(request, entry) as Parameters<typeof handler>[0];
      const answer = (await handler(asked, context as Parameters<typeof handler>[1])) as Answer;
      const made = writes ? resourceIdOf(pathValues, answer.body) : undefined;
      if (made !== undefined) state.resourceId = made;
      return answer;
    };

    const idempotencyKey = writes ? request.headers['idempotency-key'] : undefined;
    if (typeof idempotencyKey !== 'string' || !('account' in context)) {
      await send(await run());
      return;
    }

    const { account } = context;
    const claim = await idempotency.begin(
      account.id,
      idempotencyKey,
      fingerprint(request.method, request.originalUrl, request.body, askerOf(context.principal)),
    );
    if (claim.state === 'other-request') throw new IdempotencyKeyReusedError();
    if (claim.state === 'running') throw new IdempotencyKeyInUseError();
    if (claim.state === 'done') {
      const { status, contentType, sealedBody } = claim.answer;
      state.replayed = true;
      response.setHeader('Idempotent-Replayed', 'true');
      sendBytes(response, status, contentType, secretBox.open(sealedBody, account.id));
      return;
    }

    let answer: Answer;
    let contentType = 'application/json; charset=utf-8';
    try {
      answer = await run();
      if (answer.content) throw new Error(`${id}: a write cannot answer with binary content`);
      checkAnswer?.(id, answer.status, answer.body);
    } catch (error) {
      const failed = errorResponse(error, requestId);
      // Nothing was begun when a cap or a part that is down turned the request away: the same key may try again.
      if (failed.status === 429 || failed.status === 503) {
        await idempotency.abandon(account.id, idempotencyKey, claim.claim);
        throw error;
      }
      if (failed.status >= 500) context.logger.error({ err: error }, 'operation failed');
      state.errorCode = failed.body.code;
      answer = failed;
      contentType = 'application/problem+json; charset=utf-8';
    }
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
    await idempotency.finish(account.id, idempotencyKey, claim.claim, {
      status: answer.status,
      contentType,
      sealedBody: secretBox.seal(body, account.id),
    });
    setHeaders(response, answer.headers);
    sendBytes(response, answer.status, contentType, body);

    async function send(plain: Answer): Promise<void> {
      setHeaders(response, plain.headers);
      if (plain.content && 'follow' in plain.content) return sendEvents(request, response, plain.content);
      if (plain.content) return sendContent(request, response, plain.status, plain.content);
      checkAnswer?.(id, plain.status, plain.body);
      sendBytes(
        response,
        plain.status,
        'application/json; charset=utf-8',
        plain.body === undefined ? '' : JSON.stringify(plain.body),
      );
    }
  };
}

function operationRequest(request: Request, entry: OperationEntry) {
  const contentType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const headers: Record<string, unknown> = {};
  for (const name of entry.headers) {
    const value = request.headers[name.toLowerCase()];
    if (value !== undefined) headers[name] = value;
  }
  return {
    params: request.params,
    query: request.query,
    headers,
    body: entry.body === 'none' ? undefined : request.body,
    contentType: entry.body === 'none' ? undefined : contentType,
    accept: request.headers.accept,
  };
}

/** Who may be given an answer again: whoever has the same scopes, and of agents only the same one. */
function askerOf(principal: Principal): readonly string[] {
  return principal.kind === 'agent' ? [...principal.scopes, principal.agent.id] : principal.scopes;
}

function setHeaders(response: Response, headers: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function sendBytes(response: Response, status: number, contentType: string, body: string): void {
  response.statusCode = status;
  if (body === '') {
    response.end();
    return;
  }
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  // As a text, which Node.js sends in one piece with the headers.
  response.end(body);
}
