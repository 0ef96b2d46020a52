import type { Clock } from '@hookswitch/kernel/clock';
import { type OutboundHttp, OutboundHttpError } from '../outbound-http/index.js';
import { webhookHeaders } from './webhook-headers.js';
import type { SendFailure, SendOutcome, WebhookRequest, WebhookSender } from './webhook-sender.js';

/** Sends webhooks by the guarded HTTP client. */
export class HttpWebhookSender implements WebhookSender {
  readonly #http: OutboundHttp;
  readonly #clock: Clock;

  constructor(deps: { http: OutboundHttp; clock: Clock }) {
    this.#http = deps.http;
    this.#clock = deps.clock;
  }

  async send(request: WebhookRequest): Promise<SendOutcome> {
    const startedAt = this.#clock.monotonic();
    try {
      const answer = await this.#http.request({
        method: 'POST',
        url: request.url,
        headers: webhookHeaders(request, startedAt),
        body: request.body,
        timeoutMs: request.timeoutMs,
        maxBytes: request.maxResponseBytes,
        maxRedirects: 0,
      });
      const retryAfterSeconds = retryAfter(answer.headers['retry-after'], this.#clock.now());
      return {
        kind: 'response',
        status: answer.status,
        durationMs: this.#clock.monotonic() - startedAt,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        body: answer.body.toString('utf8'),
      };
    } catch (error) {
      const durationMs = this.#clock.monotonic() - startedAt;
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', reason: reasonOf(error), message, durationMs };
    }
  }

  async close(): Promise<void> {
    // The client belongs to whoever made it.
  }
}

function reasonOf(error: unknown): SendFailure {
  if (!(error instanceof OutboundHttpError)) return 'connection';
  switch (error.failure) {
    case 'bad-url':
      return 'bad-url';
    case 'address-refused':
      return 'refused-address';
    case 'connect-timeout':
    case 'request-timeout':
      return 'timeout';
    default:
      return 'connection';
  }
}

/** Seconds from a `Retry-After` header: a number or an HTTP date (RFC 9110 10.2.3). Undefined for nonsense and for the past. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
