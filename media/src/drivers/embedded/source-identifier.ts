import type { DigestUser, SipDirectory } from '../../port/sip-directory.js';
import type { DigestVerifier } from '../../sip/auth/digest-verifier.js';
import type { Flow } from '../../sip/flow.js';
import type { SipRequest } from '../../sip/parse/message.js';
import type { HeaderList } from '../../sip/sip-command.js';

/** Who sent a request, or what to answer them. */
export type Identification =
  | {
      readonly kind: 'known';
      readonly source: { readonly kind: 'trunk' | 'endpoint'; readonly id: string };
      readonly user?: DigestUser;
    }
  | { readonly kind: 'challenge'; readonly status: 401; readonly headers: HeaderList }
  | { readonly kind: 'refused'; readonly status: 403 };

/**
 * Finds out who sent a request: a trunk by its address, else by digest. A name nobody has and a wrong secret are answered alike, and cost the same.
 */
export class SourceIdentifier {
  readonly #directory: SipDirectory;
  readonly #verifier: DigestVerifier;

  constructor(directory: SipDirectory, verifier: DigestVerifier) {
    this.#directory = directory;
    this.#verifier = verifier;
  }

  /** `byAddress` is false for a REGISTER: a trunk's address says nothing about a phone. */
  async identify(request: SipRequest, flow: Flow, now: number, byAddress: boolean): Promise<Identification> {
    if (byAddress) {
      const { remoteAddress: address, remotePort: port, transport } = flow;
      const trunk = await this.#directory.trunkByAddress({ address, port, transport });
      if (trunk) return { kind: 'known', source: { kind: 'trunk', id: trunk.trunkId } };
    }
    const realm = realmOf(request, flow);
    const given = this.#verifier.read(request, realm);
    const claimed = given?.username ?? userOf(request);
    const user = await this.#directory.digestUser(claimed, realm);
    const algorithms = user?.algorithms.length ? user.algorithms : (['MD5'] as const);
    if (!given) return this.#challenge(realm, algorithms, flow, now, false);
    const allowed = user !== undefined && algorithms.includes(given.algorithm);
    const ha1 = allowed ? user.ha1[given.algorithm] : undefined;
    const verdict = this.#verifier.check(given, request, ha1, flow.remoteAddress, now);
    if (verdict === 'ok' && user) return { kind: 'known', source: { kind: user.kind, id: user.id }, user };
    return verdict === 'stale' ? this.#challenge(realm, algorithms, flow, now, true) : { kind: 'refused', status: 403 };
  }

  #challenge(
    realm: string,
    algorithms: readonly ('MD5' | 'SHA-256')[],
    flow: Flow,
    now: number,
    stale: boolean,
  ): Identification {
    const headers = this.#verifier.challenge(realm, algorithms, flow.remoteAddress, now, { stale });
    return { kind: 'challenge', status: 401, headers };
  }
}

/** The domain asked for: the host of the Request-URI. */
export function realmOf(request: SipRequest, flow: Flow): string {
  try {
    return request.parsedUri.host || flow.localAddress;
  } catch {
    return flow.localAddress;
  }
}

/** Who a request without credentials says it is: the To of a REGISTER, else the From. */
function userOf(request: SipRequest): string {
  try {
    return (request.method === 'REGISTER' ? request.to : request.from).uri.user;
  } catch {
    return '';
  }
}
