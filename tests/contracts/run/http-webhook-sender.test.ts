import { addressRules, GuardedHttpClient } from '@hookswitch/api/outbound-http/index';
import { HttpWebhookSender } from '@hookswitch/api/webhooks/index';
import { systemClock } from '@hookswitch/kernel/clock';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect, it } from 'vitest';
import { TestReceivers } from '../test-receivers.js';
import { type ReceiverBehaviour, webhookRequest, webhookSenderContract } from '../webhook-sender.contract.js';

const receivers = new TestReceivers();
const receiver = (behaviour: ReceiverBehaviour) => receivers.open(behaviour);
const clients: GuardedHttpClient[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await receivers.close();
});

function sender(allowed: string[]): HttpWebhookSender {
  const client = new GuardedHttpClient({ rules: addressRules(allowed), clock: systemClock });
  clients.push(client);
  return new HttpWebhookSender({ http: client, clock: systemClock });
}

webhookSenderContract('http', async () => ({ sender: sender(['127.0.0.0/8']), receiver }));

it('goes to no private address unless the installation allows it', async () => {
  const { url, seen } = await receiver({ status: 200 });
  const request = webhookRequest(url, { body: '{}' });
  expect(await sender([]).send(request)).toMatchObject({ kind: 'failed', reason: 'refused-address' });
  expect(seen).toEqual([]);
});

it('arrives so that the standardwebhooks library verifies it, with either secret while two overlap', async () => {
  const { url, seen } = await receiver({ status: 200 });
  const secrets = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
  const body = JSON.stringify({ type: 'webhook.test', data: { name: 'Zoë 北京' } });
  await sender(['127.0.0.0/8']).send(webhookRequest(url, { body, secrets }));
  const [arrived] = seen;
  for (const secret of secrets)
    expect(new Webhook(secret).verify(arrived!.body, arrived!.headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(secrets[0]!).verify(`${arrived!.body} `, arrived!.headers)).toThrow();
});
