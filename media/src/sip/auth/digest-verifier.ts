import { timingSafeEqual } from 'node:crypto';
import type { Random } from '@hookswitch/kernel/random';
import { quote } from '../parse/header-values.js';
import type { SipRequest } from '../parse/message.js';
import type { HeaderList } from '../sip-command.js';
import { type DigestAlgorithmName, digestHash, digestResponse, parseDigestParams } from './digest.js';
import { makeNonce, readNonce } from './nonce.js';
import { ReplayWindow } from './replay-window.js';

export interface DigestVerifierSettings {
  /** Key of the nonces, at least 16 bytes. Processes that share it take each other's nonces. */
  readonly secret: Buffer;
  /** How long a nonce is good, milliseconds. */
  readonly nonceLifetimeMs: number;
  /** How many nonces are watched for replays at once. */
  readonly replayCapacity: number;
  readonly random: Random;
}

/** Credentials as a request gave them. */
export interface GivenCredentials {
  readonly username: string;
  readonly realm: string;
  readonly algorithm: DigestAlgorithmName;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly nc: string;
  readonly cnonce: string;
}

/** `ok`; `stale`: right but the nonce is too old or was used (challenge with stale=true); `wrong`: anything else. */
export type DigestVerdict = 'ok' | 'stale' | 'wrong';

/**
 * Digest as a server (RFC 7616, RFC 8760, RFC 3261 22). Keeps no state per challenge; remembers only which nonce counts were used.
 *
 * Use: `read` the request; nothing there → answer 401 with `challenge`; else look the user up and `check`. A user that does not exist is checked with
 * `ha1` undefined, which costs the same work and ends `wrong`. ACK and CANCEL must not be challenged (22.1). The digest-uri is hashed as given and not
 * compared with the Request-URI: real phones and proxies write it differently, and the nonce count already stops its reuse.
 */
export class DigestVerifier {
  readonly #settings: DigestVerifierSettings;
  readonly #window: ReplayWindow;

  constructor(settings: DigestVerifierSettings) {
    this.#settings = settings;
    this.#window = new ReplayWindow(settings.replayCapacity);
  }

  /** Headers of a 401 (or 407, with `proxy`): one challenge for each algorithm, strongest first (RFC 8760 2.3). */
  challenge(
    realm: string,
    algorithms: readonly DigestAlgorithmName[],
    source: string,
    now: number,
    options: { stale?: boolean; proxy?: boolean } = {},
  ): HeaderList {
    const name = options.proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate';
    const nonce = makeNonce(this.#settings.secret, source, now, this.#settings.random);
    const stale = options.stale ? ', stale=true' : '';
    return algorithms.map((algorithm) => [
      name,
      `Digest realm=${quote(realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}`,
    ]);
  }

  /**
   * The credentials for `realm` (any realm where undefined), from Authorization, or Proxy-Authorization with `proxy`. Undefined where there are none
   * that can be read.
   */
  read(request: SipRequest, realm?: string, proxy = false): GivenCredentials | undefined {
    for (const line of request.lines(proxy ? 'proxy-authorization' : 'authorization')) {
      const params = parseDigestParams(line);
      const given = params && {
        username: params.get('username') ?? '',
        realm: params.get('realm') ?? '',
        algorithm: (params.get('algorithm') ?? 'MD5').toUpperCase(),
        nonce: params.get('nonce') ?? '',
        uri: params.get('uri') ?? '',
        response: (params.get('response') ?? '').toLowerCase(),
        qop: params.get('qop')?.toLowerCase(),
        nc: params.get('nc') ?? '',
        cnonce: params.get('cnonce') ?? '',
      };
      if (!given || given.username === '' || given.username.length > 256 || !isAlgorithm(given.algorithm)) continue;
      if (given.qop !== undefined && given.qop !== 'auth' && given.qop !== 'auth-int') continue;
      if (realm !== undefined && given.realm !== realm) continue;
      return { ...given, algorithm: given.algorithm, qop: given.qop };
    }
    return undefined;
  }

  /** Whether we made this nonce for that address, and not too long ago. Needs no user. */
  isFresh(nonce: string, source: string, now: number): boolean {
    const madeAt = readNonce(this.#settings.secret, nonce, source);
    return madeAt !== undefined && this.#isGood(madeAt, now);
  }

  /**
   * Judges credentials. `ha1` is the user's H(username:realm:password) for `given.algorithm`; undefined for a user that does not exist or may not use
   * that algorithm. `source` is the address the request came from.
   */
  check(
    given: GivenCredentials,
    request: SipRequest,
    ha1: string | undefined,
    source: string,
    now: number,
  ): DigestVerdict {
    const { secret, nonceLifetimeMs } = this.#settings;
    const madeAt = readNonce(secret, given.nonce, source);
    const nc = Number.parseInt(given.nc, 16);
    const wellFormed = given.qop === undefined || (/^[0-9a-f]{8}$/i.test(given.nc) && given.cnonce !== '' && nc > 0);
    // Made for every user, so that one who does not exist costs the same.
    const nobody = digestHash(given.algorithm, `${given.username}:nobody`);
    const expected = digestResponse({
      algorithm: given.algorithm,
      ha1: ha1?.toLowerCase() ?? nobody,
      nonce: given.nonce,
      method: request.method,
      uri: given.uri,
      qop: given.qop && { name: given.qop, nc: given.nc, cnonce: given.cnonce },
      body: request.body,
    });
    const right = equal(expected, given.response) && ha1 !== undefined && wellFormed;
    // A nonce we never made (an earlier process, another address): the digest proves the password, the nonce proves nothing.
    if (!right) return 'wrong';
    if (madeAt === undefined || !this.#isGood(madeAt, now)) return 'stale';
    this.#window.dropBefore(now - nonceLifetimeMs);
    // Without qop nothing is counted (RFC 2069): such a nonce serves once.
    return this.#window.use(given.nonce, madeAt, given.qop === undefined ? 1 : nc) ? 'ok' : 'stale';
  }

  #isGood(madeAt: number, now: number): boolean {
    return Math.abs(now - madeAt) <= this.#settings.nonceLifetimeMs;
  }
}

function isAlgorithm(text: string): text is DigestAlgorithmName {
  return text === 'MD5' || text === 'SHA-256';
}

function equal(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.alloc(a.length);
  b.write(given.slice(0, a.length), 'latin1');
  return timingSafeEqual(a, b) && given.length === expected.length;
}
