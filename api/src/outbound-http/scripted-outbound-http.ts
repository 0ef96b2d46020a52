import {
  type OutboundFailure,
  type OutboundHttp,
  OutboundHttpError,
  type OutboundRequest,
  type OutboundResponse,
} from './outbound-http.js';
import { parseTarget } from './redirect-rules.js';

/** What a scripted far end answers. A text body alone is a 200. */
export type ScriptedAnswer =
  | string
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | { readonly failure: OutboundFailure }
  | { readonly never: true };

/** A fixed answer, or one made of the request. */
export type AnswerMaker = ScriptedAnswer | ((request: OutboundRequest) => ScriptedAnswer);

/**
 * `OutboundHttp` without a network, for tests: answers by URL what it was told, in order (the last answer stays), and keeps every request. An unknown URL is `host-not-found`.
 */
export class ScriptedOutboundHttp implements OutboundHttp {
  readonly requests: OutboundRequest[] = [];
  readonly #answers = new Map<string, AnswerMaker[]>();
  readonly #waiting: (() => void)[] = [];

  /** Sets the answers of a URL, one request after another. */
  on(url: string, ...answers: readonly AnswerMaker[]): this {
    this.#answers.set(url, [...answers]);
    return this;
  }

  async request(request: OutboundRequest): Promise<OutboundResponse> {
    this.requests.push(request);
    for (const wake of this.#waiting.splice(0)) wake();
    const answers = this.#answers.get(request.url) ?? [];
    const scripted = answers.length > 1 ? answers.shift() : answers[0];
    if (request.signal?.aborted) throw new OutboundHttpError('request-aborted', 'The request was given up.');
    const answer = typeof scripted === 'function' ? scripted(request) : scripted;
    if (answer === undefined) throw new OutboundHttpError('host-not-found', `Nothing is scripted for ${request.url}.`);
    if (typeof answer === 'string') return respond(request.url, 200, {}, answer);
    if ('failure' in answer) throw new OutboundHttpError(answer.failure, `Scripted: ${answer.failure}.`);
    if ('never' in answer) return this.#untilAborted(request);
    return respond(request.url, answer.status ?? 200, answer.headers ?? {}, answer.body ?? '');
  }

  /** Resolves once `count` requests were made in all. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #untilAborted(request: OutboundRequest): Promise<never> {
    return new Promise((_, reject) => {
      request.signal?.addEventListener('abort', () =>
        reject(new OutboundHttpError('request-aborted', 'The request was given up.')),
      );
    });
  }
}

function respond(
  url: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): OutboundResponse {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    headers: lower,
    body: Buffer.from(body as Uint8Array),
    url: parseTarget({ method: 'GET', url }).shown,
  };
}
