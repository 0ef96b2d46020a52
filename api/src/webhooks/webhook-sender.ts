/**
 * Carries one event to a receiver, signed, and says what came of it. It refuses to know about endpoints, subscriptions and retries.
 *
 * What must hold:
 * - `send` never rejects: whatever goes wrong is an outcome.
 * - It follows no redirect, connects only to addresses the guard allows, gives up after `timeoutMs` in all, and reads at most `maxResponseBytes` of
 *   the answer.
 * - One request is sent at most once by one `send`.
 * - What arrives is the body as it is, as JSON, signed as Standard Webhooks 1.0 says so that each of the secrets verifies it.
 */
export interface WebhookSender {
  send(request: WebhookRequest): Promise<SendOutcome>;
  /** Closes idle connections. Requests under way may fail. */
  close(): Promise<void>;
}

export interface WebhookRequest {
  readonly url: string;
  readonly accountId: string;
  /** Names the destination within the account: an endpoint's id, or a key made of a callback's URL. Letters, digits, `-` and `_`. */
  readonly destination: string;
  /** The event that the body tells. */
  readonly event: { readonly id: string; readonly type: string };
  readonly body: string;
  /** Newest first. */
  readonly secrets: readonly string[];
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
  | 'connection' // name, TCP, TLS or HTTP failed
  | 'carrier'; // what carries it for us (Svix) is away or says no: nothing is known of the receiver

/** Whether the receiver took it: a 2xx, and nothing else (Standard Webhooks 1.0). */
export function isAccepted(outcome: SendOutcome): boolean {
  return outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300;
}
