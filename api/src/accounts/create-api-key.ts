import { timestamp } from '../store/timestamp.js';
import type { AccountDeps } from './account-deps.js';
import { ScopeNotGrantableError } from './account-errors.js';
import { type ApiKey, hasScope, type Scope } from './api-key.js';
import { hashKey } from './authenticate.js';

/**
 * Makes a key and returns it with its secret, which is stored nowhere.
 * @param granter who asks, which cannot give more than it has; null for the set-up
 * @throws ScopeNotGrantableError
 */
export async function createApiKey(
  deps: Pick<AccountDeps, 'keys' | 'clock' | 'newId' | 'random'>,
  accountId: string,
  granter: Pick<ApiKey, 'scopes'> | null,
  request: { readonly name: string; readonly scopes?: readonly Scope[] | undefined },
): Promise<{ apiKey: ApiKey; secret: string }> {
  const scopes = [...new Set<Scope>(request.scopes ?? granter?.scopes ?? ['*'])];
  if (granter) checkGrant(granter, scopes);
  const secret = `hk_${Buffer.from(deps.random.bytes(32)).toString('base64url')}`;
  const now = timestamp(deps.clock);
  const apiKey: ApiKey = {
    id: deps.newId('SK'),
    accountId,
    name: request.name,
    scopes,
    secretHash: hashKey(secret),
    lastUsedAt: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await deps.keys.insert(apiKey);
  return { apiKey, secret };
}

/** @throws ScopeNotGrantableError when `scopes` has one that `granter` lacks */
export function checkGrant(granter: Pick<ApiKey, 'scopes'>, scopes: readonly Scope[]): void {
  const missing = scopes.filter((scope) => !hasScope(granter, scope));
  if (missing.length > 0) throw new ScopeNotGrantableError(missing);
}
