import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { RawSip } from './raw-sip.js';
import { cameSoFar } from './torture/torture-run.js';

let engine: EngineOnLoopback;
let edge: KamailioEdge;
let victim: { port: number; heard: string[]; close(): void };
let count = 0;

beforeAll(async () => {
  edge = await KamailioEdge.start();
  engine = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: edge.innerPort }] });
  engine.onIncoming = 'refuse';
  await edge.configure([`sip:127.0.0.1:${engine.port('udp')};transport=udp`]);
  const socket = createSocket('udp4');
  // The edge tells nodes by address, so somebody else needs another one.
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.77', resolve));
  const heard: string[] = [];
  socket.on('message', (bytes) => heard.push(bytes.toString()));
  victim = { port: socket.address().port, heard, close: () => socket.close() };
});

afterAll(async () => {
  victim.close();
  await engine.close();
  await edge.stop();
});

/** Sends a request with these lines of its own; resolves with the status of the first final answer. */
async function ask(method: string, uri: string, lines: readonly string[], to = ''): Promise<number> {
  count += 1;
  const raw = await RawSip.open('udp', { host: '127.0.0.1', port: edge.port });
  const own = lines.some((line) => line.startsWith('Via:')) ? [] : [`Via: ${raw.via(`z9hG4bKs${count}`)};rport`];
  const common = [
    `${method} ${uri} SIP/2.0`,
    ...own,
    ...lines,
    'Max-Forwards: 70',
    'From: <sip:stranger@127.0.0.1>;tag=1',
    `To: <sip:user@127.0.0.1>${to}`,
    `Call-ID: stranger-${count}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:stranger@127.0.0.1:${raw.port}>`,
    'Content-Length: 0',
  ];
  raw.send(`${common.join('\r\n')}\r\n\r\n`);
  const { sip } = await raw.messages.first('a final answer', (message) => (message.sip.status ?? 0) >= 200);
  raw.close();
  return sip.status!;
}

describe('a stranger at the edge', () => {
  const victimUri = () => `sip:127.0.0.77:${victim.port}`;
  const us = () => `sip:127.0.0.1:${edge.port}`;
  const inner = () => `sip:127.0.0.1:${edge.innerPort}`;

  it.each([
    ['a Request-URI', () => [victimUri(), []] as const],
    ['a Route', () => ['sip:user@127.0.0.1', [`Route: <${us()};lr>, <${victimUri()};lr>`]] as const],
    ['received in a Route', () => ['sip:user@127.0.0.1', [`Route: <${us()};lr;received=${victimUri()}>`]] as const],
    ['a Path of its own', () => ['sip:user@127.0.0.1', [`Path: <${victimUri()};lr>`]] as const],
  ])('reaches nobody but a node, whatever it writes into %s (a new request)', async (_where, make) => {
    const [uri, lines] = make();
    expect([200, 401, 404, 486]).toContain(await ask('OPTIONS', uri, lines));
    expect([401, 404, 486]).toContain(await ask('INVITE', uri, lines));
    await cameSoFar('udp', edge);
    expect(victim.heard).toEqual([]);
  });

  it.each([
    ['a Request-URI', () => [victimUri(), [`Route: <${us()};lr>`]] as const],
    ['a second Route', () => ['sip:user@127.0.0.1', [`Route: <${us()};lr>, <${victimUri()};lr>`]] as const],
    ['the inner Route', () => [victimUri(), [`Route: <${us()};r2=on;lr>, <${inner()};r2=on;lr>`]] as const],
    ['received in a Route', () => ['sip:user@127.0.0.1', [`Route: <${us()};lr;received=${victimUri()}>`]] as const],
    ['an alias', () => [`sip:user@127.0.0.1;alias=127.0.0.77~${victim.port}~1`, [`Route: <${us()};lr>`]] as const],
  ])(
    'reaches nobody but a node, whatever it writes into %s (within a dialog that it made up)',
    async (_where, make) => {
      const [uri, lines] = make();
      expect(await ask('BYE', uri, lines, ';tag=made-up')).toBe(481);
      await cameSoFar('udp', edge);
      expect(victim.heard).toEqual([]);
    },
  );

  it('is not taken for somebody else by what it writes into its Via', async () => {
    const trunk = '203.0.113.5';
    engine.directory.addTrunk('TK-far', trunk);
    engine.directory.removeTrunk('127.0.0.1');
    const before = engine.incoming.all.length;
    const via = (rest: string) => [`Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKspoof${++count}${rest}`];
    for (const rest of [`;received=${trunk};rport`, `;rport;received=${trunk}`]) {
      expect(await ask('INVITE', 'sip:user@127.0.0.1', via(rest))).toBe(401);
    }
    // A Via below its own is of whoever sent it before, and nobody asks that.
    const below = `Via: SIP/2.0/UDP ${trunk}:5060;branch=z9hG4bKbelow;received=${trunk}`;
    expect(await ask('INVITE', 'sip:user@127.0.0.1', [...via(';rport'), below])).toBe(401);
    expect(await ask('INVITE', 'sip:user@127.0.0.1', [`Via: SIP/2.0/TLS ${trunk};branch=z9hG4bKtls;rport`])).toBe(400);
    expect(engine.incoming.all.length).toBe(before);
    engine.directory.addTrunk('TK-1', '127.0.0.1');
  });

  it('who speaks on the inner socket and is no node gets no answer', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.77', resolve));
    const heard: string[] = [];
    socket.on('message', (bytes) => heard.push(bytes.toString()));
    const lines = [
      `OPTIONS ${victimUri()} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.77:${socket.address().port};branch=z9hG4bKinner;rport`,
      `Route: <${inner()};lr;received=${victimUri()}>`,
      'Max-Forwards: 70',
      'From: <sip:stranger@127.0.0.1>;tag=1',
      'To: <sip:user@127.0.0.1>',
      'Call-ID: inner',
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
    ];
    await new Promise((resolve) => socket.send(`${lines.join('\r\n')}\r\n\r\n`, edge.innerPort, '127.0.0.1', resolve));
    await cameSoFar('udp', edge);
    expect([...heard, ...victim.heard]).toEqual([]);
    socket.close();
  });

  it('is banned where it guesses secrets, and whoever registered from there before is not', async () => {
    const open = (host: string, password: string) =>
      TonePhone.open({ user: 'alice', password, host, server: { host: '127.0.0.1', port: edge.port } });
    const [guesser, honest] = [await open('127.0.0.31', 'wrong'), await open('127.0.0.32', 'secret')];
    const mistaken = await open('127.0.0.32', 'wrong');
    expect((await honest.register()).status).toBe(200);
    for (let n = 0; n < 21; n += 1) {
      expect((await guesser.register()).status).toBe(403);
      expect((await mistaken.register()).status).toBe(403);
    }
    const bans = JSON.stringify(await edge.command('htable.dump', ['ban']));
    expect(bans).toContain('127.0.0.31');
    expect(bans).not.toContain('127.0.0.32');
    expect((await honest.unregister()).status).toBe(200);
    for (const phone of [guesser, honest, mistaken]) phone.close();
  });

  it('gets no JSON-RPC at the outer sockets, nor SIP at the JSON-RPC one', async () => {
    const refused = await fetch(`http://127.0.0.1:${edge.port}/rpc`, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'core.uptime' }),
    });
    expect(refused.status).toBe(404);
    expect(await refused.text()).not.toContain('uptime');
    expect((await fetch(edge.rpcUrl.replace('/rpc', '/other'))).status).toBe(403);
  });
});

describe('calls out through the edge', () => {
  it('take the next edge where the first one is dead, and at once the next time', async () => {
    const dead = { transport: 'udp', address: '127.0.0.1', port: edge.innerPort - 1000 } as const;
    const alive = { transport: 'udp', address: '127.0.0.1', port: edge.innerPort } as const;
    const second = await EngineOnLoopback.start({ edges: [dead, alive], limits: { failoverMs: 300 } });
    await edge.configure([`sip:127.0.0.1:${second.port('udp')};transport=udp`]);
    const phone = await TonePhone.open({
      user: 'far',
      server: { host: '127.0.0.1', port: edge.port },
      party: 'caller',
    });
    for (let n = 0; n < 2; n += 1) {
      const leg = second.engine.dial({
        callId: `next-edge-${n}`,
        target: { kind: 'sip', uri: `sip:far@127.0.0.1:${phone.address.port}` },
        from: '1',
        ringTimeoutMs: 30_000,
      });
      const ended = new Promise((resolve) => leg.events.once('ended', resolve));
      const sent: string[] = [];
      leg.events.on('signalling', ({ sent: ours, line }) => ours && sent.push(line));
      const call = await phone.nextCall();
      await call.answer();
      expect(sent.filter((line) => line === 'INVITE')).toHaveLength(n === 0 ? 2 : 1);
      expect((await call.bye()).status).toBe(200);
      expect(await ended).toMatchObject({ result: 'completed' });
    }
    phone.close();
    await second.close();
  });

  it('are given up in time where the far end says nothing', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const leg = engine.engine.dial({
      callId: 'silent',
      target: { kind: 'sip', uri: `sip:far@127.0.0.1:${silent.address().port}` },
      from: '1',
      ringTimeoutMs: 30_000,
    });
    const ended = await new Promise((resolve) => leg.events.once('ended', resolve));
    expect(ended).toMatchObject({ result: 'failed', sip: 503 });
    silent.close();
  });
});
