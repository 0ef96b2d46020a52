import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ApiClient } from '../installation/api-client.js';
import { Staff } from '../journeys/contact-centre/staff.js';
import { useWorld } from '../journeys/world.js';
import { metric } from './metrics.js';

const on = useWorld({ name: 'centre_streams', redisDatabase: 62 });

/** An agent who logged in with a token of the company's program. */
async function agent() {
  const { world } = on;
  const { id } = await new Staff(world).add();
  const { token } = await world.api.post<{ token: string }>(`/v1/agents/${id}/tokens`, {});
  const body = JSON.stringify({ token });
  const login = await fetch(`${world.api.baseUrl}/v1/agent-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  return { id, accessToken, path: `/v1/agents/${id}/events` };
}

/** Resolves to an open client, or to the status that it was refused with. */
function follow(path: string, accessToken?: string): Promise<WebSocket | number> {
  const url = `${on.world.api.baseUrl.replace('http', 'ws')}${path}`;
  const client = new WebSocket(url, ['hookswitch', ...(accessToken === undefined ? [] : [`bearer.${accessToken}`])]);
  return new Promise((resolve, reject) => {
    client.once('open', () => resolve(client));
    client.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode!));
    client.once('error', reject);
  });
}

/** What comes back for these bytes until the other side closes. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(on.world.api.baseUrl).port), '127.0.0.1');
  socket.write(bytes);
  let text = '';
  for await (const part of socket) text += part;
  return text;
}

const openFiles = () => metric(on.world.platform, 'process_open_fds');

describe('event streams under attack', () => {
  it('are refused without credentials, with wrong ones, for a colleague, and where there is no stream', async () => {
    const [ann, bob] = [await agent(), await agent()];
    expect([
      await follow(ann.path),
      await follow(ann.path, 'ha_wrong'),
      await follow(ann.path, bob.accessToken),
      await follow('/v1/contact-centre/events', ann.accessToken),
      await follow('/v1/nothing', ann.accessToken),
      await follow('/v1/contacts', ann.accessToken),
    ]).toEqual([401, 401, 403, 403, 404, 200]);
  });

  it('are cut off where a client sends garbage, and nothing of one request is taken for another', async () => {
    const { path, accessToken } = await agent();
    const files = await openFiles();
    const handshake = [
      `GET ${path} HTTP/1.1`,
      'Host: a',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: hookswitch, bearer.${accessToken}`,
    ];
    const opening = `${handshake.join('\r\n')}\r\n\r\n`;
    const smuggled = `DELETE ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${accessToken}\r\n\r\n`;
    for (const frame of [smuggled, '\xff\xff\xff\xff', '\x81\x05hello', `\x82\xff${'\x7f'.repeat(8)}`]) {
      const text = await raw(opening + frame);
      expect(text).toMatch(/^HTTP\/1\.1 101 /);
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    }
    for (const broken of [opening.replace('Version: 13', 'Version: 1'), opening.replace(/Key: .*/, 'Key: short')])
      expect(await raw(broken)).toMatch(/^HTTP\/1\.[01] 4\d\d /);
    const large = (await follow(path, accessToken)) as WebSocket;
    const code = new Promise((resolve) => large.once('close', resolve));
    large.send('x'.repeat(100_000));
    expect(await code).toBe(1009);
    await on.world.eventually('the files to be closed', async () =>
      (await openFiles()) <= files + 20 ? true : undefined,
    );
  });

  it('of one agent, 60 at once, end with its session and leave nothing open', async () => {
    const { id, path, accessToken } = await agent();
    const files = await openFiles();
    const clients: WebSocket[] = [];
    const closed: Promise<unknown>[] = [];
    for (let round = 0; round < 3; round += 1) {
      const opened = await Promise.all(Array.from({ length: 20 }, () => follow(path, accessToken)));
      clients.push(...opened.filter((client) => typeof client !== 'number'));
      closed.push(...clients.slice(-20).map((client) => new Promise((resolve) => client.once('close', resolve))));
    }
    expect(clients.length).toBeGreaterThan(20);
    const { api } = on.world;
    const as = new ApiClient(api.baseUrl, accessToken);
    expect((await as.request('GET', `/v1/agents/${id}/status`)).status).toBe(200);
    await api.request('DELETE', `/v1/agents/${id}/sessions`);
    await Promise.all(closed);
    await on.world.eventually('the files to be closed', async () =>
      (await openFiles()) <= files + 20 ? true : undefined,
    );
    expect(on.world.platform.output.join('\n')).not.toMatch(/"level":50|"level":60/);
  });
});
