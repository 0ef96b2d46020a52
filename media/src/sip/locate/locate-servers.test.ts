import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../flow.js';
import type { DnsLookup, NaptrRecord, SrvRecord } from './dns-records.js';
import { locateServers, type ServerName } from './locate-servers.js';
import { orderServices } from './order-services.js';

interface Zone {
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[]>>;
}

function dnsOf({ hosts = {}, srv = {}, naptr = {} }: Zone, asked: string[] = []): DnsLookup {
  const from =
    <Item>(kind: string, records: Readonly<Record<string, readonly Item[]>>) =>
    async (name: string) => {
      asked.push(`${kind} ${name}`);
      return { records: records[name] ?? [] };
    };
  return { addresses: from('A', hosts), srv: from('SRV', srv), naptr: from('NAPTR', naptr) };
}

const srv = (target: string, priority = 1, weight = 0, port = 5060): SrvRecord => ({ target, priority, weight, port });
const naptr = (order: number, preference: number, service: string, replacement: string, flags = 's'): NaptrRecord => ({
  order,
  preference,
  flags,
  service,
  replacement,
});

/** example.com of RFC 3263 4.1, its servers of 4.2. */
const example: Zone = {
  naptr: {
    'example.com': [
      naptr(100, 50, 'SIP+D2U', '_sip._udp.example.com'),
      naptr(50, 50, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(90, 50, 'SIP+D2T', '_sip._tcp.example.com'),
    ],
  },
  srv: {
    '_sip._tcp.example.com': [srv('server2.example.com', 1), srv('server1.example.com', 0)],
    '_sip._udp.example.com': [srv('server1.example.com', 0, 0, 5070)],
    '_sips._tcp.example.com': [srv('server1.example.com', 0, 0, 5081)],
  },
  hosts: {
    'example.com': ['192.0.2.9'],
    'server1.example.com': ['192.0.2.1', '2001:db8::1'],
    'server2.example.com': ['192.0.2.2'],
  },
};
const onlySrv: Zone = { ...example, naptr: {} };
const onlyHost: Zone = { hosts: example.hosts! };

async function located(server: ServerName, zone: Zone, transports: readonly Transport[] = ['udp', 'tcp', 'tls']) {
  const asked: string[] = [];
  const found = await locateServers(server, { dns: dnsOf(zone, asked), random: seededRandom(1), transports });
  return {
    asked,
    found: found.map(
      ({ transport, address, port, serverName }) =>
        `${transport} ${address} ${port}${serverName === undefined ? '' : ` as ${serverName}`}`,
    ),
  };
}

describe('locating a SIP server (RFC 3263 4)', () => {
  const host = 'example.com';

  it.each<[string, ServerName, Zone, readonly string[]]>([
    ['an IPv4 address: no question, UDP 5060', { host: '192.0.2.7' }, {}, ['udp 192.0.2.7 5060']],
    ['an IPv6 address with port', { host: '2001:db8::7', port: 5090 }, {}, ['udp 2001:db8::7 5090']],
    ['an address with transport=tcp', { host: '192.0.2.7', transport: 'tcp' }, {}, ['tcp 192.0.2.7 5060']],
    ['an address in a sips URI', { host: '192.0.2.7', secure: true }, {}, ['tls 192.0.2.7 5061']],
    [
      'the transport that NAPTR puts first (4.1)',
      { host },
      example,
      ['tls 192.0.2.1 5081 as example.com', 'tls 2001:db8::1 5081 as example.com'],
    ],
    [
      'TLS alone for a sips URI',
      { host, secure: true },
      example,
      ['tls 192.0.2.1 5081 as example.com', 'tls 2001:db8::1 5081 as example.com'],
    ],
    [
      'transport=tcp: the SRV records of TCP in their priority (4.2)',
      { host, transport: 'tcp' },
      example,
      ['tcp 192.0.2.1 5060', 'tcp 2001:db8::1 5060', 'tcp 192.0.2.2 5060'],
    ],
    ['no NAPTR: SRV of the transport we like best', { host }, onlySrv, ['udp 192.0.2.1 5070', 'udp 2001:db8::1 5070']],
    [
      'no NAPTR, a sips URI: SRV of TLS',
      { host, secure: true },
      onlySrv,
      ['tls 192.0.2.1 5081 as example.com', 'tls 2001:db8::1 5081 as example.com'],
    ],
    ['neither NAPTR nor SRV: the address of the name itself, UDP 5060', { host }, onlyHost, ['udp 192.0.2.9 5060']],
    [
      'the same for TLS, 5061 and the name to prove',
      { host, transport: 'tls' },
      onlyHost,
      ['tls 192.0.2.9 5061 as example.com'],
    ],
    ['an explicit port: addresses alone', { host, port: 5080 }, example, ['udp 192.0.2.9 5080']],
    [
      'a service that is said not to be there (RFC 2782)',
      { host, transport: 'udp' },
      {
        ...onlyHost,
        srv: { '_sip._udp.example.com': [srv('.')] },
      },
      [],
    ],
    ['a name that has nothing', { host: 'nowhere.example' }, example, []],
  ])('%s', async (_what, server, zone, expected) => {
    expect((await located(server, zone)).found).toEqual(expected);
  });

  it('leaves out NAPTR records of transports we have no socket for, and of services that are not SIP', async () => {
    const zone: Zone = {
      ...example,
      naptr: { 'example.com': [naptr(1, 1, 'E2U+sip', '!x!y!', 'u'), ...example.naptr!['example.com']!] },
    };
    expect((await located({ host }, zone, ['udp'])).found).toEqual(['udp 192.0.2.1 5070', 'udp 2001:db8::1 5070']);
  });

  it.each<[string, ServerName, readonly string[]]>([
    ['nothing for an address', { host: '192.0.2.7' }, []],
    ['no service records for an explicit port', { host, port: 5060 }, ['A example.com']],
    [
      'no NAPTR where the URI names the transport',
      { host, transport: 'udp' },
      ['SRV _sip._udp.example.com', 'A server1.example.com'],
    ],
    ['no service records for a name without dots, which no domain publishes', { host: 'pbx' }, ['A pbx']],
  ])('asks %s', async (_what, server, expected) => {
    expect((await located(server, example)).asked).toEqual(expected);
  });

  it('tries no more than 16 servers, however many a zone lists', async () => {
    const many = Array.from({ length: 300 }, (_, index) => srv(`h${index}.example.com`));
    const hosts = Object.fromEntries(many.map(({ target }) => [target, ['192.0.2.1', '192.0.2.2']]));
    expect((await located({ host }, { hosts, srv: { '_sip._udp.example.com': many } })).found).toHaveLength(16);
  });
});

describe('SRV records (RFC 2782)', () => {
  const record = fc.record({
    priority: fc.nat(3),
    weight: fc.nat(65_535),
    port: fc.nat(65_535),
    target: fc.constantFrom('a.example', 'b.example', 'c.example'),
  });

  it('are each tried once, none before one of a lower priority', () => {
    fc.assert(
      fc.property(fc.array(record), fc.integer(), (records, seed) => {
        const ordered = orderServices(records, seededRandom(seed));
        expect(new Set(ordered)).toEqual(new Set(records));
        expect(ordered).toHaveLength(records.length);
        for (const [index, { priority }] of ordered.entries()) {
          if (index > 0) expect(priority).toBeGreaterThanOrEqual(ordered[index - 1]!.priority);
        }
      }),
    );
  });

  it('are first as often as their weight says, over 20,000 draws; weight 0 hardly ever', () => {
    const random = seededRandom(2782);
    const records = [srv('a', 1, 60), srv('b', 1, 30), srv('c', 1, 10), srv('none', 1, 0), srv('later', 2, 65_535)];
    const first: Record<string, number> = { a: 0, b: 0, c: 0, none: 0, later: 0 };
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw += 1) first[orderServices(records, random)[0]!.target]! += 1;
    const share = (name: string) => first[name]! / draws;
    expect(share('a')).toBeCloseTo(60 / 101, 1.7);
    expect(share('b')).toBeCloseTo(30 / 101, 1.7);
    expect(share('c')).toBeCloseTo(10 / 101, 1.7);
    expect(share('none')).toBeLessThan(0.015);
    expect(first.later).toBe(0);
  });
});
