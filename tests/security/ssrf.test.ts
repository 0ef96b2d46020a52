import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformProcess } from '../installation/platform-process.js';
import { dataServers } from '../journeys/world.js';
import { eventually } from '../peers/eventually.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';

/** Private targets are not allowed here, as in an installation that says nothing about them. */
describe('a URL that leads inside', () => {
  let platform: PlatformProcess;
  let inside: Server;
  let connections = 0;
  let phone: TonePhone;
  let count = 0;
  beforeAll(async () => {
    inside = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(0, '::', resolve));
    platform = await PlatformProcess.start({
      settings: {
        ...dataServers({ name: 'ssrf', redisDatabase: 95 }),
        ALLOWED_PRIVATE_TARGETS: '',
        SCRIPT_TIMEOUT_MS: '3000',
      },
    });
    await platform.api.post('/v1/trunks', { name: 'Carrier', inbound: { addresses: ['127.0.0.1'] } });
    phone = await TonePhone.open({ user: '+15550199', server: platform.sip! });
  });
  afterAll(async () => {
    phone?.close();
    await platform?.stop();
    await new Promise((resolve) => inside.close(resolve));
  });

  const port = () => (inside.address() as AddressInfo).port;
  const hosts = [
    '127.0.0.1',
    'localhost',
    'localhost.',
    '2130706433',
    '017700000001',
    '0x7f.1',
    '127.1',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    'user:password@127.0.0.1',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '127.0.0.1%09',
  ];

  interface Timeline {
    readonly items: readonly { readonly kind: string; readonly summary: string; readonly detail: unknown }[];
  }

  async function callOf(body: Record<string, unknown>): Promise<string> {
    count += 1;
    const number = `+1555777${String(1000 + count)}`;
    const application = await platform.api.post<{ id: string }>('/v1/applications', { name: number, ...body });
    await platform.api.post('/v1/numbers', { number, applicationId: application.id });
    const call = await phone.dial(number);
    await call.ended;
    const { items } = await platform.api.get<{ items: { id: string; to: string }[] }>('/v1/calls?limit=100');
    const { id } = items.find(({ to }) => to === number)!;
    return JSON.stringify((await platform.api.get<Timeline>(`/v1/calls/${id}/timeline?limit=100`)).items);
  }

  it.concurrent.each(hosts)('is not asked for a script, whoever writes it as %s', async (host) => {
    const url = `http://${host}:${port()}/voice`;
    const made = await platform.api.request('POST', '/v1/applications', { name: 'x', scriptUrl: url });
    if (made.status === 201)
      await callOf({ scriptUrl: url, fallbackUrl: url, statusCallbackUrl: url, cdrPushUrl: url });
    else expect(made.status).toBe(400);
    expect(connections).toBe(0);
  });

  it('is not asked for webhooks either, and the attempt says why', async () => {
    const { webhookEndpoint } = await platform.api.post<{ webhookEndpoint: { id: string } }>('/v1/webhook-endpoints', {
      url: `http://localhost:${port()}/hooks`,
    });
    await platform.api.request('POST', `/v1/webhook-endpoints/${webhookEndpoint.id}/test`);
    const attempts = await eventually('an attempt', async () => {
      const path = `/v1/webhook-endpoints/${webhookEndpoint.id}/attempts`;
      const { items } = await platform.api.get<{ items: unknown[] }>(path);
      return items.length > 0 ? items : undefined;
    });
    expect(JSON.stringify(attempts)).toMatch(/address-refused|public addresses only/);
    expect(connections).toBe(0);
  });

  it('gives no secret of the URL away in what the timeline tells', async () => {
    const timeline = await callOf({ scriptUrl: `http://user:hunter2@127.0.0.1:${port()}/voice` });
    expect(timeline).toMatch(/address-refused|public addresses only/);
    expect(timeline).not.toContain('hunter2');
    expect(platform.output.join('\n')).not.toContain('hunter2');
  });
});
