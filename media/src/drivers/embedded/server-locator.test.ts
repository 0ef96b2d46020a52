import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { DnsAnswer, DnsLookup } from '../../sip/locate/dns-records.js';
import { DnsCache } from './dns-cache.js';
import { ServerLocator } from './server-locator.js';

function setUp(answers: Readonly<Record<string, DnsAnswer<string>>>) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const dns: DnsLookup = {
    addresses: async (host) => {
      asked.push(host);
      return answers[host] ?? { records: [] };
    },
    srv: async () => ({ records: [] }),
    naptr: async () => ({ records: [] }),
  };
  return { clock, asked, dns };
}

describe('what the DNS said', () => {
  it.each<[string, DnsAnswer<string>, number]>([
    ['for its TTL', { records: ['192.0.2.1'], ttlMs: 20_000 }, 20_000],
    [
      'for a second at least, so that a TTL of 0 asks no flood of questions',
      { records: ['192.0.2.1'], ttlMs: 0 },
      1_000,
    ],
    ['for five minutes at most', { records: ['192.0.2.1'], ttlMs: 86_400_000 }, 300_000],
    ['for 30 s where no TTL is told', { records: ['192.0.2.1'] }, 30_000],
    ['that there is nothing, for 30 s', { records: [] }, 30_000],
    ['that nobody answered, for 2 s', { records: [], failed: true }, 2_000],
  ])('is remembered %s', async (_what, answer, keptMs) => {
    const { clock, asked, dns } = setUp({ 'a.example': answer });
    const cache = new DnsCache(dns, clock);
    await cache.addresses('a.example');
    await clock.advanceAsync(keptMs - 1);
    expect(await cache.addresses('a.example')).toEqual(answer);
    expect(asked).toHaveLength(1);
    await clock.advanceAsync(1);
    await cache.addresses('a.example');
    expect(asked).toHaveLength(2);
  });

  it('is asked for once by those who ask at the same time', async () => {
    const { clock, asked, dns } = setUp({});
    const cache = new DnsCache(dns, clock);
    await Promise.all([cache.addresses('a.example'), cache.addresses('a.example')]);
    expect(asked).toEqual(['a.example']);
  });

  it('fills no memory', async () => {
    const { clock, asked, dns } = setUp({});
    const cache = new DnsCache(dns, clock);
    await cache.addresses('first.example');
    for (let count = 0; count < 4_000; count += 1) await cache.addresses(`n${count}.example`);
    await cache.addresses('first.example');
    expect(asked.filter((name) => name === 'first.example')).toHaveLength(2);
  });
});

describe('servers to avoid', () => {
  const answers = { 'c.example': { records: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } };
  function locator() {
    const { clock, dns } = setUp(answers);
    const made = new ServerLocator(dns, clock, seededRandom(1), () => ['udp']);
    const order = async () => (await made.locate({ host: 'c.example' })).map(({ address }) => address.at(-1)).join('');
    const server = (address: string) => ({ transport: 'udp', address, port: 5060 }) as const;
    return { clock, made, order, server };
  }

  it('are tried last for 30 s after silence (RFC 3263 4.3)', async () => {
    const { clock, made, order, server } = locator();
    made.avoid(server('192.0.2.1'));
    expect(await order()).toBe('231');
    await clock.advanceAsync(30_000);
    expect(await order()).toBe('123');
  });

  it('are tried last for as long as they asked for, ten minutes at most (RFC 3261 21.5.4)', async () => {
    const { clock, made, order, server } = locator();
    made.avoid(server('192.0.2.2'), 90_000);
    made.avoid(server('192.0.2.1'), 86_400_000);
    expect(await order()).toBe('312');
    await clock.advanceAsync(90_000);
    expect(await order()).toBe('231');
    await clock.advanceAsync(510_000);
    expect(await order()).toBe('123');
  });

  it('are tried all the same where there is no other', async () => {
    const { made, order, server } = locator();
    for (const { records } of Object.values(answers)) for (const each of records) made.avoid(server(each));
    expect(await order()).toBe('123');
  });

  it('are one port and transport of an address, not the others', async () => {
    const { made, order } = locator();
    made.avoid({ transport: 'tcp', address: '192.0.2.1', port: 5060 });
    made.avoid({ transport: 'udp', address: '192.0.2.1', port: 5070 });
    expect(await order()).toBe('123');
  });
});
