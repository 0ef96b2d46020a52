import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import type { SipTarget } from '../sip/flow.js';
import type { DnsLookup, NaptrRecord, SrvRecord } from '../sip/locate/dns-records.js';
import type { SipListenOptions, SipNetwork, SipReceiver, SipSocket } from './sip-network.js';
import { VirtualStream, type VirtualStreamHost } from './virtual-stream.js';

/** How a virtual network treats datagrams. Chances are from 0 to 1. Streams keep order and lose nothing; they have the delay only. */
export interface NetworkConditions {
  readonly delayMs: number;
  /** Up to so much is added to the delay of each datagram by chance, so that they overtake one another. */
  readonly jitterMs: number;
  readonly loss: number;
  readonly duplicate: number;
}

export const goodConditions: NetworkConditions = { delayMs: 5, jitterMs: 0, loss: 0, duplicate: 0 };

interface Datagrams {
  receive(bytes: Uint8Array, address: string, port: number): void;
}

/** The receiver of a bound datagram port; the same shape as the media plane's. */
export interface VirtualDatagramReceiver {
  onDatagram(bytes: Uint8Array, address: string, port: number): void;
  onError(code: string): void;
}

/** A bound datagram port; the same shape as the media plane's socket. */
export interface VirtualDatagramSocket {
  readonly address: string;
  readonly port: number;
  send(bytes: Uint8Array, length: number, port: number, address: string): void;
  close(): void;
}

/**
 * A whole network in memory, on a clock: UDP and TCP between any addresses, for SIP and for media. The seeded chance decides what is lost,
 * repeated and reordered, so a run can be repeated exactly.
 */
export class VirtualNetwork implements SipNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ports = new Map<string, Datagrams>();
  readonly #streamHosts = new Map<string, VirtualStreamHost>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #services = new Map<string, readonly SrvRecord[]>();
  readonly #pointers = new Map<string, readonly NaptrRecord[]>();
  readonly #cutOff = new Set<string>();
  #conditions: NetworkConditions;
  #nextPort = 40_000;
  #nextConnection = 0;

  constructor(clock: Clock, random: Random, conditions: NetworkConditions = goodConditions) {
    this.#clock = clock;
    this.#random = random;
    this.#conditions = conditions;
  }

  /** Changes the weather. What is under way already stays as it is. */
  setConditions(conditions: Partial<NetworkConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions };
  }

  /** What a host name resolves to. */
  name(host: string, addresses: readonly string[]): void {
    this.#names.set(host, addresses);
  }

  /** The SRV records of a name such as `_sip._udp.carrier.example`. */
  service(name: string, records: readonly SrvRecord[]): void {
    this.#services.set(name, records);
  }

  /** The NAPTR records of a domain. */
  pointers(domain: string, records: readonly NaptrRecord[]): void {
    this.#pointers.set(domain, records);
  }

  /** Nothing reaches or leaves this address any more, until `restore`. */
  cutOff(address: string): void {
    this.#cutOff.add(address);
  }

  restore(address: string): void {
    this.#cutOff.delete(address);
  }

  /** Ports bound now. */
  get boundPorts(): number {
    return this.#ports.size;
  }

  /** Binds a datagram port; 0 for any free one. Rejects with an error whose `code` is EADDRINUSE where it is taken. */
  async bind(address: string, port: number, receiver: VirtualDatagramReceiver): Promise<VirtualDatagramSocket> {
    const bound = this.#bindPort(address, port, {
      receive: (bytes, from, fromPort) => receiver.onDatagram(bytes, from, fromPort),
    });
    return {
      address,
      port: bound,
      send: (bytes, length, toPort, toAddress) => {
        this.#datagram(address, bound, toAddress, toPort, Uint8Array.from(bytes.subarray(0, length)));
      },
      close: () => this.#ports.delete(`${address}:${bound}`),
    };
  }

  readonly dns: DnsLookup = {
    addresses: async (host) => ({
      records: /^[\d.]+$/.test(host) || host.includes(':') ? [host] : (this.#names.get(host) ?? []),
    }),
    srv: async (name) => ({ records: this.#services.get(name) ?? [] }),
    naptr: async (domain) => ({ records: this.#pointers.get(domain) ?? [] }),
  };

  async listen(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket> {
    return options.transport === 'udp' ? this.#listenUdp(options, receiver) : this.#listenStream(options, receiver);
  }

  #listenUdp({ address, port }: SipListenOptions, receiver: SipReceiver): SipSocket {
    const bound = this.#bindPort(address, port, {
      receive: (bytes, remoteAddress, remotePort) =>
        receiver.packet(Buffer.from(bytes), {
          transport: 'udp',
          localAddress: address,
          localPort: bound,
          remoteAddress,
          remotePort,
        }),
    });
    return {
      transport: 'udp',
      address,
      port: bound,
      connections: 0,
      send: (target, bytes) => this.#datagram(address, bound, target.address, target.port, Buffer.from(bytes)),
      closeConnection: () => undefined,
      close: async () => {
        this.#ports.delete(`${address}:${bound}`);
      },
    };
  }

  #listenStream(options: SipListenOptions, receiver: SipReceiver): SipSocket {
    const { address, transport } = options;
    const port = options.port || this.#freePort();
    const key = `${transport}:${address}:${port}`;
    if (this.#streamHosts.has(key)) throw addressInUse(key);
    const host = new VirtualStream({
      transport,
      address,
      port,
      receiver,
      reach: (target: SipTarget) => {
        if (this.#cutOff.has(address) || this.#cutOff.has(target.address)) return undefined;
        return this.#streamHosts.get(`${transport}:${target.address}:${target.port}`);
      },
      later: (action) => void this.#clock.after(this.#conditions.delayMs, action),
      blocked: (a, b) => this.#cutOff.has(a) || this.#cutOff.has(b),
      newConnectionId: () => `virtual-${++this.#nextConnection}`,
      newPort: () => this.#freePort(),
      onClosed: () => void this.#streamHosts.delete(key),
    });
    this.#streamHosts.set(key, host);
    return host;
  }

  #bindPort(address: string, port: number, receiver: Datagrams): number {
    const chosen = port || this.#freePort();
    const key = `${address}:${chosen}`;
    if (this.#ports.has(key)) throw addressInUse(key);
    this.#ports.set(key, receiver);
    return chosen;
  }

  #freePort(): number {
    this.#nextPort = this.#nextPort >= 65_000 ? 40_000 : this.#nextPort + 1;
    return this.#nextPort;
  }

  #datagram(from: string, fromPort: number, to: string, toPort: number, bytes: Uint8Array): void {
    const { delayMs, jitterMs, loss, duplicate } = this.#conditions;
    if (this.#cutOff.has(from) || this.#cutOff.has(to)) return;
    const copies = duplicate > 0 && this.#random.next() < duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (loss > 0 && this.#random.next() < loss) continue;
      const delay = delayMs + (jitterMs > 0 ? this.#random.next() * jitterMs : 0);
      const own = copy === 0 ? bytes : Uint8Array.from(bytes);
      this.#clock.after(delay, () => {
        if (!this.#cutOff.has(to)) this.#ports.get(`${to}:${toPort}`)?.receive(own, from, fromPort);
      });
    }
  }
}

function addressInUse(key: string): Error {
  return Object.assign(new Error(`address in use: ${key}`), { code: 'EADDRINUSE' });
}
