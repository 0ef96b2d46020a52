import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '@hookswitch/kernel/random';

const timeBytes = 6;
const saltBytes = 6;
const macBytes = 16;

/**
 * Makes a nonce that needs no memory: the time, a salt, and an HMAC of both and of the source address under our secret (RFC 7616 3.3). Base64url, 38
 * characters.
 */
export function makeNonce(secret: Buffer, source: string, now: number, random: Random): string {
  const plain = Buffer.alloc(timeBytes + saltBytes);
  plain.writeUIntBE(Math.floor(now), 0, timeBytes);
  plain.set(random.bytes(saltBytes), timeBytes);
  return Buffer.concat([plain, mac(secret, plain, source)]).toString('base64url');
}

/** When a nonce was made, milliseconds; undefined where it is not one of ours, or was made for another source. */
export function readNonce(secret: Buffer, nonce: string, source: string): number | undefined {
  if (nonce.length > 64) return undefined;
  const bytes = Buffer.from(nonce, 'base64url');
  if (bytes.length !== timeBytes + saltBytes + macBytes || bytes.toString('base64url') !== nonce) return undefined;
  const plain = bytes.subarray(0, timeBytes + saltBytes);
  if (!timingSafeEqual(mac(secret, plain, source), bytes.subarray(timeBytes + saltBytes))) return undefined;
  return plain.readUIntBE(0, timeBytes);
}

function mac(secret: Buffer, plain: Buffer, source: string): Buffer {
  return createHmac('sha256', secret).update(plain).update(source).digest().subarray(0, macBytes);
}
