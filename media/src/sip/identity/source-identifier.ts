import type { ReliableProvisionals } from '../../port/reliable-provisionals.js';
import type { DigestAlgorithm, DigestUser, SipDirectory } from '../../port/sip-directory.js';
import type { DigestVerifier } from '../auth/digest-verifier.js';
import { type Flow, senderOf } from '../flow.js';
import type { SipRequest } from '../parse/message.js';
import type { HeaderList } from '../sip-command.js';
import { decoyAlgorithms } from './decoy-algorithms.js';

export interface Challenge {
  readonly kind: 'challenge';
  readonly status: 401;
  readonly headers: HeaderList;
}

/** Who sent a request, or what to answer them. */
export type Identification =
  | {
      readonly kind: 'known';
      readonly source: { readonly kind: 'trunk' | 'endpoint'; readonly id: string };
      /** Whether it is believed who it says calls. */
      readonly trusted: boolean;
      /** How its calls are told of their progress. */
      readonly reliableProvisionals?: ReliableProvisionals;
      readonly user?: DigestUser;
    }
  | Challenge
  | { readonly kind: 'refused'; readonly status: 403 };

export interface SourceIdentifierSettings {
  readonly directory: SipDirectory;
  readonly verifier: DigestVerifier;
  /** Chooses what names that nobody has are offered. */
  readonly decoySecret: Buffer;
  /** Whether the directory is asked for a sender who shows no credentials; else it is challenged as most are. */
  readonly mayLookUp: (address: string, now: number) => boolean;
}

/**
 * Finds out who sent a request: a trunk by its address, else by digest. A name nobody has and a wrong secret are answered alike, and cost the same.
 */
export class SourceIdentifier {
  readonly #settings: SourceIdentifierSettings;

  constructor(settings: SourceIdentifierSettings) {
    this.#settings = settings;
  }

  /** The sender of a call. */
  async identifyCaller(request: SipRequest, flow: Flow, now: number): Promise<Identification> {
    const trunk = await this.#settings.directory.trunkByAddress(senderOf(flow), dialledUser(request));
    if (trunk) {
      const { trunkId: id, trustsIdentity: trusted = false } = trunk;
      return { kind: 'known', source: { kind: 'trunk', id }, trusted, ...provisionalsOf(trunk) };
    }
    return this.challengeAtOnce(request, flow, now) ?? this.identifyUser(request, flow, now);
  }

  /**
   * The challenge that can be given without asking the directory, where there is one: to credentials made with a nonce that is not good (RFC 7616 3.3
   * says `stale` for these, whatever they prove), and to none at all while many ask.
   */
  challengeAtOnce(request: SipRequest, flow: Flow, now: number): Challenge | undefined {
    const { verifier, mayLookUp } = this.#settings;
    const realm = realmOf(request, flow);
    const given = verifier.read(request, realm);
    if (given) {
      if (verifier.isFresh(given.nonce, senderOf(flow).address, now)) return undefined;
      return this.#challenge(realm, [given.algorithm], flow, now, true);
    }
    return mayLookUp(senderOf(flow).address, now) ? undefined : this.#challenge(realm, ['MD5'], flow, now);
  }

  /** Who proves by digest to be whom. */
  async identifyUser(request: SipRequest, flow: Flow, now: number): Promise<Identification> {
    const { verifier, directory, decoySecret } = this.#settings;
    const realm = realmOf(request, flow);
    const given = verifier.read(request, realm);
    const claimed = given?.username ?? userOf(request);
    const user = await directory.digestUser(claimed, realm);
    const algorithms = user?.algorithms.length ? user.algorithms : decoyAlgorithms(decoySecret, claimed);
    // One that was offered something else in a hurry is offered the right thing now.
    if (!given || !algorithms.includes(given.algorithm)) return this.#challenge(realm, algorithms, flow, now);
    const verdict = verifier.check(given, request, user?.ha1[given.algorithm], senderOf(flow).address, now);
    if (verdict === 'ok' && user) {
      const { kind, id, trustsIdentity = false } = user;
      return {
        kind: 'known',
        source: { kind, id },
        user,
        trusted: kind === 'trunk' && trustsIdentity,
        ...provisionalsOf(user),
      };
    }
    return verdict === 'stale' ? this.#challenge(realm, algorithms, flow, now, true) : { kind: 'refused', status: 403 };
  }

  #challenge(realm: string, algorithms: readonly DigestAlgorithm[], flow: Flow, now: number, stale = false): Challenge {
    const headers = this.#settings.verifier.challenge(realm, algorithms, senderOf(flow).address, now, { stale });
    return { kind: 'challenge', status: 401, headers };
  }
}

function provisionalsOf({ reliableProvisionals }: { readonly reliableProvisionals?: ReliableProvisionals }) {
  return reliableProvisionals === undefined ? {} : { reliableProvisionals };
}

/** The domain asked for: the host of the Request-URI. */
export function realmOf(request: SipRequest, flow: Flow): string {
  try {
    return request.parsedUri.host || flow.localAddress;
  } catch {
    return flow.localAddress;
  }
}

function dialledUser(request: SipRequest): string {
  try {
    return request.parsedUri.user;
  } catch {
    return '';
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
