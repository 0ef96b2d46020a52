/**
 * Carries one signed request to a receiver and says what came of it. It refuses to know about endpoints, events, retries and signatures.
 *
 * What must hold:
 * - `send` never rejects: whatever goes wrong is an outcome.
 * - It follows no redirect, connects only to addresses the guard allows, gives up after `timeoutMs` in all, and reads at most `maxResponseBytes` of
 *   the answer.
 * - One request is sent at most once by one `send`.
 */
export interface WebhookSender {
  send(request: WebhookRequest): Promise<SendOutcome>;
  /** Closes idle connections. Requests under way may fail. */
  close(): Promise<void>;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the start to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

export type SendOutcome =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly durationMs: number;
      /** Seconds from the `Retry-After` header, where it is there and makes sense. */
      readonly retryAfterSeconds?: number;
      /** The first bytes of the answer, as text. */
      readonly body: string;
    }
  | {
      readonly kind: 'failed';
      readonly reason: SendFailure;
      /** For the developer: what happened, in a sentence. */
      readonly message: string;
      readonly durationMs: number;
    };

export type SendFailure =
  | 'timeout'
  | 'refused-address' // the guard does not let us go there
  | 'bad-url'
  | 'connection'; // name, TCP, TLS or HTTP failed

/** Whether the receiver took it: a 2xx, and nothing else (Standard Webhooks 1.0). */
export function isAccepted(outcome: SendOutcome): boolean {
  return outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300;
}
