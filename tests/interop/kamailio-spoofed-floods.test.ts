import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { createKamailioEdge } from '@hookswitch/media/drivers/kamailio/index';
import type { SipEdge } from '@hookswitch/media/port/sip-edge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { Caller } from '../peers/sip-probes/caller.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { RawSip } from './raw-sip.js';

const trunk = '127.0.0.81';
let engine: EngineOnLoopback;
let proxy: KamailioEdge;
let edge: SipEdge;

beforeAll(async () => {
  proxy = await KamailioEdge.start();
  engine = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: proxy.innerPort }] });
  engine.onIncoming = 'refuse';
  edge = createKamailioEdge({
    urls: [proxy.rpcUrl],
    clock: systemClock,
    logger: silentLogger,
    lookMs: 100,
    rememberMs: 0,
  });
  const node = { address: `udp:127.0.0.1:${engine.port('udp')}`, state: 'active', weight: 50, mark: 'mark' } as const;
  edge.set({ nodes: [node], sources: [trunk], banned: [] });
  edge.start();
  await edge.settled();
});

afterAll(async () => {
  await edge.stop();
  await engine.close();
  await proxy.stop();
});

const server = () => ({ host: '127.0.0.1', port: proxy.port });
const banned = async () => (await edge.bans()).map(({ address }) => address);

function phoneAt(host: string): Promise<TonePhone> {
  return TonePhone.open({ user: 'alice', password: 'secret', host, server: server() });
}

/** The status that an OPTIONS over a connection from there gets. */
async function askOverTcp(host: string, headers: readonly string[] = []): Promise<number> {
  const raw = await RawSip.open('tcp', server(), host);
  raw.send(options(raw, headers));
  const { sip } = await raw.messages.first('an answer', (message) => (message.sip.status ?? 0) >= 200);
  raw.close();
  return sip.status!;
}

let count = 0;

function options(raw: RawSip, headers: readonly string[]): string {
  count += 1;
  const lines = [
    'OPTIONS sip:user@127.0.0.1 SIP/2.0',
    `Via: ${raw.via(`z9hG4bKflood${count}`)};rport`,
    'Max-Forwards: 70',
    'From: <sip:stranger@127.0.0.1>;tag=1',
    'To: <sip:user@127.0.0.1>',
    `Call-ID: flood-${count}`,
    'CSeq: 1 OPTIONS',
    ...headers,
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

describe('whoever writes the address of somebody else into UDP packets', () => {
  it('gets neither a trunk banned nor a phone that registered, also after a restart of the edge', async () => {
    const victim = await phoneAt('127.0.0.82');
    expect((await victim.register()).status).toBe(200);
    for (const address of [trunk, '127.0.0.82']) await Caller.flood(address, proxy.port);
    expect(await banned()).toEqual([]);
    await edge.settled();
    await proxy.halt();
    await proxy.start();
    await expect
      .poll(async () => {
        await edge.settled();
        return edge.health()[0]?.restarts;
      })
      .toBe(1);
    for (const address of [trunk, '127.0.0.82']) await Caller.flood(address, proxy.port);
    expect(await banned()).toEqual([]);
    expect((await victim.unregister()).status).toBe(200);
    victim.close();
  });

  it('gets others banned over UDP alone: who comes over a connection is served', async () => {
    const victim = '127.0.0.83';
    await Caller.flood(victim, proxy.port);
    expect(await banned()).toContain(victim);
    expect(await Caller.call(victim, proxy.port)).toBeUndefined();
    expect(await askOverTcp(victim)).toBe(200);
  });

  it('gets nobody banned with one packet that says it is a scanner’s, which gets no answer', async () => {
    const victim = '127.0.0.84';
    const raw = await RawSip.open('udp', server(), victim);
    raw.send(options(raw, ['User-Agent: friendly-scanner']));
    raw.send(options(raw, []));
    await raw.messages.first('an answer', () => true);
    expect(raw.finals(`flood-${count - 1}`)).toEqual([]);
    expect(raw.finals(`flood-${count}`)).toEqual([200]);
    expect(await banned()).not.toContain(victim);
    raw.close();
  });
});

describe('over a connection, whose address cannot be another’s', () => {
  it('whoever floods, or says it is a scanner, is banned everywhere', async () => {
    const [flooder, scanner] = ['127.0.0.85', '127.0.0.86'];
    const raw = await RawSip.open('tcp', server(), flooder);
    for (let n = 0; n < 200; n += 1) raw.send(options(raw, []));
    await expect.poll(banned).toContain(flooder);
    raw.close();
    const other = await RawSip.open('tcp', server(), scanner);
    other.send(options(other, ['User-Agent: friendly-scanner']));
    await expect.poll(banned).toContain(scanner);
    other.close();
    expect(await Caller.call(scanner, proxy.port)).toBeUndefined();
    const reasons = (await edge.bans()).filter(({ address }) => [flooder, scanner].includes(address));
    expect(reasons.map(({ reason }) => reason)).toEqual(['flood', 'scanner']);
  });
});
