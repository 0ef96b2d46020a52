import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { createKamailioEdge } from '@hookswitch/media/drivers/kamailio/index';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { selfMadeCertificate } from '../peers/self-made-certificate.js';
import { digestAnswer } from '../peers/tone-phone/digest-answer.js';
import { headerOf, headersOf, type SipText, writeSip } from '../peers/tone-phone/sip-text.js';
import { EngineOnLoopback, type Wire } from './engine-on-loopback.js';
import { HandCall } from './hand-call.js';
import { OddMedia } from './odd-media.js';
import { RawSip } from './raw-sip.js';

const folder = mkdtempSync(join(tmpdir(), 'edge-families-'));
let proxy: KamailioEdge;
let engine: EngineOnLoopback;

beforeAll(async () => {
  const { key, cert } = selfMadeCertificate();
  const tls = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  writeFileSync(tls.certificateFile, cert);
  writeFileSync(tls.keyFile, key);
  proxy = await KamailioEdge.start({ ipv6: true, tls });
  engine = await EngineOnLoopback.start({
    edges: [{ transport: 'udp', address: '127.0.0.1', port: proxy.innerPort }],
    localAddressTowards: (remote) => (isIPv6(remote) ? '::1' : '127.0.0.1'),
  });
  engine.directory.addTrunk('TK-6', '::1');
  await proxy.configure([`sip:127.0.0.1:${engine.port('udp')};transport=udp`]);
});

afterAll(async () => {
  await engine.close();
  await proxy.stop();
  rmSync(folder, { recursive: true });
});

const digits = (leg: LiveCall) => {
  const heard: string[] = [];
  leg.events.on('digit', (digit) => heard.push(digit));
  return heard;
};

const over = (leg: LiveCall) => new Promise<Termination>((resolve) => leg.events.once('ended', resolve));

/** An answer to a request that came. */
function answerTo(request: SipText, status: number): string {
  const same = ['From', 'To', 'Call-ID', 'CSeq'].map((name) => [name, headerOf(request, name)] as const);
  const vias = headersOf(request, 'Via').map((via) => ['Via', via] as const);
  return writeSip({ status, reason: 'Answer', headers: [...vias, ...same], body: '' });
}

describe.each([
  ['udp', '127.0.0.1'],
  ['tcp', '127.0.0.1'],
  ['tls', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '::1'],
  ['tls', '::1'],
] as const)('through the edge over %s with a far end at %s', (wire: Wire, host: string) => {
  const hostText = host.includes(':') ? `[${host}]` : host;
  const outer = () => ({ host, port: wire === 'tls' ? proxy.tlsPort : proxy.port });

  it('a call in: both are heard, and it is ended by us', async () => {
    const raw = await RawSip.open(wire, outer());
    const call = new HandCall(raw, await OddMedia.open('caller', host, 101));
    const before = engine.putThrough.all.length;
    await call.call(call.usual({ uri: `sip:+14155550100@${hostText}` }));
    const through = engine.putThrough.all[before]!;
    const desk = engine.desk.incoming.all.at(-1)!;
    await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
    expect(through.leg.facts).toMatchObject({ transport: wire, remoteAddress: `${hostText}:${raw.port}` });
    through.leg.hangUp();
    const { sip: bye } = await raw.messages.first('BYE', ({ sip }) => sip.method === 'BYE');
    raw.send(answerTo(bye, 200));
    await through.ended;
    call.close();
  });

  it('a call out to a carrier, with media both ways, ended by either', async () => {
    const carrier = await EngineOnLoopback.start({ host, tls: true });
    for (const who of ['us', 'the carrier']) {
      const answered = new Promise<LiveCall>((resolve) => {
        carrier.onIncoming = (call) => {
          const leg = call.accept(`carried-${who}`);
          leg.answer().then(() => resolve(leg));
        };
      });
      const leg = engine.engine.dial({
        callId: `out-${wire}-${host}-${who}`,
        target: { kind: 'sip', uri: `sip:+442079460000@${hostText}:${carrier.port(wire)};transport=${wire}` },
        from: '+14155550100',
        ringTimeoutMs: 30_000,
      });
      const [ours, theirs] = [leg, await answered];
      const [heardHere, heardThere] = [digits(ours), digits(theirs)];
      await expect.poll(() => ours.status).toBe('answered');
      await Promise.all([ours.sendDigits('12'), theirs.sendDigits('34')]);
      await expect.poll(() => [heardHere.join(''), heardThere.join('')]).toEqual(['34', '12']);
      expect(theirs.facts.transport).toBe(wire);
      const ends = [over(ours), over(theirs)];
      (who === 'us' ? ours : theirs).hangUp();
      await Promise.all(ends);
    }
    await carrier.close();
  });

  it('a phone that registers is rung where it is', async () => {
    const raw = await RawSip.open(wire, outer());
    const register = (cseq: number, authorization: readonly string[] = []) => {
      const lines = [
        `REGISTER sip:${hostText} SIP/2.0`,
        `Via: ${raw.via(`z9hG4bKregister${wire}${raw.port}${cseq}`)};rport`,
        'Max-Forwards: 70',
        `From: <sip:alice@${hostText}>;tag=1`,
        `To: <sip:alice@${hostText}>`,
        `Call-ID: register-${wire}-${raw.port}`,
        `CSeq: ${cseq} REGISTER`,
        `Contact: <sip:alice@${hostText}:${raw.port};transport=${wire}>`,
        'Expires: 300',
        ...authorization,
        'Content-Length: 0',
      ];
      raw.send(`${lines.join('\r\n')}\r\n\r\n`);
      return raw.messages.first(
        `an answer to REGISTER ${cseq}`,
        ({ sip }) => (sip.status ?? 0) >= 200 && headerOf(sip, 'CSeq') === `${cseq} REGISTER`,
      );
    };
    const { sip: challenge } = await register(1);
    expect(challenge.status).toBe(401);
    const login = { username: 'alice', password: 'secret' };
    const value = digestAnswer(headerOf(challenge, 'WWW-Authenticate'), login, 'REGISTER', `sip:${hostText}`);
    expect((await register(2, [`Authorization: ${value}`])).sip.status).toBe(200);
    const leg = engine.engine.dial({
      callId: `rung-${wire}-${host}`,
      target: { kind: 'endpoint', endpointId: 'SE-alice' },
      from: '+14155550100',
      ringTimeoutMs: 30_000,
    });
    const ended = over(leg);
    const { sip: invite } = await raw.messages.first('INVITE', ({ sip }) => sip.method === 'INVITE');
    raw.send(answerTo(invite, 486));
    expect(await ended).toMatchObject({ result: 'busy' });
    await engine.directory.removeBinding('SE-alice', 'all');
    raw.close();
  });
});

describe('a ban by hand of an IPv6 address', () => {
  /** Whether an OPTIONS from ::1 was answered by the time that one from 127.0.0.1 is. */
  async function isServed(): Promise<boolean> {
    const sockets: RawSip[] = [];
    for (const host of ['::1', '127.0.0.1']) {
      const raw = await RawSip.open('udp', { host, port: proxy.port });
      const lines = [
        'OPTIONS sip:user@127.0.0.1 SIP/2.0',
        `Via: ${raw.via(`z9hG4bKbarred${raw.port}`)};rport`,
        'Max-Forwards: 70',
        'From: <sip:stranger@127.0.0.1>;tag=1',
        'To: <sip:user@127.0.0.1>',
        `Call-ID: barred-${raw.port}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
      ];
      raw.send(`${lines.join('\r\n')}\r\n\r\n`);
      sockets.push(raw);
    }
    await sockets[1]!.messages.first('an answer', () => true);
    const served = sockets[0]!.messages.all.length > 0;
    for (const raw of sockets) raw.close();
    return served;
  }

  it.each([['::1'], ['0:0::/64']])('holds for %s until it is lifted', async (network) => {
    const edge = createKamailioEdge({ urls: [proxy.rpcUrl], clock: systemClock, logger: silentLogger });
    const node = { address: `udp:127.0.0.1:${engine.port('udp')}`, state: 'active', weight: 50, mark: 'mark' } as const;
    const plan = { nodes: [node], sources: ['::1'] };
    edge.set({ ...plan, banned: [network, '203.0.113.0/24'] });
    await edge.settled();
    expect(edge.health()).toMatchObject([{ up: true }]);
    expect(await isServed()).toBe(false);
    edge.set({ ...plan, banned: [] });
    await edge.settled();
    await expect.poll(isServed).toBe(true);
    await proxy.command('htable.sets', ['ban', '0:0:0:0:0:0:0:1', '1 4000000000 flood udp']);
    expect(await edge.bans()).toMatchObject([{ address: '::1' }]);
    expect([await edge.unban('::1'), await edge.unban('::1')]).toEqual([true, false]);
    await edge.stop();
  });
});

it('leaves nothing behind', () => engine.idle());
