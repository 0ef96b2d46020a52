import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { useWorld } from '../journeys/world.js';
import { webSocketWire } from '../peers/tone-phone/phone-wire.js';
import { within } from '../peers/within.js';
import { metric, openInEngine } from './metrics.js';

const on = useWorld({
  name: 'web_sockets',
  redisDatabase: 68,
  settings: { SIP_LISTEN: 'udp:127.0.0.1:0,ws:127.0.0.1:0' },
});

const port = () => on.world.platform.sipOver('ws')!.port;
const open = async () => (await webSocketWire(`ws://127.0.0.1:${port()}`)).webSocket;
const closeCode = (webSocket: WebSocket) =>
  within(new Promise<number>((resolve) => webSocket.once('close', resolve)), 'a WebSocket to close');

/** A phone in a browser, as an endpoint that the API made. */
async function webPhone(username: string) {
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username });
  const wire = await webSocketWire(`ws://127.0.0.1:${port()}`);
  const server = { host: '127.0.0.1', port: port() };
  const phone = await on.world.phone({ user: username, password, server, party: 'agent', instance: username, wire });
  expect((await phone.register()).status).toBe(200);
  return { phone, webSocket: wire.webSocket };
}

/** Bytes straight onto the TCP connection; resolves once the other side closed it. */
function raw(bytes: string | Uint8Array): { socket: Socket; closed: Promise<string> } {
  let heard = '';
  const socket = connect(port(), '127.0.0.1', () => socket.write(bytes));
  socket.on('error', () => undefined);
  socket.on('data', (more) => (heard += more.toString('latin1')));
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)));
  return { socket, closed: within(closed, 'the connection to close') };
}

const upgrade = [
  'GET / HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: sip',
  '',
  '',
].join('\r\n');

describe('a phone in a browser', () => {
  it('is an endpoint like others: a script dials it, both are heard, and once its page is closed it is not registered', async () => {
    const { phone, webSocket } = await webPhone('web-anna');
    const action = on.world.script([{ verb: 'hangup' }], 'after');
    const line = await on.world.line([{ verb: 'dial', action, targets: [{ type: 'endpoint', endpoint: 'web-anna' }] }]);
    const caller = await on.world.call(line);
    const rung = await phone.nextCall();
    await rung.answer();
    await Promise.all([caller.media.hears('agent'), rung.media.hears('caller')]);
    await rung.bye();
    await caller.ended;
    const { items } = await on.world.api.get<{ items: { id: string; username: string }[] }>('/v1/endpoints?limit=100');
    const { id } = items.find(({ username }) => username === 'web-anna')!;
    const registrations = () => on.world.api.get<{ items: unknown[] }>(`/v1/endpoints/${id}/registrations`);
    expect((await registrations()).items).toMatchObject([{ receivedFrom: { transport: 'ws' } }]);
    webSocket.terminate();
    await on.world.eventually('no registration', async () =>
      (await registrations()).items.length === 0 ? true : undefined,
    );
    const again = await on.world.call(line);
    await again.ended;
    expect(await on.world.result(action, 2)).toMatchObject({ dialStatus: 'failed' });
  });
});

describe('hostile WebSockets', () => {
  it('are closed with the code that says why, cost no call and leave nothing open', async () => {
    const files = await metric(on.world.platform, 'process_open_fds');
    const steady = await on.world.call(await on.world.line([{ verb: 'play', url: '/prompt.wav', loop: 0 }]));
    await steady.answered();

    const large = await open();
    large.send(Buffer.alloc(70_000, 0x41));
    expect(await closeCode(large)).toBe(1009);

    const fragments = await open();
    for (let part = 0; part < 200; part += 1) fragments.send('x', { fin: false });
    expect([1008, 1009]).toContain(await closeCode(fragments));

    // A frame that is not masked (RFC 6455 5.1), a reserved opcode, text that is no UTF-8.
    for (const frame of [
      [0x81, 0x02, 0x41, 0x41],
      [0x83, 0x80, 0, 0, 0, 0],
      [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28],
    ]) {
      const { socket, closed } = raw(upgrade);
      await new Promise((resolve) => socket.once('data', resolve));
      socket.write(Uint8Array.from(frame));
      expect(await closed).toMatch(/^HTTP\/1\.1 101 /);
    }

    for (const bytes of [
      '\0'.repeat(2000),
      'GET / HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      'REGISTER sip:x SIP/2.0\r\n\r\n',
    ]) {
      await raw(bytes).closed;
    }

    const talker = await open();
    for (const text of garbage()) talker.send(text);
    talker.ping();
    await within(new Promise((resolve) => talker.once('pong', resolve)), 'a pong after garbage');
    talker.terminate();

    const idle = await Promise.all(Array.from({ length: 300 }, () => open()));
    const half = Array.from({ length: 300 }, () => raw(upgrade.slice(0, 60)));
    await steady.media.hears('prompt');
    for (const webSocket of idle) webSocket.terminate();
    for (const { socket } of half) socket.destroy();
    await steady.bye();

    for (const kind of ['dialogs', 'transactions', 'calls', 'mediaPorts']) {
      await on.world.eventually(`no ${kind} to be open`, async () =>
        (await openInEngine(on.world.platform, kind)) === 0 ? true : undefined,
      );
    }
    await on.world.eventually('its files to be closed', async () =>
      (await metric(on.world.platform, 'process_open_fds')) <= files + 20 ? true : undefined,
    );
    expect(on.world.platform.output.join('\n')).not.toMatch(/"level":50|"level":60/);
  });

  it('no more than a thousand come from one address', async () => {
    const held: Socket[] = [];
    let cut = 0;
    await new Promise<void>((resolve) => {
      let settled = 0;
      for (let count = 0; count < 1_050; count += 1) {
        const socket = connect({ port: port(), host: '127.0.0.1', localAddress: '127.9.0.1' });
        held.push(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => {
          cut += 1;
          if (cut === 50) resolve();
        });
        socket.once('connect', () => (settled += 1));
      }
    });
    expect(cut).toBe(50);
    const other = await open();
    expect(other.readyState).toBe(WebSocket.OPEN);
    other.close();
    for (const socket of held) socket.destroy();
  });
});

/** Frames that are no messages, half messages, and messages that ask for too much. */
function garbage(): (string | Uint8Array)[] {
  const head = 'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKy\r\n';
  return [
    '',
    '\r\n'.repeat(2000),
    '\0'.repeat(1400),
    head,
    `${head}Content-Length: 99999\r\n\r\n`,
    `${head}Content-Length: -1\r\n\r\n`,
    `${head}X: ${'a'.repeat(60_000)}\r\n\r\n`,
    `${head}${head}${head}\r\n`,
    'SIP/2.0 200 OK\r\n\r\n',
    `INVITE ${'sip:'.repeat(3000)} SIP/2.0\r\n\r\n`,
    new Uint8Array(60_000).fill(0xff),
  ];
}
