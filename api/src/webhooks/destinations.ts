import { createHash } from 'node:crypto';
import type { Clock } from '@hookswitch/kernel/clock';
import { type SecretBox, validSigningSecrets } from '../secrets/index.js';
import type { Delivery } from './delivery.js';
import type { PublicEventType } from './public-event.js';
import { type EndpointStore, type WebhookEndpoint, wants } from './webhook-endpoint.js';

/** The signing secrets (opened) for URLs that have no endpoint: the application's, if it has its own, and the account's. */
export type CallbackSecrets = (accountId: string, applicationId: string | undefined) => Promise<readonly string[]>;

/** URLs that want an event without an endpoint of their own (status callback, CDR push), and whose secrets sign requests to them. */
export interface Callbacks {
  readonly accountId: string;
  readonly applicationId?: string;
  readonly urls: readonly string[];
}

export type EndpointsByAccount = ReadonlyMap<string, readonly WebhookEndpoint[]>;

/** Where a delivery goes: known when the event is fanned out, looked up again for retries. */
export interface Target {
  /** Tells the destinations of one event apart. */
  readonly key: string;
  readonly lane: string;
  readonly endpointId?: string;
  readonly url?: string;
  readonly applicationId?: string;
}

/** What one request needs. */
export interface Destination {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly endpoint?: WebhookEndpoint;
}

/** How many endpoints an account may have; all of them are read for each batch of events. */
export const maxEndpointsPerAccount = 50;

/** Finds who wants an event, and where a delivery goes now. */
export class Destinations {
  readonly #endpoints: EndpointStore;
  readonly #callbackSecrets: CallbackSecrets;
  readonly #secretBox: SecretBox;
  readonly #clock: Clock;

  constructor(deps: {
    endpoints: EndpointStore;
    callbackSecrets: CallbackSecrets;
    secretBox: SecretBox;
    clock: Clock;
  }) {
    this.#endpoints = deps.endpoints;
    this.#callbackSecrets = deps.callbackSecrets;
    this.#secretBox = deps.secretBox;
    this.#clock = deps.clock;
  }

  /** The enabled endpoints of those accounts, by account: one look for all. */
  async endpointsOf(accountIds: ReadonlySet<string>): Promise<EndpointsByAccount> {
    const found = await this.#endpoints.acrossAccounts.find(
      { accountId: { in: [...accountIds] }, status: 'enabled' },
      { limit: accountIds.size * maxEndpointsPerAccount },
    );
    const byAccount = new Map<string, WebhookEndpoint[]>();
    for (const endpoint of found) {
      const others = byAccount.get(endpoint.accountId);
      if (others) others.push(endpoint);
      else byAccount.set(endpoint.accountId, [endpoint]);
    }
    return byAccount;
  }

  /** Where that delivery goes now; undefined where its endpoint is gone or disabled. */
  async resolve(delivery: Delivery): Promise<Destination | undefined> {
    const { accountId, applicationId, url, endpointId } = delivery;
    if (url !== undefined) return { url, secrets: await this.#callbackSecrets(accountId, applicationId) };
    const endpoint = await this.#endpoints.get(accountId, endpointId!);
    return endpoint?.status === 'enabled' ? this.ofEndpoint(endpoint) : undefined;
  }

  ofEndpoint(endpoint: WebhookEndpoint): Destination {
    const secrets = validSigningSecrets(endpoint.signingSecrets, {
      secretBox: this.#secretBox,
      clock: this.#clock,
      ownerId: endpoint.id,
    });
    return { url: endpoint.url, secrets, endpoint };
  }
}

/** Who wants an event of that type: endpoints, and the callback URLs, each once. */
export function targetsOf(
  type: PublicEventType,
  endpoints: readonly WebhookEndpoint[],
  callbacks: Callbacks,
): readonly Target[] {
  return [
    ...endpointTargets(endpoints, type),
    ...[...new Set(callbacks.urls)].map((url) => callbackTarget(callbacks, url)),
  ];
}

export function endpointTargets(endpoints: readonly WebhookEndpoint[], type: PublicEventType): readonly Target[] {
  return endpoints
    .filter((endpoint) => wants(endpoint, type))
    .map((endpoint) => ({ key: endpoint.id, lane: endpoint.id, endpointId: endpoint.id }));
}

/** Callback URLs of one account and origin share a lane, so that one dead host is one breaker however many URLs it has. */
function callbackTarget({ accountId, applicationId }: Callbacks, url: string): Target {
  const lane = `${accountId}/${digest(URL.canParse(url) ? new URL(url).origin : url)}`;
  const application = applicationId === undefined ? {} : { applicationId };
  return { key: digest(url), lane, url, ...application };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
