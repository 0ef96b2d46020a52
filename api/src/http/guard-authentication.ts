import { isIPv6 } from 'node:net';
import type { Logger } from '@hookswitch/kernel/logger';
import { LRUCache } from 'lru-cache';
import { AuthenticationFailedError, hashKey } from '../accounts/index.js';
import type { FailureCounter, Failures } from '../failed-attempts/failure-counter.js';
import type { Principal } from '../operation/principal.js';
import type { Credentials } from './credentials.js';
import { RateLimitedError } from './http-errors.js';

/** How many times the limit an address may fail until keys are not even looked up, unless they were good here before. */
const capFactor = 20;

/** Keys that were good are remembered so long. */
const goodKeyMs = 3_600_000;

export interface AuthenticationGuardDeps {
  readonly failures: FailureCounter;
  /** Failures of one address in a minute; those beyond are answered with 429. */
  readonly limit: number;
  readonly logger: Logger;
}

/** Authenticates a request from an address, or not. @throws RateLimitedError where the address failed too often */
export type AuthenticationGuard = (
  /** The address; asked where it matters only. */
  from: () => string,
  credentials: Credentials | undefined,
  authenticate: () => Promise<Principal>,
) => Promise<Principal>;

/**
 * Bounds guessing: each address may fail so often in a minute. A good key is let in from such an address too, for others may stand behind it (a proxy, an office).
 * From one that floods (20 times the limit) only keys are let in that were good in this process before; no other is looked up.
 */
export function guardAuthentication({ failures, limit, logger }: AuthenticationGuardDeps): AuthenticationGuard {
  const good = new LRUCache<string, true>({ max: 10_000, ttl: goodKeyMs });
  // Without the count everybody is let try: the keys are what keeps strangers out.
  const known = async (counted: Promise<Failures>): Promise<Failures> => {
    try {
      return await counted;
    } catch (error) {
      logger.warn({ err: error }, 'failed authentications could not be counted');
      return { count: 0, secondsLeft: 0 };
    }
  };
  return async (from, credentials, authenticate) => {
    const hash = credentials && hashKey(credentials.secret);
    if (hash === undefined || !good.has(hash)) {
      const { count, secondsLeft } = await known(failures.read(network(from())));
      if (count >= limit * capFactor) throw new RateLimitedError(Math.max(1, secondsLeft));
    }
    try {
      const principal = await authenticate();
      if (hash !== undefined) good.set(hash, true);
      return principal;
    } catch (error) {
      if (!(error instanceof AuthenticationFailedError)) throw error;
      if (hash !== undefined) good.delete(hash);
      const address = network(from());
      const { count, secondsLeft } = await known(failures.add(address));
      if (count === limit + 1) logger.warn({ address, failures: count }, 'an address fails to authenticate too often');
      if (count > limit) throw new RateLimitedError(Math.max(1, secondsLeft));
      throw error;
    }
  };
}

/** Who counts as one: an IPv4 address, or the /64 that an IPv6 host chooses its addresses from. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = head.split(':').filter(Boolean);
  if (tail !== undefined) {
    const after = tail.split(':').filter(Boolean);
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
