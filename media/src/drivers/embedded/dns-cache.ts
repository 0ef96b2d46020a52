import type { Clock } from '@hookswitch/kernel/clock';
import type { DnsAnswer, DnsLookup } from '../../sip/locate/dns-records.js';

/** Longest and shortest that an answer is kept, whatever its TTL says, milliseconds. */
const longestMs = 300_000;
const shortestMs = 1_000;
/** Where the resolver tells no TTL; and that there is nothing (RFC 2308). */
const unknownMs = 30_000;
/** That no answer came. */
const failedMs = 2_000;
const most = 4_000;

interface Entry {
  readonly answer: Promise<DnsAnswer<unknown>>;
  /** Infinite while it is being asked. */
  until: number;
}

/** Remembers what the DNS said for as long as its TTL allows, that there was nothing included. Who asks for the same at once shares one question. */
export class DnsCache implements DnsLookup {
  readonly #dns: DnsLookup;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(dns: DnsLookup, clock: Clock) {
    this.#dns = dns;
    this.#clock = clock;
  }

  addresses(host: string) {
    return this.#remembered(`host ${host}`, () => this.#dns.addresses(host));
  }

  srv(name: string) {
    return this.#remembered(`srv ${name}`, () => this.#dns.srv(name));
  }

  naptr(name: string) {
    return this.#remembered(`naptr ${name}`, () => this.#dns.naptr(name));
  }

  #remembered<Item>(key: string, ask: () => Promise<DnsAnswer<Item>>): Promise<DnsAnswer<Item>> {
    const known = this.#entries.get(key);
    // Of one key all answers have one type.
    if (known && known.until > this.#clock.monotonic()) return known.answer as Promise<DnsAnswer<Item>>;
    this.#entries.delete(key);
    if (this.#entries.size >= most) this.#entries.delete(this.#entries.keys().next().value!);
    const answer = ask();
    const entry: Entry = { answer, until: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    void answer.then((said) => {
      entry.until = this.#clock.monotonic() + keptMs(said);
    });
    return answer;
  }
}

function keptMs({ records, ttlMs, failed }: DnsAnswer<unknown>): number {
  if (failed) return failedMs;
  if (records.length === 0 || ttlMs === undefined) return unknownMs;
  return Math.min(longestMs, Math.max(shortestMs, ttlMs));
}
