import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DnsAnswer, DnsLookup } from '../sip/locate/dns-records.js';

/** Codes of Node that mean "asked, and there is none" (NODATA, NXDOMAIN). */
const nothing = new Set(['ENODATA', 'ENOTFOUND']);

/**
 * The DNS. With `servers` (`192.0.2.53` or `192.0.2.53:5353`, IPv6 in brackets) they are asked for everything; without, the system is asked, whose hosts
 * file then counts too. Node tells the TTL of addresses only where `servers` are asked, of other records never.
 */
export function dnsResolver(servers?: readonly string[]): DnsLookup {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  if (servers?.length) resolver.setServers(servers);
  return {
    async addresses(host) {
      if (isIP(host)) return { records: [host] };
      return servers?.length ? bothFamilies(resolver, host) : asked(async () => systemAddresses(host));
    },
    srv: (name) =>
      asked(async () =>
        (await resolver.resolveSrv(name)).map(({ name: target, ...rest }) => ({
          ...rest,
          target: target.toLowerCase(),
        })),
      ),
    naptr: (name) => asked(() => resolver.resolveNaptr(name)),
  };
}

async function systemAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
}

/** IPv4 first, as the system has it. */
async function bothFamilies(resolver: Resolver, host: string): Promise<DnsAnswer<string>> {
  const [v4, v6] = await Promise.all([
    asked(() => resolver.resolve4(host, { ttl: true })),
    asked(() => resolver.resolve6(host, { ttl: true })),
  ]);
  const records = [...v4.records, ...v6.records];
  if (records.length === 0) return { records: [], ...(v4.failed || v6.failed ? { failed: true } : {}) };
  return {
    records: records.map(({ address }) => address),
    ttlMs: Math.min(...records.map(({ ttl }) => ttl * 1000)),
  };
}

async function asked<Item>(ask: () => Promise<readonly Item[]>): Promise<DnsAnswer<Item>> {
  try {
    return { records: await ask() };
  } catch (error) {
    return { records: [], ...(nothing.has((error as NodeJS.ErrnoException).code ?? '') ? {} : { failed: true }) };
  }
}
