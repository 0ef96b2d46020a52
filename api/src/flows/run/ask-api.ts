import { OutboundHttpError, type OutboundResponse } from '../../outbound-http/index.js';
import { redact, shownUrl } from '../../scripting/index.js';
import { signWebhook } from '../../webhooks/index.js';
import type { NodeVisit } from './flow-node.js';

export interface ApiQuestion {
  readonly url: string;
  /** JSON. */
  readonly body: string;
  readonly tries: number;
  /** For each try, all of it. */
  readonly timeoutMs: number;
}

/** Larger answers are none. */
const mostBytes = 64 * 1024;
const mostRedirects = 3;
/** How much of a body the timeline keeps, characters. */
const shownBody = 8 * 1024;

/**
 * Asks the business's own system by POST, signed as Standard Webhooks says, until an answer is a JSON object or the tries are used up: undefined then. Tries of
 * one question have the same `webhook-id`.
 */
export async function askApi(question: ApiQuestion, visit: NodeVisit): Promise<object | undefined> {
  const id = visit.services.newId('RQ');
  for (let attempt = 1; attempt <= question.tries && !visit.context.signal.aborted; attempt++) {
    const answer = await ask(question, id, attempt, visit);
    if (answer) return answer;
  }
  return undefined;
}

async function ask(question: ApiQuestion, id: string, attempt: number, visit: NodeVisit): Promise<object | undefined> {
  const { services, signingSecrets, context } = visit;
  const { url, body, timeoutMs } = question;
  const startedAt = context.clock.monotonic();
  const note = (came: string, detail: object) => {
    const latencyMs = Math.round(context.clock.monotonic() - startedAt);
    const about = { url: shownUrl(url), attempt, latencyMs, request: body.slice(0, shownBody) };
    visit.note('request', `POST ${shownUrl(url)} → ${came} in ${latencyMs} ms`, { ...about, ...detail });
  };
  try {
    const response = await services.http.request({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json;charset=utf-8',
        accept: 'application/json',
        ...(signingSecrets.length > 0 ? signWebhook(id, startedAt, body, signingSecrets) : {}),
      },
      body,
      timeoutMs,
      connectTimeoutMs: timeoutMs,
      maxBytes: mostBytes,
      maxRedirects: mostRedirects,
      signal: context.signal,
    });
    const answer = objectIn(response);
    const shown = { status: response.status, response: redact(response.body.toString('utf8', 0, shownBody)) };
    note(answer ? `${response.status}` : `${response.status}, which is no answer`, shown);
    return answer;
  } catch (error) {
    if (!(error instanceof OutboundHttpError)) throw error;
    note(error.code, { code: error.code, message: error.message });
    return undefined;
  }
}

/** A JSON object in a 2xx. */
function objectIn({ status, body }: OutboundResponse): object | undefined {
  if (status < 200 || status > 299) return undefined;
  try {
    const value: unknown = parsedExactly(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A string or a number of a JSON text. */
const token = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** An order number of 17 digits is no number of JavaScript: what would lose digits stays text. @throws SyntaxError */
function parsedExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  JSON.stringify(value); // throws where it is too deep to be kept
  const exact = text.replace(token, (found) => (found[0] !== '"' && losesDigits(found) ? `"${found}"` : found));
  return exact === text ? value : JSON.parse(exact);
}

function losesDigits(number: string): boolean {
  const value = Number(number);
  return Number.isInteger(value) ? !Number.isSafeInteger(value) : !Number.isFinite(value);
}
