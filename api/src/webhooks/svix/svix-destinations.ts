import { createHash } from 'node:crypto';
import type { Svix } from 'svix';
import type { WebhookRequest } from '../webhook-sender.js';

/** Destinations remembered; the one asked for least lately is forgotten first, and looked at again when it comes. */
const mostKnown = 10_000;
/** How long a secret that was replaced signs beside the new one, where it still counts with us, seconds. */
const overlapSeconds = 86_400;

/**
 * Keeps Svix's applications and endpoints as ours are: an application for each account, an endpoint for each destination, with our URL and our newest secret. What this process
 * has seen to is not asked again until it changes.
 */
export class SvixDestinations {
  readonly #svix: Svix;
  readonly #applications = new Set<string>();
  readonly #known = new Map<string, { readonly as: string; readonly ready: Promise<void> }>();

  constructor(svix: Svix) {
    this.#svix = svix;
  }

  /** Resolves when Svix knows the destination as it is now. Rejects as Svix's client does. */
  async ready(request: WebhookRequest): Promise<void> {
    const key = `${request.accountId} ${request.destination}`;
    const as = fingerprint(request);
    let known = this.#known.get(key);
    if (known?.as !== as) known = { as, ready: this.#settle(request) };
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value!);
    try {
      await known.ready;
    } catch (error) {
      this.forget(request);
      throw error;
    }
  }

  /** Something is not as we left it there: the next request looks. */
  forget({ accountId, destination }: WebhookRequest): void {
    this.#known.delete(`${accountId} ${destination}`);
    this.#applications.delete(accountId);
  }

  async #settle({ accountId, destination, url, secrets }: WebhookRequest): Promise<void> {
    if (!this.#applications.has(accountId)) {
      await this.#svix.application.update(accountId, { uid: accountId, name: accountId });
      this.#applications.add(accountId);
    }
    // The channel is one no message has: nothing comes here but what is asked for by hand.
    const endpoint = { uid: destination, url, channels: ['asked-for'], disabled: false };
    await this.#svix.endpoint.update(accountId, destination, endpoint);
    await this.#sign(accountId, destination, secrets);
  }

  /** Makes our newest secret Svix's, the one before it still good where it is with us. */
  async #sign(accountId: string, destination: string, secrets: readonly string[]): Promise<void> {
    const [newest, older] = secrets;
    if (newest === undefined) return;
    const { key } = await this.#svix.endpoint.getSecret(accountId, destination);
    if (key === newest) return;
    const rotate = (to: string, gracePeriodSeconds: number) =>
      this.#svix.endpoint.rotateSecret(accountId, destination, { key: to, gracePeriodSeconds });
    if (older !== undefined && !secrets.includes(key)) await rotate(older, 0);
    await rotate(newest, older === undefined ? 0 : overlapSeconds);
  }
}

/** Tells whether anything of a destination changed, without keeping its secrets. */
function fingerprint({ url, secrets }: WebhookRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([url, secrets]))
    .digest('base64');
}
