import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { systemClock } from '@hookswitch/kernel/clock';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { afterEach, describe, expect, it } from 'vitest';
import { addressRules } from './address-rules.js';
import { GuardedHttpClient, type GuardedHttpClientSettings } from './guarded-http-client.js';

interface Site {
  readonly port: number;
  /** Connections it ever saw. */
  connections: number;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
}

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function site(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  where: { host?: string; port?: number } = {},
): Promise<Site> {
  const requests: Site['requests'] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      requests.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      answer(request, response);
    });
  });
  server.listen(where.port ?? 0, where.host ?? '127.0.0.1');
  await once(server, 'listening');
  const seen: Site = { port: (server.address() as AddressInfo).port, connections: 0, requests };
  server.on('connection', () => seen.connections++);
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return seen;
}

function client(settings: Partial<GuardedHttpClientSettings> = {}): GuardedHttpClient {
  const made = new GuardedHttpClient({ rules: addressRules(['127.0.0.0/8', '::1']), clock: systemClock, ...settings });
  closing.push(() => made.close());
  return made;
}

const ok = (_: IncomingMessage, response: ServerResponse) => response.end('ok');

describe('guarded HTTP client', () => {
  it('sends what it is given and answers status, headers and body', async () => {
    const { port, requests } = await site((_, response) => {
      response.writeHead(201, { 'X-Answer': 'yes' }).end('made');
    });
    const answer = await client().request({
      method: 'POST',
      url: `http://127.0.0.1:${port}/a?b=c#d`,
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect([answer.status, answer.headers['x-answer'], answer.body.toString()]).toEqual([201, 'yes', 'made']);
    expect(requests).toMatchObject([
      { method: 'POST', url: '/a?b=c', body: '{}', headers: { 'content-type': 'application/json' } },
    ]);
  });

  it('keeps connections for one request after another', async () => {
    const target = await site(ok);
    const http = client();
    for (let i = 0; i < 20; i++) await http.request({ method: 'GET', url: `http://127.0.0.1:${target.port}/` });
    expect(target.connections).toBeLessThanOrEqual(2);
  });

  const spellings = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '[::ffff:127.0.0.1]',
    '0',
    '[::1]',
  ];
  it.each(spellings)('makes no connection to loopback spelled %s', async (host) => {
    const target = await site(ok, { host: '0.0.0.0' });
    const http = client({ rules: addressRules() });
    await expect(http.request({ method: 'GET', url: `http://${host}:${target.port}/` })).rejects.toMatchObject({
      code: 'address-refused',
      neverSent: true,
    });
    expect(target.connections).toBe(0);
  });

  it('makes no connection to a name that resolves to a private address, even among public ones', async () => {
    const target = await site(ok);
    const http = client({
      rules: addressRules(),
      resolve: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    });
    await expect(http.request({ method: 'GET', url: `http://innocent.example:${target.port}/` })).rejects.toMatchObject(
      { code: 'address-refused' },
    );
    expect(target.connections).toBe(0);
  });

  it('connects to the address it checked, so that a rebinding name never reaches the private one', async () => {
    const outside = await site(ok, { host: '127.0.0.2' });
    const inside = await site(ok, { host: '127.0.0.1', port: outside.port });
    let asked = 0;
    const http = client({
      rules: addressRules(['127.0.0.2']),
      keepAliveMs: 1,
      resolve: async () => [{ address: asked++ % 2 === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }],
    });
    const ends: string[] = [];
    for (let i = 0; i < 6; i++) {
      const url = `http://rebind${i >> 1}.example:${outside.port}/`;
      await http.request({ method: 'GET', url, headers: { connection: 'close' } }).then(
        () => ends.push('answered'),
        (error) => ends.push(error.code),
      );
    }
    expect(ends).toEqual(['answered', 'address-refused', 'answered', 'address-refused', 'answered', 'address-refused']);
    expect([outside.connections, inside.connections]).toEqual([3, 0]);
  });

  it('checks every target of a redirect', async () => {
    const inside = await site(ok, { host: '127.0.0.1' });
    const outside = await site(
      (_, response) => response.writeHead(302, { location: `http://127.0.0.1:${inside.port}/` }).end(),
      { host: '127.0.0.2' },
    );
    const http = client({ rules: addressRules(['127.0.0.2']) });
    const url = `http://127.0.0.2:${outside.port}/`;
    await expect(http.request({ method: 'GET', url, maxRedirects: 3 })).rejects.toMatchObject({
      code: 'address-refused',
    });
    expect(inside.connections).toBe(0);
  });

  it('does not follow a redirect unless asked', async () => {
    const target = await site((_, response) => response.writeHead(302, { location: '/other' }).end());
    const answer = await client().request({ method: 'GET', url: `http://127.0.0.1:${target.port}/` });
    expect(answer.status).toBe(302);
    expect(target.requests).toHaveLength(1);
  });

  it.each([
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'body'],
    [308, 'POST', 'body'],
  ])('goes on after %i as %s (RFC 9110 15.4)', async (status, method, body) => {
    const target = await site((request, response) => {
      if (request.url === '/to') response.end('there');
      else response.writeHead(status, { location: '/to' }).end();
    });
    const url = `http://127.0.0.1:${target.port}/from`;
    const answer = await client().request({ method: 'POST', url, body: 'body', maxRedirects: 1 });
    expect([answer.body.toString(), answer.url]).toEqual(['there', `http://127.0.0.1:${target.port}/to`]);
    expect(target.requests[1]).toMatchObject({ method, body });
  });

  it('stops at a loop of redirects', async () => {
    const target = await site((_, response) => response.writeHead(302, { location: '/' }).end());
    const url = `http://127.0.0.1:${target.port}/`;
    await expect(client().request({ method: 'GET', url, maxRedirects: 4 })).rejects.toMatchObject({
      code: 'too-many-redirects',
    });
    expect(target.requests).toHaveLength(5);
  });

  it('sends credentials of the URL as Basic, not to another origin, and does not show them', async () => {
    const other = await site(ok);
    const target = await site((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${other.port}/` }).end(),
    );
    const url = `http://me:s%40cret@127.0.0.1:${target.port}/`;
    const answer = await client().request({ method: 'GET', url, maxRedirects: 1 });
    expect(target.requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:s@cret').toString('base64')}`);
    expect(other.requests[0]!.headers.authorization).toBeUndefined();
    expect(answer.url).not.toContain('cret');
  });

  it.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1', 'nonsense', '', 'http://', '//host/x'])(
    'refuses %j as no http address',
    async (url) => {
      await expect(client().request({ method: 'GET', url })).rejects.toMatchObject({ code: 'bad-url' });
    },
  );

  it.each([
    ['with', true],
    ['without', false],
  ])('stops reading an answer beyond the limit, %s a length', async (_, told) => {
    const target = await site((_request, response) => {
      if (told) response.setHeader('content-length', 100_000);
      response.write(Buffer.alloc(50_000));
      response.end(Buffer.alloc(50_000));
    });
    const url = `http://127.0.0.1:${target.port}/`;
    await expect(client().request({ method: 'GET', url, maxBytes: 99_999 })).rejects.toMatchObject({
      code: 'response-too-large',
    });
    expect((await client().request({ method: 'GET', url, maxBytes: 100_000 })).body).toHaveLength(100_000);
  });

  it('gives up at the time limit, also when the answer only drips', async () => {
    const clock = new ManualClock();
    const target = await site((_, response) => {
      response.write('a');
      clock.advance(20_000);
    });
    const url = `http://127.0.0.1:${target.port}/`;
    await expect(client({ clock }).request({ method: 'GET', url })).rejects.toMatchObject({ code: 'request-timeout' });
    expect(clock.pending).toBe(0);
  });

  it('gives up when the caller does', async () => {
    const abort = new AbortController();
    const target = await site(() => abort.abort());
    const url = `http://127.0.0.1:${target.port}/`;
    await expect(client().request({ method: 'GET', url, signal: abort.signal })).rejects.toMatchObject({
      code: 'request-aborted',
    });
  });

  it('tells a refused connection, an unknown host and a lost answer apart', async () => {
    const target = await site((request) => request.socket.destroy());
    const closed = createTcpServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    const http = client({
      resolve: async () => {
        throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
      },
    });
    const failure = (url: string) => http.request({ method: 'POST', url, body: 'x' }).catch((error) => error);
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({ code: 'connect-failed', neverSent: true });
    expect(await failure('http://nowhere.example/')).toMatchObject({ code: 'host-not-found', neverSent: true });
    expect(await failure(`http://127.0.0.1:${target.port}/`)).toMatchObject({
      code: 'connection-lost',
      neverSent: false,
    });
  });

  it('calls what is not HTTP a bad response', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {}).resume();
      socket.end('SSH-2.0-nothing\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise((done) => server.close(done)));
    const { port } = server.address() as AddressInfo;
    await expect(client().request({ method: 'GET', url: `http://127.0.0.1:${port}/` })).rejects.toMatchObject({
      code: 'bad-response',
    });
  });
});
