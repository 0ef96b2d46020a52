import { createHash } from 'node:crypto';
import type { DigestAlgorithm, DigestUser, SipDirectory } from '@hookswitch/media/port/sip-directory';
import type { EndpointStore } from '../endpoints/endpoint.js';
import type { SecretBox } from '../secrets/index.js';
import type { TrunkStore } from '../trunks/trunk.js';
import type { BindingStore } from './binding-store.js';
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
}

/** Answers the engine's questions from the product's data. */
export function createSipDirectory(deps: SipDirectoryDeps): SipDirectory {
  const { endpoints, trunks, bindings, secretBox, limits } = deps;
  return {
    async trunkByAddress(source) {
      const trunkId = await deps.addressBook.trunkOf(source.address);
      return trunkId === undefined ? undefined : { trunkId };
    },

    async digestUser(username, domain): Promise<DigestUser | undefined> {
      const endpoint = await endpoints.acrossAccounts.findOne({ username });
      if (endpoint) {
        const password = secretBox.open(endpoint.sealedPassword, endpoint.id);
        const { algorithms } = endpoint;
        return {
          kind: 'endpoint',
          id: endpoint.id,
          algorithms,
          ha1: ha1s(algorithms, username, domain, password),
          ...limits,
        };
      }
      const trunk = await trunks.acrossAccounts.findOne({ inboundUsername: username });
      if (!trunk?.enabled || !trunk.inbound?.sealedPassword) return undefined;
      const password = secretBox.open(trunk.inbound.sealedPassword, trunk.id);
      return {
        kind: 'trunk',
        id: trunk.id,
        algorithms: ['MD5'],
        ha1: ha1s(['MD5'], username, domain, password),
        ...limits,
      };
    },

    bindings: (endpointId) => bindings.list(endpointId),
    saveBinding: (endpointId, binding) => bindings.save(endpointId, binding),
    removeBinding: (endpointId, contact) => bindings.remove(endpointId, contact),
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
