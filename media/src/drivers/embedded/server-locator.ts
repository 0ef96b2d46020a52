import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import type { SipTarget, Transport } from '../../sip/flow.js';
import type { DnsLookup } from '../../sip/locate/dns-records.js';
import { type LocatedServer, locateServers, type ServerName } from '../../sip/locate/locate-servers.js';
import { DnsCache } from './dns-cache.js';

/** How long a server that said nothing, or could not be reached, is tried last, milliseconds. */
export const silenceMs = 30_000;
/** Longest that a Retry-After keeps a server last, milliseconds. */
const longestMs = 600_000;
const most = 4_000;

/** Where servers are (RFC 3263 4), and which of them should be tried last for a while (4.3; RFC 3261 21.5.4). */
export class ServerLocator {
  readonly #dns: DnsLookup;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #transports: () => readonly Transport[];
  readonly #avoidedUntil = new Map<string, number>();

  /** `transports`: those we have sockets for. */
  constructor(dns: DnsLookup, clock: Clock, random: Random, transports: () => readonly Transport[]) {
    this.#dns = new DnsCache(dns, clock);
    this.#clock = clock;
    this.#random = random;
    this.#transports = transports;
  }

  /** In the order to try. Servers to avoid come last, and are tried where there is no other. */
  async locate(server: ServerName): Promise<readonly LocatedServer[]> {
    const tools = { dns: this.#dns, random: this.#random, transports: this.#transports() };
    return this.avoidedLast(await locateServers(server, tools), (each) => each);
  }

  /** The same in their order, those whose server is to be avoided behind the others. */
  avoidedLast<Item>(items: readonly Item[], serverOf: (item: Item) => ServerAddress): readonly Item[] {
    if (this.#avoidedUntil.size === 0) return items;
    return [
      ...items.filter((item) => !this.#avoids(serverOf(item))),
      ...items.filter((item) => this.#avoids(serverOf(item))),
    ];
  }

  /** It did not serve: said nothing, could not be reached, or 503 with Retry-After. */
  avoid(server: SipTarget, forMs = silenceMs): void {
    const key = keyOf(server);
    this.#avoidedUntil.delete(key);
    if (this.#avoidedUntil.size >= most) this.#avoidedUntil.delete(this.#avoidedUntil.keys().next().value!);
    this.#avoidedUntil.set(key, this.#clock.monotonic() + Math.min(forMs, longestMs));
  }

  #avoids(server: ServerAddress): boolean {
    const key = keyOf(server);
    const until = this.#avoidedUntil.get(key);
    if (until === undefined) return false;
    if (until > this.#clock.monotonic()) return true;
    this.#avoidedUntil.delete(key);
    return false;
  }
}

type ServerAddress = Pick<SipTarget, 'transport' | 'address' | 'port'>;

function keyOf({ transport, address, port }: ServerAddress): string {
  return `${transport} ${address} ${port}`;
}
