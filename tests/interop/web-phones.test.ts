import { request as httpRequest } from 'node:http';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { webSocketWire } from '../peers/tone-phone/phone-wire.js';
import { headerOf, headersOf } from '../peers/tone-phone/sip-text.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { within } from '../peers/within.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let engine: EngineOnLoopback;
let count = 0;

beforeAll(async () => {
  engine = await EngineOnLoopback.start({ tls: true, webSockets: { origins: ['https://app.example'] } });
});

afterAll(() => engine.close());

type Scheme = 'ws' | 'wss';
const urlOf = (scheme: Scheme) => `${scheme}://127.0.0.1:${engine.port(scheme)}/`;

/** Alice's phone in a browser: registers under an address that cannot be. */
async function webPhone(scheme: Scheme = 'ws', more: { instance?: string; binary?: boolean } = {}) {
  const { binary = false, instance = `device-${(count += 1)}` } = more;
  const wire = await webSocketWire(urlOf(scheme), { binary });
  const phone = await TonePhone.open({
    user: 'alice',
    password: 'secret',
    server: { host: '127.0.0.1', port: engine.port(scheme) },
    party: 'caller',
    instance,
    wire,
  });
  const registered = await phone.register();
  expect(registered.status).toBe(200);
  return { phone, registered, webSocket: wire.webSocket, wire };
}

function ring(): LiveCall {
  count += 1;
  const target = { kind: 'endpoint', endpointId: 'SE-alice' } as const;
  return engine.engine.dial({ callId: `ring-${count}`, target, from: '+14155550199', ringTimeoutMs: 30_000 });
}

const endOf = (leg: LiveCall) =>
  within(new Promise((resolve) => leg.events.once('ended', resolve)), `the end of ${leg.id}`);

async function gone(): Promise<void> {
  await engine.directory.removeBinding('SE-alice', 'all');
}

describe.each<Scheme>(['ws', 'wss'])('a phone in a browser over %s (RFC 7118)', (scheme) => {
  it('registers under a .invalid contact, is rung on its connection, and both hear each other', async () => {
    const { phone, webSocket } = await webPhone(scheme);
    expect(await engine.directory.bindings('SE-alice')).toMatchObject([{ received: { transport: scheme } }]);
    const leg = ring();
    const call = await phone.nextCall();
    expect(headerOf(call.invitation, 'Via')).toMatch(new RegExp(`^SIP/2\\.0/${scheme.toUpperCase()} `));
    expect(headerOf(call.invitation, 'Contact')).toContain(';transport=ws');
    await call.answer();
    const desk = engine.engine.dial({
      callId: `desk-${count}`,
      target: { kind: 'sip', uri: `sip:desk@127.0.0.1:${engine.desk.address.port}` },
      from: '1',
      ringTimeoutMs: 30_000,
    });
    const answering = await engine.desk.nextCall();
    await answering.answer();
    engine.engine.connect(leg, desk);
    await Promise.all([call.media.hears('callee'), answering.media.hears('caller')]);
    desk.hangUp();
    leg.hangUp();
    expect(await call.ended).toMatchObject({ by: 'them', how: 'BYE' });
    webSocket.close();
    await gone();
  });

  it('calls, is put through, and hangs up', async () => {
    const { phone, webSocket } = await webPhone(scheme, { binary: scheme === 'wss' });
    engine.onIncoming = 'put-through';
    const call = await phone.dial('desk');
    await call.answered();
    await call.media.hears('callee');
    await call.bye();
    webSocket.close();
    await gone();
  });
});

describe('the connection of a phone in a browser', () => {
  it('ends its binding when it closes: a call then fails at once, and not after half a minute', async () => {
    const changes: string[] = [];
    engine.engine.events.on('binding', ({ endpointId, state }) => changes.push(`${endpointId} ${state}`));
    const { webSocket } = await webPhone();
    webSocket.terminate();
    await engineSays(() => changes.includes('SE-alice unregistered'));
    expect(await engine.directory.bindings('SE-alice')).toEqual([]);
    const leg = ring();
    expect(await endOf(leg)).toMatchObject({ result: 'failed', reason: 'not-registered' });
  });

  it('ends the ringing when it closes meanwhile', async () => {
    const { phone, webSocket } = await webPhone();
    const leg = ring();
    (await phone.nextCall()).ring();
    webSocket.terminate();
    expect(await endOf(leg)).toMatchObject({ result: 'failed', reason: 'network-error' });
  });

  it('is one flow of one device: a page that is loaded anew takes the place of the old one (RFC 5626 6)', async () => {
    const before = await webPhone('ws', { instance: 'same' });
    const after = await webPhone('ws', { instance: 'same' });
    expect(headersOf(after.registered, 'Contact')).toHaveLength(1);
    expect(headerOf(after.registered, 'Require')).toBe('outbound');
    expect(Number(headerOf(after.registered, 'Flow-Timer'))).toBeGreaterThan(0);
    before.webSocket.close();
    await new Promise((resolve) => before.webSocket.once('close', resolve));
    const leg = ring();
    const call = await after.phone.nextCall();
    await call.answer();
    expect(before.phone.incoming.all).toEqual([]);
    leg.hangUp();
    await call.ended;
    after.webSocket.close();
    await gone();
  });

  it('may be another one in the middle of a call: a re-INVITE on it moves the dialog there, and the BYE finds it', async () => {
    const { phone, webSocket, wire } = await webPhone('ws', { instance: 'roaming' });
    const leg = ring();
    const call = await phone.nextCall();
    await call.answer();
    await wire.reconnect();
    webSocket.terminate();
    expect((await phone.register()).status).toBe(200);
    expect((await call.hold()).status).toBe(200);
    expect((await call.resume()).status).toBe(200);
    leg.hangUp();
    expect(await call.ended).toMatchObject({ by: 'them', how: 'BYE' });
    wire.close();
    await gone();
  });

  it('answers CRLFCRLF with CRLF (RFC 5626 4.4.1), and pings with pongs', async () => {
    const webSocket = await opened();
    const answers: string[] = [];
    webSocket.on('message', (data) => answers.push(String(data)));
    const ponged = new Promise((resolve) => webSocket.once('pong', resolve));
    webSocket.send('\r\n');
    webSocket.send('\r\n\r\n');
    webSocket.ping();
    await within(ponged, 'a pong');
    await engineSays(() => answers.length > 0);
    expect(answers).toEqual(['\r\n']);
    webSocket.close();
  });

  it('takes a request without Content-Length, and a body that is the rest of the frame (RFC 7118 5.1)', async () => {
    const webSocket = await opened();
    const answered = new Promise<string>((resolve) => webSocket.once('message', (data) => resolve(String(data))));
    const lines = ['OPTIONS sip:127.0.0.1 SIP/2.0', 'Via: SIP/2.0/WS x.invalid;branch=z9hG4bKo', 'Max-Forwards: 70'];
    const more = ['From: <sip:a@x.invalid>;tag=1', 'To: <sip:127.0.0.1>', 'Call-ID: ws-options', 'CSeq: 1 OPTIONS'];
    webSocket.send([...lines, ...more, '', ''].join('\r\n'));
    expect(await within(answered, 'an answer')).toMatch(/^SIP\/2\.0 200 OK\r\n/);
    webSocket.close();
  });
});

describe('who may connect', () => {
  const handshake = (options: { protocol?: string; origin?: string }) =>
    new Promise<string>((resolve) => {
      const { protocol, origin } = options;
      const webSocket = new WebSocket(
        urlOf('ws'),
        protocol === undefined ? [] : [protocol],
        origin === undefined ? {} : { origin },
      );
      webSocket.once('open', () => {
        resolve(`open ${webSocket.protocol}`);
        webSocket.close();
      });
      webSocket.once('unexpected-response', (_request, response) => {
        resolve(String(response.statusCode));
        response.resume();
      });
      webSocket.on('error', () => undefined);
    });

  it.each([
    ['a client that is no browser', { protocol: 'sip' }, 'open sip'],
    ['a page of a listed origin, in any case', { protocol: 'sip', origin: 'https://App.example' }, 'open sip'],
    ['a page of another origin: 403', { protocol: 'sip', origin: 'https://evil.example' }, '403'],
    ['one that does not speak SIP: 400', { protocol: 'chat' }, '400'],
    ['one that says nothing of what it speaks: 400', {}, '400'],
  ])('%s', async (_who, options, result) => {
    expect(await handshake(options)).toBe(result);
  });

  it('not one that wants no WebSocket: 426', async () => {
    const status = await new Promise((resolve) => {
      httpRequest({ port: engine.port('ws'), host: '127.0.0.1', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(426);
  });
});

async function opened(): Promise<WebSocket> {
  const { webSocket } = await webSocketWire(urlOf('ws'));
  return webSocket;
}

/** Waits until it holds, looking every 10 ms. */
function engineSays(holds: () => boolean): Promise<void> {
  const holding = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!holds()) return;
      clearInterval(look);
      resolve();
    }, 10);
  });
  return within(holding, 'what the engine says');
}
