import { hash } from 'node:crypto';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { ShortCache } from '../store/short-cache.js';
import { timestamp } from '../store/timestamp.js';
import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import type { ApiKey, Scope } from './api-key.js';
import type { ApiKeyStore } from './api-key-store.js';
import { suspendedAccount } from './suspended-account.js';

/** A program with a key, and for whom it acts. */
export interface KeyPrincipal {
  readonly kind: 'key';
  /** The key's. */
  readonly scopes: readonly Scope[];
  /** The account that is acted for. */
  readonly account: Account;
  readonly key: ApiKey;
}

/** `Who` is what credentials can stand for. */
export interface Authenticator<Who = KeyPrincipal> {
  /**
   * Checks credentials and the right to act for `actAs`, the key's own account or one below it.
   * @throws AuthenticationFailedError for every wrong credential alike
   * @throws AccountNotFoundError when `actAs` is no such account
   * @throws AccountSuspendedError when a write is asked of an account that is, or stands below, a suspended one
   */
  authenticate(
    credentials: { readonly id: string | undefined; readonly secret: string } | undefined,
    request: { readonly actAs: string | undefined; readonly writes: boolean },
  ): Promise<Who>;
}

export class AuthenticationFailedError extends BaseError {
  constructor() {
    super(
      'unauthenticated',
      'authentication-failed',
      'The credentials are missing or wrong. Send HTTP Basic with accountId:key or keyId:key, or a bearer token with the key.',
    );
  }
}

export class AccountSuspendedError extends BaseError {
  constructor(accountId: string) {
    super(
      'forbidden',
      'account-suspended',
      `Account ${accountId} is suspended: it can be read but not written. Its parent account can set its status to active.`,
    );
  }
}

export class AccountNotFoundError extends BaseError {
  constructor(id: string) {
    super('not_found', 'resource-not-found', `There is no account ${id.slice(0, 64)}.`);
  }
}

interface Deps {
  readonly accounts: AccountStore;
  readonly keys: ApiKeyStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a checked key counts without another look; at most 1,000, so that a revocation works within a second. */
  readonly cacheMs: number;
}

interface Known extends KeyPrincipal {
  /** Id of the suspended account among the acted-for one and those above it. */
  readonly suspendedId: string | undefined;
}

const lastUsedStepMs = 60_000;

/** The hash under which a key is stored. */
export function hashKey(secret: string): string {
  return hash('sha256', secret, 'hex');
}

export function createAuthenticator({ accounts, keys, clock, logger, cacheMs }: Deps): Authenticator {
  const cache = new ShortCache<Known>(clock, { keepMs: cacheMs });

  async function look(secretHash: string, actAs: string | undefined): Promise<Known> {
    const key = await keys.acrossAccounts.findOne({ secretHash });
    const own = key && (await accounts.acrossAccounts.get(key.accountId));
    if (!key || !own) throw new AuthenticationFailedError();
    const account = actAs === undefined || actAs === own.id ? own : await accounts.acrossAccounts.get(actAs);
    if (!account || (account !== own && !account.ancestorIds.includes(own.id)))
      throw new AccountNotFoundError(actAs ?? '');
    const suspended = await suspendedAccount(accounts, account);
    noteUse(key);
    return { kind: 'key', scopes: key.scopes, key, account, suspendedId: suspended?.id };
  }

  /** Kept to the minute, off the request's path: losing one costs nothing. */
  function noteUse(key: ApiKey): void {
    if (key.lastUsedAt !== null && Date.parse(key.lastUsedAt) > clock.now() - lastUsedStepMs) return;
    keys.replace({ ...key, lastUsedAt: timestamp(clock) }).catch((error: unknown) => {
      if (!(error instanceof BaseError && error.code === 'resource-changed'))
        logger.warn({ err: error }, 'last use of a key not noted');
    });
  }

  return {
    async authenticate(credentials, { actAs, writes }) {
      if (!credentials || credentials.secret.length > 256) throw new AuthenticationFailedError();
      const secretHash = hashKey(credentials.secret);
      const known = await cache.get(`${secretHash} ${actAs ?? ''}`, () => look(secretHash, actAs));
      const { id } = credentials;
      if (id !== undefined && id !== known.key.id && id !== known.key.accountId) throw new AuthenticationFailedError();
      if (writes && known.suspendedId !== undefined) throw new AccountSuspendedError(known.suspendedId);
      return known;
    },
  };
}
