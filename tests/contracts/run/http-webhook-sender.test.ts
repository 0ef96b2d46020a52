import { createServer, type Server } from 'node:http';
import { addressRules, GuardedHttpClient } from '@hookswitch/api/outbound-http/index';
import { HttpWebhookSender, signWebhook } from '@hookswitch/api/webhooks/index';
import { systemClock } from '@hookswitch/kernel/clock';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect, it } from 'vitest';
import { type ReceiverBehaviour, type TestReceiver, webhookSenderContract } from '../webhook-sender.contract.js';

const servers: Server[] = [];
const clients: GuardedHttpClient[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function sender(allowed: string[]): HttpWebhookSender {
  const client = new GuardedHttpClient({ rules: addressRules(allowed), clock: systemClock });
  clients.push(client);
  return new HttpWebhookSender({ http: client, clock: systemClock });
}

async function receiver(behaviour: ReceiverBehaviour): Promise<TestReceiver> {
  const seen: TestReceiver['seen'][number][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = request.headers as Record<string, string>;
    seen.push({ path: request.url!, headers, body: Buffer.concat(chunks).toString('utf8') });
    if (behaviour === 'never-answers') return;
    if (behaviour === 'hangs-up') return void request.socket.destroy();
    if (behaviour === 'trickles') {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
      return;
    }
    response.writeHead(behaviour.status, behaviour.headers);
    response.end(behaviour.body ?? '');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, seen };
}

webhookSenderContract('http', async () => ({ sender: sender(['127.0.0.0/8']), receiver }));

it('goes to no private address unless the installation allows it', async () => {
  const { url, seen } = await receiver({ status: 200 });
  const request = { url, headers: {}, body: '{}', timeoutMs: 20_000, maxResponseBytes: 1000 };
  expect(await sender([]).send(request)).toMatchObject({ kind: 'failed', reason: 'refused-address' });
  expect(seen).toEqual([]);
});

it('arrives so that the standardwebhooks library verifies it, with either secret while two overlap', async () => {
  const { url, seen } = await receiver({ status: 200 });
  const secrets = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
  const body = JSON.stringify({ type: 'webhook.test', data: { name: 'Zoë 北京' } });
  const headers = { ...signWebhook('EV1', systemClock.now(), body, secrets) };
  await sender(['127.0.0.0/8']).send({ url, headers, body, timeoutMs: 20_000, maxResponseBytes: 1000 });
  const [arrived] = seen;
  for (const secret of secrets)
    expect(new Webhook(secret).verify(arrived!.body, arrived!.headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(secrets[0]!).verify(`${arrived!.body} `, arrived!.headers)).toThrow();
});
