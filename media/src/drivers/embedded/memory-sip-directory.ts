import { createHash } from 'node:crypto';
import type { Clock } from '@hookswitch/kernel/clock';
import type { MediaEncryption } from '../../port/media-encryption.js';
import type {
  Binding,
  DigestAlgorithm,
  DigestUser,
  KnownTrunk,
  SipDirectory,
  SourceAddress,
} from '../../port/sip-directory.js';

/** A directory in memory: for tests, benches and tools that run an engine without the product. */
export class MemorySipDirectory implements SipDirectory {
  readonly #clock: Clock;
  readonly #trunks = new Map<string, KnownTrunk>();
  readonly #users = new Map<
    string,
    {
      kind: 'trunk' | 'endpoint';
      id: string;
      password: string;
      algorithms: readonly DigestAlgorithm[];
      mediaEncryption: MediaEncryption;
    }
  >();
  readonly #bindings = new Map<string, Binding[]>();
  readonly #rules: Pick<DigestUser, 'minExpiresSeconds' | 'maxExpiresSeconds' | 'maxBindings'>;

  constructor(
    clock: Clock,
    rules: Partial<Pick<DigestUser, 'minExpiresSeconds' | 'maxExpiresSeconds' | 'maxBindings'>> = {},
  ) {
    this.#clock = clock;
    this.#rules = { minExpiresSeconds: 60, maxExpiresSeconds: 3600, maxBindings: 5, ...rules };
  }

  /** Calls from this address are this trunk's, and believed as to who calls unless it says otherwise. */
  addTrunk(
    trunkId: string,
    address: string,
    { trustsIdentity = true, reliableProvisionals = 'on' }: Partial<Omit<KnownTrunk, 'trunkId'>> = {},
  ): void {
    this.#trunks.set(address, { trunkId, trustsIdentity, reliableProvisionals });
  }

  removeTrunk(address: string): void {
    this.#trunks.delete(address);
  }

  addUser(
    username: string,
    password: string,
    owner: {
      kind: 'trunk' | 'endpoint';
      id: string;
      algorithms?: readonly DigestAlgorithm[];
      mediaEncryption?: MediaEncryption;
    },
  ): void {
    const { kind, id, algorithms = ['MD5'], mediaEncryption = 'none' } = owner;
    this.#users.set(username, { kind, id, password, algorithms, mediaEncryption });
  }

  async trunkByAddress({ address }: SourceAddress): Promise<KnownTrunk | undefined> {
    return this.#trunks.get(address);
  }

  async digestUser(username: string, domain: string): Promise<DigestUser | undefined> {
    const user = this.#users.get(username);
    if (!user) return undefined;
    const secret = `${username}:${domain}:${user.password}`;
    return {
      kind: user.kind,
      id: user.id,
      mediaEncryption: user.mediaEncryption,
      algorithms: user.algorithms,
      ha1: {
        MD5: createHash('md5').update(secret).digest('hex'),
        'SHA-256': createHash('sha256').update(secret).digest('hex'),
      },
      ...this.#rules,
    };
  }

  async bindings(endpointId: string): Promise<readonly Binding[]> {
    const now = this.#clock.now();
    return (this.#bindings.get(endpointId) ?? []).filter(({ expiresAt }) => expiresAt > now);
  }

  async saveBinding(endpointId: string, binding: Binding): Promise<void> {
    const others = (this.#bindings.get(endpointId) ?? []).filter(({ contact }) => contact !== binding.contact);
    this.#bindings.set(endpointId, [...others, binding]);
  }

  async removeBinding(endpointId: string, contact: string | 'all'): Promise<void> {
    if (contact === 'all') this.#bindings.delete(endpointId);
    else {
      const left = (this.#bindings.get(endpointId) ?? []).filter((binding) => binding.contact !== contact);
      this.#bindings.set(endpointId, left);
    }
  }
}
