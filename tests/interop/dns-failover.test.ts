import { createSocket } from 'node:dgram';
import { dnsResolver } from '@hookswitch/media/net/dns-resolver';
import { networkWith } from '@hookswitch/media/net/system-network';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DnsEntry, DnsServer } from '../peers/dns-server.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { within } from '../peers/within.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let dns: DnsServer;
let engine: EngineOnLoopback;
let count = 0;

beforeAll(async () => {
  dns = await DnsServer.start();
  engine = await EngineOnLoopback.start({
    network: networkWith(dnsResolver([dns.address])),
    limits: { floodPerSecond: 10_000, floodBurst: 10_000, failoverMs: 500 },
  });
});

afterAll(async () => {
  await engine.close();
  dns.close();
});

/** Three proxies of a carrier, each a phone of ours on its own loopback address: the first is dead, the second answers calls, the third is overloaded. */
async function carrier() {
  const server = { host: '127.0.0.1', port: engine.port('udp') };
  const dead = createSocket('udp4');
  await new Promise<void>((resolve) => dead.bind(0, '127.0.0.1', resolve));
  const heardByDead: string[] = [];
  dead.on('message', (bytes) => heardByDead.push(bytes.toString()));
  const serving = await TonePhone.open({ user: 'second', server });
  const overloaded = await TonePhone.open({ user: 'third', server });
  void (async () => {
    for (;;) (await overloaded.nextCall()).reject(503, 'Service Unavailable', [['Retry-After', '60']]);
  })().catch(() => undefined);
  const close = () => {
    dead.close();
    serving.close();
    overloaded.close();
  };
  const ports = { dead: dead.address().port, serving: serving.address.port, overloaded: overloaded.address.port };
  return { heardByDead, serving, overloaded, ports, close };
}

/** A zone in which the ports stand in the order of their priority. */
function zone(domain: string, ports: readonly number[]): DnsEntry[] {
  return [
    {
      name: domain,
      type: 'NAPTR',
      order: 10,
      preference: 1,
      flags: 's',
      service: 'SIP+D2U',
      replacement: `_sip._udp.${domain}`,
    },
    ...ports.map((port, index) => ({
      name: `_sip._udp.${domain}`,
      type: 'SRV' as const,
      priority: index,
      weight: 0,
      port,
      target: `p${index}.${domain}`,
    })),
    ...ports.map((_port, index) => ({ name: `p${index}.${domain}`, type: 'A' as const, address: '127.0.0.1' })),
  ];
}

function dial(uri: string): { leg: LiveCall; answered: Promise<void> } {
  count += 1;
  const target = { kind: 'sip', uri } as const;
  const leg = engine.engine.dial({ callId: `dns-${count}`, target, from: '+14155550199', ringTimeoutMs: 30_000 });
  const answered = new Promise<void>((resolve) => leg.events.once('answered', resolve));
  return { leg, answered: within(answered, `an answer to ${uri}`) };
}

const invitesOf = (phone: TonePhone) =>
  phone.messages.all.filter(({ sent, message }) => !sent && message.method === 'INVITE').length;

describe('a carrier that publishes NAPTR and SRV records, over a real name server and real sockets', () => {
  it('with its first proxy dead: the second takes the call, the third is not asked (RFC 3263 4.3)', async () => {
    const { heardByDead, serving, overloaded, ports, close } = await carrier();
    dns.entries = zone('one.test', [ports.dead, ports.serving, ports.overloaded]);
    const { leg, answered } = dial('sip:+14155550100@one.test');
    const call = await serving.nextCall();
    await call.answer();
    await answered;
    expect(leg.facts.remoteAddress).toBe(`127.0.0.1:${ports.serving}`);
    expect(heardByDead[0]).toMatch(/^INVITE sip:\+14155550100@one\.test /);
    expect(invitesOf(overloaded)).toBe(0);
    leg.hangUp();
    await call.ended;
    expect(dns.questions.all).toEqual(
      expect.arrayContaining(['NAPTR one.test', 'SRV _sip._udp.one.test', 'A p0.one.test', 'A p1.one.test']),
    );
    close();
  });

  it('with its first proxy overloaded and the second dead: the third takes this call and the next, without asking the others again', async () => {
    const { heardByDead, serving, overloaded, ports, close } = await carrier();
    dns.entries = zone('two.test', [ports.overloaded, ports.dead, ports.serving]);
    for (let number = 0; number < 2; number += 1) {
      const { leg, answered } = dial('sip:+14155550100@two.test');
      const call = await serving.nextCall();
      await call.answer();
      await answered;
      leg.hangUp();
      await call.ended;
    }
    expect(invitesOf(overloaded)).toBe(1);
    const callIds = heardByDead
      .filter((text) => text.startsWith('INVITE'))
      .map((text) => /^Call-ID: (.*)$/m.exec(text)?.[1]);
    expect(new Set(callIds).size).toBe(1);
    close();
  });
});

describe('the resolver', () => {
  it('tells addresses of both families with the TTL of the shorter, and that there are none', async () => {
    dns.entries = [
      { name: 'h.test', type: 'AAAA', address: '2001:db8::7', ttl: 40 },
      { name: 'h.test', type: 'A', address: '192.0.2.7', ttl: 90 },
    ];
    const resolver = dnsResolver([dns.address]);
    expect(await resolver.addresses('h.test')).toEqual({ records: ['192.0.2.7', '2001:db8::7'], ttlMs: 40_000 });
    expect(await resolver.addresses('none.test')).toEqual({ records: [] });
    expect(await resolver.srv('_sip._udp.none.test')).toEqual({ records: [] });
    expect(await resolver.addresses('192.0.2.9')).toEqual({ records: ['192.0.2.9'] });
  });

  it('says that nobody answered where nobody did', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const resolver = dnsResolver([`127.0.0.1:${silent.address().port}`]);
    expect(await resolver.srv('_sip._udp.one.test')).toEqual({ records: [], failed: true });
    silent.close();
  });
});
