import type { Clock } from '@hookswitch/kernel/clock';
import { webhookHeaders } from './webhook-headers.js';
import type { SendOutcome, WebhookRequest, WebhookSender } from './webhook-sender.js';

/** How a receiver behaves: gets the request and its number (1, 2, 3 …) and says what it answers. */
export type Receiver = (request: WebhookRequest, number: number) => ReceiverAnswer | Promise<ReceiverAnswer>;

export interface ReceiverAnswer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
  readonly body?: string;
  /** How long it takes to answer. Longer than the request's limit is a time-out, though the request was taken. */
  readonly afterMs?: number;
}

/** A webhook that reached a receiver, in order of arrival. */
export interface ReceivedWebhook {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
}

/** Sends to receivers in this process, on the given clock. For tests and the simulation. Unknown URLs refuse the connection. */
export class ScriptedWebhookSender implements WebhookSender {
  readonly received: ReceivedWebhook[] = [];
  readonly #clock: Clock;
  readonly #receivers = new Map<string, { receiver: Receiver; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets how the receiver at `url` (without its query) behaves. */
  on(url: string, receiver: Receiver): this {
    this.#receivers.set(url, { receiver, count: 0 });
    return this;
  }

  async send(request: WebhookRequest): Promise<SendOutcome> {
    const startedAt = this.#clock.now();
    const found = this.#receivers.get(request.url.split('?')[0]!);
    if (!found) return { kind: 'failed', reason: 'connection', message: 'connection refused', durationMs: 0 };
    const { body, url, timeoutMs } = request;
    this.received.push({ url, id: request.event.id, body, headers: webhookHeaders(request, startedAt), at: startedAt });
    const answer = await found.receiver(request, ++found.count);
    const takes = Math.min(answer.afterMs ?? 0, timeoutMs);
    if (takes > 0) await new Promise<void>((resolve) => this.#clock.after(takes, resolve));
    const durationMs = this.#clock.now() - startedAt;
    if ((answer.afterMs ?? 0) > timeoutMs)
      return { kind: 'failed', reason: 'timeout', message: 'no answer in time', durationMs };
    return {
      kind: 'response',
      status: answer.status,
      durationMs,
      body: answer.body ?? '',
      ...(answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds }),
    };
  }

  async close(): Promise<void> {}
}
