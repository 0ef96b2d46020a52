import { createHash, randomBytes } from 'node:crypto';

export interface DigestLogin {
  readonly username: string;
  readonly password: string;
}

/** The Authorization value for a challenge (RFC 7616; MD5 and SHA-256, qop auth or none). */
export function digestAnswer(challenge: string, login: DigestLogin, method: string, uri: string): string {
  const field = (name: string) =>
    new RegExp(`\\b${name}=(?:"([^"]*)"|([^,\\s]+))`, 'i')
      .exec(challenge)
      ?.slice(1)
      .find((value) => value !== undefined) ?? '';
  const algorithm = field('algorithm') || 'MD5';
  const hash = (text: string) =>
    createHash(algorithm.toUpperCase().startsWith('SHA-256') ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const [realm, nonce, opaque] = [field('realm'), field('nonce'), field('opaque')];
  const cnonce = randomBytes(8).toString('hex');
  const secret = hash(`${login.username}:${realm}:${login.password}`);
  const request = hash(`${method}:${uri}`);
  const withQop = field('qop')
    .split(',')
    .some((one) => one.trim() === 'auth');
  const response = hash(
    withQop ? `${secret}:${nonce}:00000001:${cnonce}:auth:${request}` : `${secret}:${nonce}:${request}`,
  );
  return [
    `Digest username="${login.username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`,
    `algorithm=${algorithm}`,
    ...(withQop ? [`qop=auth, nc=00000001, cnonce="${cnonce}"`] : []),
    ...(opaque === '' ? [] : [`opaque="${opaque}"`]),
  ].join(', ');
}
