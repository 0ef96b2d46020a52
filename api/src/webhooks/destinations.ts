import { createHash } from 'node:crypto';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Call } from '../calls/call.js';
import { type SecretBox, validSigningSecrets } from '../secrets/index.js';
import type { Delivery } from './delivery.js';
import { type EndpointStore, type WebhookEndpoint, wants } from './webhook-endpoint.js';
import type { PublicEventType } from './webhook-event.js';

/** URLs that want events without an endpoint of their own, and how requests to them are signed. */
export interface AdHocDestinations {
  /** Where that call's CDR goes besides the account's endpoints. */
  cdrPushUrls(call: Call): Promise<readonly string[]>;
  /** The signing secrets (opened): the application's, else the account's. */
  secrets(accountId: string, applicationId: string | undefined): Promise<readonly string[]>;
}

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

/** How many endpoints an account may have; all of them are read for each fan-out. */
export const maxEndpointsPerAccount = 50;

/** Finds who wants an event, and where a delivery goes now. */
export class Destinations {
  readonly #endpoints: EndpointStore;
  readonly #adHoc: AdHocDestinations;
  readonly #secretBox: SecretBox;
  readonly #clock: Clock;

  constructor(deps: { endpoints: EndpointStore; adHoc: AdHocDestinations; secretBox: SecretBox; clock: Clock }) {
    this.#endpoints = deps.endpoints;
    this.#adHoc = deps.adHoc;
    this.#secretBox = deps.secretBox;
    this.#clock = deps.clock;
  }

  /** The account's enabled endpoints. */
  async endpointsOf(accountId: string): Promise<readonly WebhookEndpoint[]> {
    const page = await this.#endpoints.list(accountId, { where: { status: 'enabled' }, limit: maxEndpointsPerAccount });
    return page.items;
  }

  /** Who wants that event of that call: endpoints, the call's status callback (all events), the CDR push URL. Each URL once. */
  async ofCall(call: Call, type: PublicEventType, endpoints: readonly WebhookEndpoint[]): Promise<readonly Target[]> {
    const urls = new Set<string>();
    if (call.statusCallbackUrl !== undefined) urls.add(call.statusCallbackUrl);
    if (type === 'cdr.created') for (const url of await this.#adHoc.cdrPushUrls(call)) urls.add(url);
    return [...endpointTargets(endpoints, type), ...[...urls].map((url) => adHocTarget(call, url))];
  }

  /** Where that delivery goes now; undefined where its endpoint is gone or disabled. */
  async resolve(delivery: Delivery): Promise<Destination | undefined> {
    const { accountId, applicationId, url, endpointId } = delivery;
    if (url !== undefined) return { url, secrets: await this.#adHoc.secrets(accountId, applicationId) };
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

export function endpointTargets(endpoints: readonly WebhookEndpoint[], type: PublicEventType): readonly Target[] {
  return endpoints
    .filter((endpoint) => wants(endpoint, type))
    .map((endpoint) => ({ key: endpoint.id, lane: endpoint.id, endpointId: endpoint.id }));
}

/** Ad-hoc URLs of one account and origin share a lane, so that one dead host is one breaker however many URLs it has. */
function adHocTarget(call: Call, url: string): Target {
  const lane = `${call.accountId}/${digest(URL.canParse(url) ? new URL(url).origin : url)}`;
  const application = call.applicationId === undefined ? {} : { applicationId: call.applicationId };
  return { key: digest(url), lane, url, ...application };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
