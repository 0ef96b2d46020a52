import { accountCollection, apiKeyCollection, createAccount } from '@hookswitch/api/accounts/index';
import { applicationCollection, createApplication } from '@hookswitch/api/applications/index';
import { settingsWith } from '@hookswitch/api/config/settings';
import { createEndpoint, endpointCollection } from '@hookswitch/api/endpoints/index';
import { numberGroupCollection } from '@hookswitch/api/number-groups/index';
import { createNumber, phoneNumberCollection } from '@hookswitch/api/numbers/index';
import { AesSecretBox } from '@hookswitch/api/secrets/index';
import { skillGroupCollection } from '@hookswitch/api/skill-groups/skill-group';
import { createTrunk, trunkCollection } from '@hookswitch/api/trunks/index';
import { createEndpoint as createWebhookEndpoint } from '@hookswitch/api/webhooks/create-endpoint';
import { webhookEndpointCollection } from '@hookswitch/api/webhooks/index';
import type { Clock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import type { Stores } from '@hookswitch/platform/compose/stores';
import type { Chance } from './chance.js';
import { encryptionKey } from './simulated-process.js';
import type { Manner, WebhookReceivers } from './webhook-receivers.js';

/** What the account of a simulated world owns. */
export interface Installation {
  readonly accountId: string;
  readonly applicationId: string;
  /** The number that callers dial. */
  readonly number: string;
  readonly endpoints: readonly { readonly id: string; readonly username: string; readonly password: string }[];
  readonly webhooks: readonly { readonly id: string; readonly url: string }[];
  readonly statusCallbackUrl: string | undefined;
  readonly cdrPushUrl: string | undefined;
}

/** Where the carrier is: its SIP proxy and its callers. */
export const carrierNetwork = '10.0.1.0/24';
export const carrierProxy = '10.0.1.1';
export const friendsHost = 'friends.example';

const manners: readonly Manner[] = ['good', 'good', 'slow', 'flaky', 'dead-for-a-while', 'gone-later'];

/** Makes an account with a number, a trunk, two phones, an application and webhook endpoints, by the same use cases as the API. */
export async function install(
  stores: Stores,
  clock: Clock,
  chance: Chance,
  receivers: WebhookReceivers,
): Promise<Installation> {
  const { random } = chance;
  const newId = idMaker(clock, random);
  const settings = settingsWith();
  const secretBox = new AesSecretBox([encryptionKey], random);
  const accounts = stores.collection(accountCollection);
  const applications = stores.collection(applicationCollection);
  const numbers = stores.collection(phoneNumberCollection);
  const trunks = stores.collection(trunkCollection);
  const endpoints = stores.collection(endpointCollection);
  const common = { clock, random, newId, secretBox, settings };

  const { account } = await createAccount(
    { ...common, accounts, keys: stores.collection(apiKeyCollection), holdings: {} },
    null,
    {
      name: 'Simulated',
      edition: 'premium',
      limits: { concurrentCalls: chance.one([500, 500, 6]), callsPerSecond: 500, minutesPerDay: 100_000 },
      allowedDestinations: ['+1'],
      allowedSipHosts: [friendsHost],
    },
  );
  const statusCallbackUrl = chance.happens(0.5) ? receivers.open('status', chance.one(manners)) : undefined;
  const cdrPushUrl = chance.happens(0.5) ? receivers.open('cdr-push', chance.one(manners)) : undefined;
  const application = await createApplication({ ...common, applications, applicationUsers: {} }, account.id, {
    name: 'Simulated',
    scriptUrl: 'https://app.example/script',
    ...(chance.happens(0.7) ? { fallbackUrl: 'https://fallback.example/script' } : {}),
    ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
    ...(cdrPushUrl === undefined ? {} : { cdrPushUrl }),
  });
  const trunkDeps = { ...common, trunks, numbers, endpoints, registrations: stores.trunkRegistrations };
  const numberDeps = {
    ...common,
    numbers,
    applications,
    trunks,
    numberGroups: stores.collection(numberGroupCollection),
    skillGroups: stores.collection(skillGroupCollection),
    flowReferences: { subFlows: async () => 'unknown' as const },
  };
  const trunk = await createTrunk(trunkDeps, account.id, {
    name: 'Carrier',
    inbound: { addresses: [carrierNetwork] },
    outbound: { proxies: [`sip:${carrierProxy}`] },
  });
  const { number } = await createNumber(numberDeps, account, {
    number: '+14155550100',
    applicationId: application.id,
    trunkId: trunk.id,
  });
  const phones: Installation['endpoints'][number][] = [];
  for (const username of ['alice', 'bob']) {
    const { endpoint, password } = await createEndpoint(
      { ...common, endpoints, applications, trunks, bindings: stores.bindings },
      account.id,
      { username, applicationId: application.id, callerId: number },
    );
    phones.push({ id: endpoint.id, username, password });
  }
  const webhooks: Installation['webhooks'][number][] = [];
  for (let count = chance.between(0, 3); count > 0; count--) {
    const url = receivers.open(`endpoint-${count}`, chance.one(manners));
    const { endpoint } = await createWebhookEndpoint(
      {
        ...common,
        endpoints: stores.collection(webhookEndpointCollection),
        deliveries: stores.deliveries,
        events: stores.events,
        wakeLater: () => {},
      },
      account.id,
      { url },
    );
    webhooks.push({ id: endpoint.id, url });
  }
  return {
    accountId: account.id,
    applicationId: application.id,
    number,
    endpoints: phones,
    webhooks,
    statusCallbackUrl,
    cdrPushUrl,
  };
}
