import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Random } from '@hookswitch/kernel/random';
import type { SecretBox } from './secret-box.js';

/** A stored secret cannot be decrypted: most likely ENCRYPTION_KEY was changed without keeping the former one. */
export class SecretUnreadableError extends BaseError {
  constructor(keyId: string, cause?: unknown) {
    super(
      'bug',
      'secret-unreadable',
      `A stored secret cannot be decrypted (encryption key ${keyId}). Is that key in ENCRYPTION_KEY or PREVIOUS_ENCRYPTION_KEYS?`,
      { cause },
    );
  }
}

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D 8.2.2). Sealed text: `v1.<key id>.<nonce, ciphertext and tag in base64url>`. */
export class AesSecretBox implements SecretBox {
  readonly #currentId: string;
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #random: Random;

  /** @param keys 32 bytes each; the first seals, all open. */
  constructor(keys: readonly [Buffer, ...Buffer[]], random: Random) {
    this.#currentId = keyId(keys[0]);
    this.#keys = new Map(keys.map((key) => [keyId(key), derive(key)]));
    this.#random = random;
  }

  seal(secret: string, context: string): string {
    const nonce = this.#random.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.get(this.#currentId)!, nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${this.#currentId}.${sealed.toString('base64url')}`;
  }

  open(sealed: string, context: string): string {
    const [version, id = '', payload = ''] = sealed.split('.');
    const key = this.#keys.get(id);
    const bytes = Buffer.from(payload, 'base64url');
    if (version !== 'v1' || !key || bytes.length < 28) throw new SecretUnreadableError(id);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SecretUnreadableError(id, error);
    }
  }

  isOutdated(sealed: string): boolean {
    return sealed.split('.')[1] !== this.#currentId;
  }
}

/** Names a key without giving it away. */
function keyId(key: Buffer): string {
  return createHash('sha256').update('hookswitch key id').update(key).digest('hex').slice(0, 8);
}

function derive(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'hookswitch secret box v1', 32));
}
