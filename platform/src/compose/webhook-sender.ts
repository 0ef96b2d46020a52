import { InvalidSettingsError, type Settings } from '@hookswitch/api/config/settings';
import { GuardedHttpClient } from '@hookswitch/api/outbound-http/index';
import type { WebhookSender } from '@hookswitch/api/webhooks/webhook-sender';
import type { Clock } from '@hookswitch/kernel/clock';

/** Who makes the requests to receivers of webhooks, where the settings name somebody else than ourselves, and what ends it. */
export interface ServerWebhookSender {
  readonly sender: WebhookSender;
  close(): Promise<void>;
}

/** Undefined where we make them ourselves. @throws InvalidSettingsError where Svix is chosen and not named */
export async function createServerWebhookSender(
  { webhookSender, svixUrl: url, svixToken: token }: Settings,
  clock: Clock,
): Promise<ServerWebhookSender | undefined> {
  if (webhookSender === 'http') return undefined;
  if (url === undefined || token === undefined) {
    throw new InvalidSettingsError(['WEBHOOK_SENDER svix needs SVIX_URL and SVIX_TOKEN']);
  }
  // Only the operator names it, it may well be on a private network, and it is followed nowhere else.
  const http = new GuardedHttpClient({ rules: { refusal: () => undefined }, clock });
  // Svix's client is large: only who uses it loads it.
  const { SvixWebhookSender } = await import('@hookswitch/api/webhooks/svix/svix-webhook-sender');
  return { sender: new SvixWebhookSender({ url, token, http, clock }), close: () => http.close() };
}
