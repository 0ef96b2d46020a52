import type { Random } from '@hookswitch/kernel/random';
import { quote } from '../parse/header-values.js';
import type { SipResponse } from '../parse/message.js';
import type { SipCredentials } from '../sip-command.js';
import { type DigestAlgorithmName, digestHa1, digestHash, digestResponse, parseDigestParams } from './digest.js';

/** The request a challenge is answered for. */
export interface ChallengedRequest {
  readonly method: string;
  readonly uri: string;
  readonly body?: string | undefined;
}

/**
 * Answers challenges for one request and its repetitions (RFC 3261 22.2, 22.3). Several realms may challenge one after another, or together; each gets
 * one try, and another where it says that only the nonce was stale.
 */
export class DigestClient {
  readonly #credentials: SipCredentials;
  readonly #random: Random;
  /** Header to send, by header name and realm. */
  readonly #answers = new Map<
    string,
    { header: 'Authorization' | 'Proxy-Authorization'; value: string; stale: number }
  >();

  constructor(credentials: SipCredentials, random: Random) {
    this.#credentials = credentials;
    this.#random = random;
  }

  /** Takes a 401 or 407. False where trying again makes no sense: wrong credentials, or nothing we can compute. */
  take(response: SipResponse, request: ChallengedRequest): boolean {
    let progress = false;
    for (const [challenge, header] of [
      ['www-authenticate', 'Authorization'],
      ['proxy-authenticate', 'Proxy-Authorization'],
    ] as const) {
      // Of several challenges for one realm the first we can compute counts: they come strongest first (RFC 8760 2.4).
      const seen = new Set<string>();
      for (const line of response.lines(challenge)) {
        const params = parseDigestParams(line);
        const realm = params?.get('realm');
        const nonce = params?.get('nonce');
        const algorithm = readAlgorithm(params?.get('algorithm'));
        if (!params || realm === undefined || nonce === undefined || !algorithm) continue;
        const key = `${header} ${realm}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const before = this.#answers.get(key);
        const stale = params.get('stale')?.toLowerCase() === 'true';
        // A realm that was answered and still challenges does not like the credentials, unless the nonce was stale.
        if (before && (!stale || before.stale >= 2)) return false;
        const qop = readQop(params.get('qop'));
        if (qop === 'unknown') continue;
        const value = this.#authorization({ realm, nonce, qop, ...algorithm, opaque: params.get('opaque') }, request);
        this.#answers.set(key, { header, value, stale: before ? before.stale + 1 : 0 });
        progress = true;
      }
    }
    return progress;
  }

  /** What to add to the request. */
  headers(): readonly (readonly [string, string])[] {
    return [...this.#answers.values()].map(({ header, value }) => [header, value] as const);
  }

  #authorization(
    challenge: {
      realm: string;
      nonce: string;
      qop: 'auth' | 'auth-int' | undefined;
      name: string;
      algorithm: DigestAlgorithmName;
      session: boolean;
      opaque: string | undefined;
    },
    request: ChallengedRequest,
  ): string {
    const { username, password } = this.#credentials;
    const { realm, nonce, algorithm, opaque } = challenge;
    const cnonce = Buffer.from(this.#random.bytes(12)).toString('hex');
    const nc = '00000001';
    let ha1 = digestHa1(algorithm, username, realm, password);
    if (challenge.session) ha1 = digestHash(algorithm, `${ha1}:${nonce}:${cnonce}`);
    const qop = challenge.qop && { name: challenge.qop, nc, cnonce };
    const response = digestResponse({
      algorithm,
      ha1,
      nonce,
      method: request.method,
      uri: request.uri,
      qop,
      body: Buffer.from(request.body ?? ''),
    });
    const parts = [
      `username=${quote(username)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(request.uri)}`,
      `response="${response}"`,
    ];
    if (challenge.name) parts.push(`algorithm=${challenge.name}`);
    if (qop) parts.push(`qop=${qop.name}`, `nc=${nc}`, `cnonce="${cnonce}"`);
    else if (challenge.session) parts.push(`cnonce="${cnonce}"`);
    if (opaque !== undefined) parts.push(`opaque=${quote(opaque)}`);
    return `Digest ${parts.join(', ')}`;
  }
}

function readAlgorithm(
  text: string | undefined,
): { name: string; algorithm: DigestAlgorithmName; session: boolean } | undefined {
  if (text === undefined) return { name: '', algorithm: 'MD5', session: false };
  switch (text.toUpperCase()) {
    case 'MD5':
      return { name: text, algorithm: 'MD5', session: false };
    case 'MD5-SESS':
      return { name: text, algorithm: 'MD5', session: true };
    case 'SHA-256':
      return { name: text, algorithm: 'SHA-256', session: false };
    case 'SHA-256-SESS':
      return { name: text, algorithm: 'SHA-256', session: true };
    default:
      return undefined;
  }
}

function readQop(text: string | undefined): 'auth' | 'auth-int' | undefined | 'unknown' {
  if (text === undefined || text === '') return undefined;
  const offered = text.split(',').map((name) => name.trim().toLowerCase());
  if (offered.includes('auth')) return 'auth';
  return offered.includes('auth-int') ? 'auth-int' : 'unknown';
}
