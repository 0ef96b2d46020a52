import { createHash } from 'node:crypto';
import type { Clock } from '@hookswitch/kernel/clock';
import type { DigestAlgorithm, DigestUser, SipDirectory } from '@hookswitch/media/port/sip-directory';
import type { EndpointStore } from '../endpoints/endpoint.js';
import type { BindingStore } from '../registrations/binding-store.js';
import type { SecretBox } from '../secrets/index.js';
import { ShortCache } from '../store/short-cache.js';
import type { TrunkStore } from '../trunks/trunk.js';
import type { TrunkAddressBook } from './trunk-address-book.js';

/** What bounds a registration. */
export interface RegistrationLimits {
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly maxBindings: number;
}

export interface SipDirectoryDeps {
  readonly endpoints: EndpointStore;
  readonly trunks: TrunkStore;
  readonly addressBook: TrunkAddressBook;
  readonly bindings: BindingStore;
  readonly secretBox: SecretBox;
  readonly limits: RegistrationLimits;
  /** Whether an account, and all above it, may use the platform. Counts for a second. */
  account(accountId: string): Promise<{ readonly status: 'active' | 'suspended' } | undefined>;
  /** Told of each registration of a phone, after it was stored, refreshes included. Must not throw; what it does takes its own time. */
  readonly phoneRegistered?: (endpointId: string) => void;
  readonly clock: Clock;
}

/** How long a user that was found counts, milliseconds. One that was not is looked for again each time, so that a new phone can register at once. */
const knownMs = 1000;

/**
 * Answers the engine's questions from the product's data. To the phones and trunks of a suspended account it answers as if they were not there: nobody
 * authenticates as one, and none is reached, whatever its registration said.
 */
export function createSipDirectory(deps: SipDirectoryDeps): SipDirectory {
  const { endpoints, bindings, clock } = deps;
  const users = new ShortCache<DigestUser | undefined>(clock, { keepMs: knownMs });
  const active = async (accountId: string) => (await deps.account(accountId))?.status === 'active';
  return {
    trunkByAddress: (source, dialled) => deps.addressBook.trunkOf(source.address, dialled),

    async digestUser(username, domain) {
      const key = `${username} ${domain}`;
      const user = await users.get(key, () => findUser(deps, username, domain, active));
      if (!user) users.forget(key);
      return user;
    },

    async bindings(endpointId) {
      const endpoint = await endpoints.acrossAccounts.get(endpointId);
      return endpoint && (await active(endpoint.accountId)) ? bindings.list(endpointId) : [];
    },
    async saveBinding(endpointId, binding) {
      await bindings.save(endpointId, binding);
      deps.phoneRegistered?.(endpointId);
    },
    removeBinding: (endpointId, contact) => bindings.remove(endpointId, contact),
  };
}

async function findUser(
  { endpoints, trunks, secretBox, limits }: SipDirectoryDeps,
  username: string,
  domain: string,
  active: (accountId: string) => Promise<boolean>,
): Promise<DigestUser | undefined> {
  const endpoint = await endpoints.acrossAccounts.findOne({ username });
  if (endpoint) {
    if (!(await active(endpoint.accountId))) return undefined;
    const password = secretBox.open(endpoint.sealedPassword, endpoint.id);
    const { id, algorithms, mediaEncryption = 'none' } = endpoint;
    const ha1 = ha1s(algorithms, username, domain, password);
    return { kind: 'endpoint', id, algorithms, ha1, mediaEncryption, ...limits };
  }
  const trunk = await trunks.acrossAccounts.findOne({ inboundUsername: username });
  if (!trunk?.enabled || !trunk.inbound?.sealedPassword || !(await active(trunk.accountId))) return undefined;
  const password = secretBox.open(trunk.inbound.sealedPassword, trunk.id);
  return {
    kind: 'trunk',
    id: trunk.id,
    trustsIdentity: trunk.inbound.trustIdentity,
    reliableProvisionals: trunk.inbound.reliableProvisionals ?? 'on',
    algorithms: ['MD5'],
    ha1: ha1s(['MD5'], username, domain, password),
    ...limits,
  };
}

/** H(username:realm:password) in hex (RFC 7616 3.4.2). */
function ha1s(
  algorithms: readonly DigestAlgorithm[],
  username: string,
  realm: string,
  password: string,
): DigestUser['ha1'] {
  const secret = `${username}:${realm}:${password}`;
  return Object.fromEntries(
    algorithms.map((algorithm) => [
      algorithm,
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(secret)
        .digest('hex'),
    ]),
  );
}
