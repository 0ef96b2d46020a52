import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import { type OutboundHttp, OutboundHttpError, type OutboundResponse } from '../outbound-http/index.js';
import { signWebhook } from '../webhooks/index.js';
import { redact } from './redact.js';
import { scriptLimits } from './script.js';
import { scriptRequestBody } from './script-request-body.js';
import type { ScriptSettings } from './script-settings.js';
import { type ScriptAnswer, type ScriptQuestion, type ScriptSource, ScriptUnavailableError } from './script-source.js';
import { shownUrl } from './shown-url.js';

export interface HttpScriptSourceDeps {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: ScriptSettings;
}

/** How much of a body the timeline keeps, characters. */
const shownBody = 8 * 1024;

/**
 * Asks by POST, signed as Standard Webhooks says. A request that never arrived, or whose connection was lost, is tried again with the same `webhook-id`, so that the developer can tell; an answer, whatever its
 * status, is final.
 */
export function createHttpScriptSource(deps: HttpScriptSourceDeps): ScriptSource {
  return { ask: (question) => ask(deps, question) };
}

async function ask(deps: HttpScriptSourceDeps, question: ScriptQuestion): Promise<ScriptAnswer> {
  const { clock, settings } = deps;
  const id = deps.newId('RQ');
  const body = scriptRequestBody(question);
  const deadline = clock.monotonic() + settings.requestTimeoutMs;
  for (let attempt = 0; ; attempt++) {
    const startedAt = clock.monotonic();
    try {
      const response = await deps.http.request({
        method: 'POST',
        url: question.url,
        headers: headers(id, startedAt, body, question),
        body,
        timeoutMs: Math.max(1, deadline - startedAt),
        connectTimeoutMs: settings.connectTimeoutMs,
        maxBytes: scriptLimits.maxBytes,
        maxRedirects: settings.maxHttpRedirects,
        signal: question.signal,
      });
      noteAnswer(question, body, response, clock.monotonic() - startedAt);
      return accepted(response);
    } catch (error) {
      if (!(error instanceof OutboundHttpError)) throw error;
      noteFailure(question, body, error, clock.monotonic() - startedAt);
      if (attempt < settings.retries && worthAnother(error) && clock.monotonic() < deadline) continue;
      throw new ScriptUnavailableError(error.kind, error.code, error.message, shownUrl(question.url), error);
    }
  }
}

function headers(id: string, nowMs: number, body: string, { signingSecrets }: ScriptQuestion): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(signingSecrets.length > 0 ? signWebhook(id, nowMs, body, signingSecrets) : {}),
  };
}

function worthAnother({ failure }: OutboundHttpError): boolean {
  return ['host-not-found', 'connect-failed', 'connect-timeout', 'connection-lost'].includes(failure);
}

function accepted({ status, headers, body, url }: OutboundResponse): ScriptAnswer {
  if (status === 204) return { body: '[]', url };
  if (status < 200 || status > 299) {
    throw new ScriptUnavailableError('upstream', 'script-bad-status', `${url} answered ${status}.`, url);
  }
  return { body: body.toString('utf8'), contentType: headers['content-type'], url };
}

function noteAnswer(question: ScriptQuestion, request: string, response: OutboundResponse, tookMs: number): void {
  question.note({
    kind: 'request',
    summary: `POST ${shownUrl(question.url)} → ${response.status} in ${Math.round(tookMs)} ms`,
    detail: {
      url: shownUrl(question.url),
      status: response.status,
      latencyMs: Math.round(tookMs),
      request: request.slice(0, shownBody),
      response: redact(response.body.toString('utf8', 0, shownBody)),
      ...(response.url === shownUrl(question.url) ? {} : { answeredBy: response.url }),
    },
  });
}

function noteFailure(question: ScriptQuestion, request: string, error: OutboundHttpError, tookMs: number): void {
  question.note({
    kind: 'request',
    summary: `POST ${shownUrl(question.url)} → ${error.code} in ${Math.round(tookMs)} ms`,
    detail: {
      url: shownUrl(question.url),
      code: error.code,
      message: error.message,
      latencyMs: Math.round(tookMs),
      request: request.slice(0, shownBody),
    },
  });
}
