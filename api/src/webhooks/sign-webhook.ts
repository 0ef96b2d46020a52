import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { BaseError } from '@hookswitch/kernel/base-error';

/** A signing secret that is neither `whsec_` nor `whsk_` with the right length behind it. */
export class InvalidSigningSecretError extends BaseError {
  constructor() {
    super('invalid', 'invalid-signing-secret', 'A signing secret is `whsec_` and 24 to 64 bytes in base64.');
  }
}

/** The three headers of a signed webhook (Standard Webhooks 1.0). */
export interface SignedHeaders {
  readonly 'webhook-id': string;
  /** Seconds since the epoch. */
  readonly 'webhook-timestamp': string;
  /** One signature for each secret, apart by spaces. */
  readonly 'webhook-signature': string;
}

const hmacPrefix = 'whsec_';
const ed25519Prefix = 'whsk_';

/** What stands before an Ed25519 seed in PKCS #8 (RFC 8410 section 7). */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Signs `body` as Standard Webhooks 1.0 says: `v1` is HMAC-SHA256 with a `whsec_` secret, `v1a` Ed25519 with a `whsk_` key, over
 * `id.timestamp.body`. Several secrets give several signatures, so that receivers may change theirs in their own time.
 */
export function signWebhook(id: string, nowMs: number, body: string, secrets: readonly string[]): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  const content = `${id}.${timestamp}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signature(content, secret)).join(' '),
  };
}

/** A fresh Ed25519 key: `whsk_` and the 64 bytes of seed and public key in base64. */
export function newEd25519Secret(): string {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return (
    ed25519Prefix +
    Buffer.concat([Buffer.from(jwk.d!, 'base64url'), Buffer.from(jwk.x!, 'base64url')]).toString('base64')
  );
}

/** What a receiver needs to verify: the secret itself for HMAC, the public key (`whpk_…`) for Ed25519. */
export function verificationKey(secret: string): string {
  if (!secret.startsWith(ed25519Prefix)) return secret;
  const jwk = createPublicKey(ed25519Key(secret)).export({ format: 'jwk' });
  return `whpk_${Buffer.from(jwk.x!, 'base64url').toString('base64')}`;
}

function signature(content: string, secret: string): string {
  if (secret.startsWith(ed25519Prefix)) {
    return `v1a,${sign(null, Buffer.from(content), ed25519Key(secret)).toString('base64')}`;
  }
  return `v1,${createHmac('sha256', hmacKey(secret)).update(content).digest('base64')}`;
}

function hmacKey(secret: string): Buffer {
  const key = secret.startsWith(hmacPrefix) ? Buffer.from(secret.slice(hmacPrefix.length), 'base64') : undefined;
  if (!key || key.length < 24 || key.length > 64) throw new InvalidSigningSecretError();
  return key;
}

function ed25519Key(secret: string): KeyObject {
  const bytes = Buffer.from(secret.slice(ed25519Prefix.length), 'base64');
  if (bytes.length !== 32 && bytes.length !== 64) throw new InvalidSigningSecretError();
  return createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, bytes.subarray(0, 32)]), format: 'der', type: 'pkcs8' });
}
