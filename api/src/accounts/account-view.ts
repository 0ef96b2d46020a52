import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from './account.js';
import type { ApiKey } from './api-key.js';

/** An account as users see it: without its secrets. */
export function accountView(account: Account): Schema<'Account'> {
  const {
    id,
    parentId,
    name,
    status,
    edition,
    limits,
    allowedDestinations,
    allowedSipHosts,
    cdrPushUrl,
    createdAt,
    updatedAt,
    revision,
  } = account;
  return {
    id,
    parentId,
    name,
    status,
    edition,
    limits: { ...limits },
    allowedDestinations: [...allowedDestinations],
    allowedSipHosts: [...allowedSipHosts],
    cdrPushUrl: cdrPushUrl ?? null,
    createdAt,
    updatedAt,
    revision,
  };
}

/** A key as users see it: without its hash. */
export function apiKeyView({ id, accountId, name, scopes, lastUsedAt, createdAt }: ApiKey): Schema<'ApiKey'> {
  return { id, accountId, name, scopes: [...scopes], lastUsedAt, createdAt };
}
