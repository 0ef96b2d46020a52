import { signWebhook } from './sign-webhook.js';
import type { WebhookRequest } from './webhook-sender.js';

/** The headers of a request that we send ourselves. @throws InvalidSigningSecretError */
export function webhookHeaders({ event, body, secrets }: WebhookRequest, nowMs: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Hookswitch-Webhooks/1',
    ...signWebhook(event.id, nowMs, body, secrets),
  };
}
