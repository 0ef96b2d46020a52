import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useWorld } from '../journeys/world.js';
import { metric, openInEngine } from './metrics.js';
import { Stranger } from './stranger.js';

const on = useWorld({
  name: 'garbage',
  redisDatabase: 90,
  settings: { SIP_LISTEN: 'udp:127.0.0.1:0,tcp:127.0.0.1:0' },
});

function tcpPort(): number {
  const ready = on.world.platform.output.find((line) => line.includes('"msg":"ready"'))!;
  return Number(/tcp:127\.0\.0\.1:(\d+)/.exec(ready)![1]);
}

/** Opens a connection and sends this; resolves to it once the bytes are gone or the other side closed. */
function open(port: number, bytes: string | Uint8Array): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => resolve(socket)));
    socket.on('error', () => resolve(socket));
    socket.resume();
  });
}

/** Resolves once the other side closed. */
async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

/** Sockets that wait for the next calls once there was one: up to 16 pairs (`PreparedPorts`). */
const boundAhead = 32;

/** The platform still takes a call, and has let go of everything. */
async function asBefore(openFiles: number): Promise<void> {
  const line = await on.world.line([{ verb: 'play', url: '/prompt.wav' }, { verb: 'hangup' }]);
  const call = await on.world.call(line);
  await call.media.hears('prompt');
  await call.ended;
  for (const kind of ['dialogs', 'transactions', 'calls', 'mediaPorts']) {
    await on.world.eventually(`no ${kind} to be open`, async () =>
      (await openInEngine(on.world.platform, kind)) === 0 ? true : undefined,
    );
  }
  await on.world.eventually('its files to be closed', async () =>
    (await metric(on.world.platform, 'process_open_fds')) <= openFiles + 20 + boundAhead ? true : undefined,
  );
}

const openFiles = () => metric(on.world.platform, 'process_open_fds');

describe('garbage', () => {
  it('over UDP, 20,000 datagrams of all kinds from 40 addresses, costs no call and leaves nothing open', async () => {
    const files = await openFiles();
    const calls = await on.world.line([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    const steady = await on.world.call(calls);
    await steady.answered();
    const many = await Promise.all(Array.from({ length: 40 }, (_, n) => Stranger.at(`127.6.0.${n + 1}`, on.world.sip)));
    const kinds = (one: Stranger): (string | Uint8Array)[] => {
      const invite = one.request('INVITE');
      return [
        '',
        '\r\n\r\n'.repeat(1000),
        '\0'.repeat(1400),
        new Uint8Array(60_000).fill(0x41),
        invite.slice(0, Math.floor(Math.random() * invite.length)),
        invite.replace('SIP/2.0', 'SIP/9.9'),
        invite.replace(/Content-Length: 0/, 'Content-Length: 4294967296'),
        invite.replace(/Content-Length: 0/, 'Content-Length: -1'),
        invite.replace(/CSeq: 1/, 'CSeq: 99999999999999999999'),
        invite.replace(/Max-Forwards: 70/, `X: ${'a,'.repeat(8000)}`),
        invite.replace(/Max-Forwards: 70/, 'Via: SIP/2.0/UDP a;branch=z9hG4bKx\r\n'.repeat(500).trim()),
        invite.replace(/From: .*/, `From: ${'"'.repeat(4000)}<sip:a@b>;tag=1`),
        invite.replace(/To: .*/, `To: <sip:${'%'.repeat(2000)}@[::ffff:1.2.3.4]:99999;${';a=b'.repeat(500)}>`),
        invite.replace('INVITE sip:', `INVITE ${'sip:'.repeat(3000)}`),
        'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\nCSeq: 1 INVITE\r\n\r\n',
        `SIP/2.0 999 ${'\xff'.repeat(500)}\r\n\r\n`,
        one.request('ACK'),
        one.request('REGISTER', { headers: [`Authorization: Digest ${'username="a",'.repeat(500)}`] }),
        one.request('REGISTER', { headers: Array.from({ length: 300 }, (_, n) => `Contact: <sip:a@b:${n}>`) }),
        one.request('OPTIONS', { headers: ['Require: 100rel, everything', 'Proxy-Require: x'] }),
      ];
    };
    for (let round = 0; round < 25; round += 1) {
      await Promise.all(many.flatMap((one) => kinds(one).map((bytes) => one.send(bytes))));
      await steady.media.listen(40);
    }
    await steady.media.hears('prompt');
    await steady.bye();
    for (const one of many) one.close();
    await asBefore(files);
    expect(on.world.platform.output.join('\n')).not.toMatch(/"level":50|"level":60/);
  });

  it('over TCP is cut off: no length, two lengths, a huge one, no end; and 600 idle connections take no place for good', async () => {
    const files = await openFiles();
    const port = tcpPort();
    const head = 'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP x;branch=z9hG4bKy\r\n';
    const hostile = [
      `${head}\r\n`,
      `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      `${head}Content-Length: 999999999\r\n\r\n`,
      `${head}X: ${'a'.repeat(300_000)}`,
      'a'.repeat(300_000),
    ];
    for (const bytes of hostile) await closed(await open(port, bytes));
    const idle = await Promise.all(Array.from({ length: 600 }, (_, n) => open(port, n % 2 === 0 ? '\r\n' : head)));
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'hangup' }]);
    await (await on.world.call(line)).ended;
    for (const socket of idle) socket.destroy();
    await asBefore(files);
  });

  it('over HTTP is refused in our words, with nothing of the inside in them', async () => {
    const { api, firstAccount } = on.world;
    const send = async (body: string | Uint8Array, headers: Record<string, string> = {}, path = '/v1/applications') => {
      const answer = await fetch(`${api.baseUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${firstAccount.apiKey}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const good = '"name":"a","scriptUrl":"https://a.example/"';
    const answers = {
      polluted: await send(`{${good},"__proto__":{"admin":true}}`),
      constructor: await send(`{${good},"constructor":{"prototype":{"admin":true}}}`),
      deep: await send('['.repeat(100_000) + ']'.repeat(100_000)),
      cut: await send(`{${good}`),
      large: await send(JSON.stringify({ name: 'x'.repeat(300_000) })),
      text: await send(`{${good}}`, { 'content-type': 'text/plain' }),
      charset: await send(`{${good}}`, { 'content-type': 'application/json; charset=utf-16' }),
      notGzip: await send(`{${good}}`, { 'content-encoding': 'gzip' }),
      surrogate: await send('{"name":"\\ud83d\\u0000","scriptUrl":"https://a.example/ \\r\\nX: y"}'),
      traversal: await send('{}', {}, '/v1/calls/..%2f..%2fetc%2fpasswd/recordings'),
      verbs: await send(
        JSON.stringify({ from: '+15550000001', to: '+442071234567', script: Array(10_000).fill({ verb: 'hangup' }) }),
        {},
        '/v1/calls',
      ),
    };
    expect(Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]))).toEqual({
      polluted: 400,
      constructor: 400,
      deep: 400,
      cut: 400,
      large: 413,
      text: 415,
      charset: 400,
      notGzip: 400,
      surrogate: 400,
      traversal: 404,
      verbs: expect.toSatisfy((status: number) => status === 400 || status === 413),
    });
    for (const [name, { text }] of Object.entries(answers)) {
      expect(text, name).not.toMatch(/node_modules|\.js:\d|at \w+ \(|Mongo|\/work|\/home|\/tmp/);
      expect(JSON.parse(text), name).toMatchObject({ type: expect.stringMatching(/^urn:hookswitch:error:/) });
    }
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      const text = await (await fetch(`${api.baseUrl}${path}`)).text();
      for (const secret of [firstAccount.apiKey, firstAccount.signingSecret, firstAccount.accountId, 'mongodb://'])
        expect(text, path).not.toContain(secret);
    }
  });
});
