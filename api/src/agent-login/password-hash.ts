import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '@hookswitch/kernel/random';
import { concurrencyLimit } from '../audio/index.js';

/** log2 of scrypt's N. 2^15 with r = 8 takes 32 MiB and some 50 ms of one core. */
const cost = { chosen: 15, made: 10 } as const;
const [blockSize, parallel, saltBytes, keyBytes] = [8, 1, 16, 32];

/** Few at a time: each takes a thread and 32 MiB. */
const inTurn = concurrencyLimit('log-ins', 2, 200);

/**
 * The hash under which a password is stored: `scrypt$15$<salt>$<hash>`.
 * @param kind `made` for one of our making: with 95 bits of chance it needs no slow hash
 */
export async function hashPassword(password: string, kind: keyof typeof cost, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(saltBytes));
  const hash = await derive(password, salt, cost[kind]);
  return ['scrypt', cost[kind], salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether the password is the one that was hashed. Takes as long where there is none. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, log2 = '', salt = '', hash = ''] = (stored ?? nobody).split('$');
  const expected = Buffer.from(hash, 'base64url');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), Number(log2));
  const same = derived.length === expected.length && timingSafeEqual(derived, expected);
  // A made password is quick to check; whoever cannot log in must not be told apart by that.
  if (Number(log2) < cost.chosen) await derive(password, Buffer.alloc(saltBytes), cost.chosen);
  return same && scheme === 'scrypt' && stored !== undefined;
}

const nobody = ['scrypt', cost.chosen, Buffer.alloc(saltBytes).toString('base64url'), ''].join('$');

function derive(password: string, salt: Buffer, log2: number): Promise<Buffer> {
  const options = { N: 2 ** log2, r: blockSize, p: parallel, maxmem: 64 * 1024 * 1024 };
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}
