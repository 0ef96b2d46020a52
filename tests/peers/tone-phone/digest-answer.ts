import { createHash, randomBytes } from 'node:crypto';

export interface DigestLogin {
  readonly username: string;
  readonly password: string;
}

/** The Authorization value for a challenge (RFC 7616; MD5 and SHA-256, qop auth or none). */
export function digestAnswer(challenge: string, login: DigestLogin, method: string, uri: string): string {
  const algorithm = fieldIn(challenge, 'algorithm') || 'MD5';
  const withQop = fieldIn(challenge, 'qop')
    .split(',')
    .some((one) => one.trim() === 'auth');
  const opaque = fieldIn(challenge, 'opaque');
  const values = {
    algorithm,
    realm: fieldIn(challenge, 'realm'),
    nonce: fieldIn(challenge, 'nonce'),
    uri,
    nc: withQop ? '00000001' : '',
    cnonce: withQop ? randomBytes(8).toString('hex') : '',
  };
  const response = responseTo(values, login, method);
  return [
    `Digest username="${login.username}", realm="${values.realm}", nonce="${values.nonce}", uri="${uri}"`,
    `response="${response}", algorithm=${algorithm}`,
    ...(withQop ? [`qop=auth, nc=${values.nc}, cnonce="${values.cnonce}"`] : []),
    ...(opaque === '' ? [] : [`opaque="${opaque}"`]),
  ].join(', ');
}

/** Whether an Authorization value was made with this password. */
export function digestIsRight(authorization: string, password: string, method: string): boolean {
  const field = (name: string) => fieldIn(authorization, name);
  const values = {
    algorithm: field('algorithm') || 'MD5',
    realm: field('realm'),
    nonce: field('nonce'),
    uri: field('uri'),
    nc: field('nc'),
    cnonce: field('cnonce'),
  };
  return field('response') === responseTo(values, { username: field('username'), password }, method);
}

interface DigestValues {
  readonly algorithm: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  /** Empty without qop. */
  readonly nc: string;
  readonly cnonce: string;
}

function responseTo(values: DigestValues, login: DigestLogin, method: string): string {
  const hash = (text: string) =>
    createHash(values.algorithm.toUpperCase() === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const secret = hash(`${login.username}:${values.realm}:${login.password}`);
  const request = hash(`${method}:${values.uri}`);
  const middle = values.nc === '' ? values.nonce : `${values.nonce}:${values.nc}:${values.cnonce}:auth`;
  return hash(`${secret}:${middle}:${request}`);
}

function fieldIn(header: string, name: string): string {
  const match = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^,\\s]+))`, 'i').exec(header);
  return match?.[1] ?? match?.[2] ?? '';
}
