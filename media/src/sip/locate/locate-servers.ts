import { isIP } from 'node:net';
import type { Random } from '@hookswitch/kernel/random';
import type { Transport } from '../flow.js';
import { chooseTransport, type OfferedService, serviceName } from './choose-transport.js';
import type { DnsLookup } from './dns-records.js';
import { orderServices } from './order-services.js';

/** What a URI says of the server it is for. */
export interface ServerName {
  /** Name or IP address, IPv6 without brackets. */
  readonly host: string;
  /** Undefined where none was given. */
  readonly port?: number | undefined;
  /** What `;transport=` says. */
  readonly transport?: Transport | undefined;
  /** A sips URI: TLS or nothing. */
  readonly secure?: boolean;
}

/** One server to try. */
export interface LocatedServer {
  readonly transport: Transport;
  /** IP address. */
  readonly address: string;
  readonly port: number;
  /** On TLS, the name that its certificate must have: the domain asked for, not what SRV made of it (RFC 5922 4). */
  readonly serverName?: string;
}

/** What is asked with. */
export interface LocateTools {
  readonly dns: DnsLookup;
  readonly random: Random;
  /** Transports we have sockets for, in the order we like them where the domain says nothing. */
  readonly transports: readonly Transport[];
}

/** Most addresses of one name that are tried. */
const mostServers = 16;

/**
 * Where a request goes, in the order to try (RFC 3263 4): NAPTR chooses the transport, SRV the hosts, A and AAAA the addresses. An IP address, an
 * explicit port and a name without dots need no SRV records. Empty where the name has no address.
 */
export async function locateServers(server: ServerName, tools: LocateTools): Promise<readonly LocatedServer[]> {
  const { host, port, secure = false } = server;
  const transport = secure ? 'tls' : server.transport;
  const plain = transport ?? 'udp';
  const named = plain === 'tls' && isIP(host) === 0 ? { serverName: host } : {};
  if (isIP(host) !== 0) return [{ transport: plain, address: host, port: port ?? defaultPort(plain) }];
  if (port === undefined && host.includes('.')) {
    const found = await byServices(await servicesOf(host, transport, tools, secure), host, tools);
    if (found !== undefined) return found.slice(0, mostServers);
  }
  const { records } = await tools.dns.addresses(host);
  return records
    .slice(0, mostServers)
    .map((address) => ({ transport: plain, address, port: port ?? defaultPort(plain), ...named }));
}

/** 5060, or 5061 on TLS (RFC 3261 19.1.2). */
export function defaultPort(transport: Transport): number {
  return transport === 'tls' ? 5061 : 5060;
}

/** The SRV names to ask for, best first. A transport that the URI names leaves one (4.2). */
async function servicesOf(
  domain: string,
  transport: Transport | undefined,
  { dns, transports }: LocateTools,
  secure: boolean,
): Promise<readonly OfferedService[]> {
  if (transport !== undefined) return [{ transport, name: serviceName(transport, domain) }];
  const offered = chooseTransport((await dns.naptr(domain)).records, transports, secure);
  if (offered.length > 0) return offered;
  return transports.map((each) => ({ transport: each, name: serviceName(each, domain) }));
}

/** Every server behind the first service that has SRV records; undefined where none has. */
async function byServices(
  services: readonly OfferedService[],
  domain: string,
  { dns, random }: LocateTools,
): Promise<readonly LocatedServer[] | undefined> {
  const answers = await Promise.all(services.map(({ name }) => dns.srv(name)));
  for (const [index, { transport }] of services.entries()) {
    const { records } = answers[index]!;
    if (records.length === 0) continue;
    const serverName = transport === 'tls' ? { serverName: domain } : {};
    const found = await Promise.all(
      orderServices(records, random)
        .slice(0, mostServers)
        .map(async ({ target, port }) =>
          (await dns.addresses(target)).records.map((address) => ({ transport, address, port, ...serverName })),
        ),
    );
    return found.flat();
  }
  return undefined;
}
