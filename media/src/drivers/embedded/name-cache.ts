import type { Clock } from '@hookswitch/kernel/clock';
import type { SipNetwork } from '../../net/sip-network.js';

const keepMs = 30_000;
const most = 1_000;

/** What names resolved to a moment ago, so that the retransmissions of one request go where the request went (RFC 3263 4). */
export class NameCache {
  readonly #network: SipNetwork;
  readonly #clock: Clock;
  readonly #entries = new Map<string, { addresses: readonly string[]; until: number }>();

  constructor(network: SipNetwork, clock: Clock) {
    this.#network = network;
    this.#clock = clock;
  }

  /** What is known of it now, without asking. */
  known(host: string): readonly string[] | undefined {
    const entry = this.#entries.get(host);
    return entry && entry.until > this.#clock.now() ? entry.addresses : undefined;
  }

  /** Its addresses; empty where there are none. Never rejects. */
  async resolve(host: string): Promise<readonly string[]> {
    const known = this.known(host);
    if (known) return known;
    const addresses = await this.#network.resolve(host);
    this.#entries.delete(host);
    if (this.#entries.size >= most) this.#entries.delete(this.#entries.keys().next().value!);
    // A name that has no address is asked for again each time.
    if (addresses.length > 0) this.#entries.set(host, { addresses, until: this.#clock.now() + keepMs });
    return addresses;
  }
}
