import { type Clock, pause } from '@hookswitch/kernel/clock';
import { ApiException, type MessageAttemptOut, messageInRaw, Svix } from 'svix';
import type { OutboundHttp } from '../../outbound-http/index.js';
import type { SendOutcome, WebhookRequest, WebhookSender } from '../webhook-sender.js';
import { guardedFetch } from './guarded-fetch.js';
import { SvixDestinations } from './svix-destinations.js';

/** First wait before Svix is asked what became of an attempt, doubled each time up to the last; milliseconds. */
const firstLookMs = 25;
const lastLookMs = 1000;
/** Svix keeps what a message holds so long, days: longer than we try. */
const retentionDays = 7;

/**
 * Has a Svix server make the requests to receivers. Each `send` is one attempt: the message is made once, held, and asked for by hand, so that Svix's own retries stay out of the way of
 * ours; then Svix is asked what came of it. It signs with our secrets. What it tells of an attempt has no headers, so that no Retry-After is known.
 */
export class SvixWebhookSender implements WebhookSender {
  readonly #svix: Svix;
  readonly #destinations: SvixDestinations;
  readonly #clock: Clock;

  /** `http` must reach the Svix server. */
  constructor({ url, token, http, clock }: { url: string; token: string; http: OutboundHttp; clock: Clock }) {
    this.#svix = new Svix(token, {
      serverUrl: url.replace(/\/$/, ''),
      fetch: guardedFetch(http),
      retryScheduleInMs: [],
    });
    this.#destinations = new SvixDestinations(this.#svix);
    this.#clock = clock;
  }

  async send(request: WebhookRequest): Promise<SendOutcome> {
    const startedAt = this.#clock.monotonic();
    const took = () => this.#clock.monotonic() - startedAt;
    if (!isHttp(request.url)) {
      return {
        kind: 'failed',
        reason: 'bad-url',
        message: 'The URL is not an absolute http or https one.',
        durationMs: 0,
      };
    }
    try {
      await this.#destinations.ready(request);
      const seen = await this.#hold(request);
      await this.#svix.messageAttempt.resend(request.accountId, messageId(request), request.destination);
      const attempt = await this.#attempt(request, seen, startedAt + request.timeoutMs);
      if (attempt) return outcomeOf(attempt, request.maxResponseBytes);
      // It may have been disabled there.
      this.#destinations.forget(request);
      return { kind: 'failed', reason: 'timeout', message: 'Svix told of no answer in time.', durationMs: took() };
    } catch (error) {
      this.#destinations.forget(request);
      if (isRefusedUrl(error)) {
        const message = `Svix does not send to this URL: ${wordsOf(error)}`;
        return { kind: 'failed', reason: 'bad-url', message, durationMs: took() };
      }
      return {
        kind: 'failed',
        reason: 'carrier',
        message: `Svix did not take it: ${wordsOf(error)}`,
        durationMs: took(),
      };
    }
  }

  async close(): Promise<void> {
    // The client belongs to whoever made it.
  }

  /** Has Svix hold the message; resolves to the attempts there were of it before. */
  async #hold(request: WebhookRequest): Promise<ReadonlySet<string>> {
    const message = {
      ...messageInRaw(request.event.type, request.body),
      eventId: messageId(request),
      channels: ['held'],
      payloadRetentionPeriod: retentionDays,
    };
    try {
      await this.#svix.message.create(request.accountId, message, { withContent: false });
      return new Set();
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 409) throw error;
      return new Set((await this.#attempts(request)).map(({ id }) => id));
    }
  }

  /** The attempt that came to be since; undefined where none is known by `until`. */
  async #attempt(
    request: WebhookRequest,
    seen: ReadonlySet<string>,
    until: number,
  ): Promise<MessageAttemptOut | undefined> {
    for (let waitMs = firstLookMs; ; waitMs = Math.min(2 * waitMs, lastLookMs)) {
      const leftMs = until - this.#clock.monotonic();
      if (leftMs <= 0) return undefined;
      await pause(this.#clock, Math.min(waitMs, leftMs));
      const found = (await this.#attempts(request)).find(({ id, status }) => !seen.has(id) && isOver(status));
      if (found) return found;
    }
  }

  async #attempts(request: WebhookRequest): Promise<readonly MessageAttemptOut[]> {
    const options = { endpointId: request.destination, limit: 50 };
    return (await this.#svix.messageAttempt.listByMsg(request.accountId, messageId(request), options)).data;
  }
}

/** Svix's message of an event for one destination: one event goes to each of them in its own time. */
function messageId({ event, destination }: WebhookRequest): string {
  return `${event.id}.${destination}`;
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** 0 succeeded, 2 failed; 1 and 3 are still under way. */
function isOver(status: MessageAttemptOut['status']): boolean {
  return status === 0 || status === 2;
}

function outcomeOf(attempt: MessageAttemptOut, maxBytes: number): SendOutcome {
  const { responseStatusCode: status, response, responseDurationMs: durationMs } = attempt;
  // Svix says 0 where there was no answer, and why in words.
  if (status === 0) return { kind: 'failed', reason: 'connection', message: response.slice(0, 500), durationMs };
  return { kind: 'response', status, durationMs, body: Buffer.from(response).subarray(0, maxBytes).toString('utf8') };
}

/** Svix takes no such URL (with `endpoint_https_only` none that begins with http:): that is for the receiver's owner to mend. */
function isRefusedUrl(error: unknown): boolean {
  if (!(error instanceof ApiException) || error.code !== 422) return false;
  const { detail } = error.body as { detail?: readonly { readonly loc?: readonly string[] }[] };
  return Array.isArray(detail) && detail.some(({ loc }) => loc?.includes('url'));
}

function wordsOf(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error);
  return `it answered ${error.code} ${JSON.stringify(error.body ?? '').slice(0, 300)}`;
}
