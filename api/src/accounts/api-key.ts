import type { Schema } from '@hookswitch/openapi/operations';
import type { TenantRecord } from '../store/tenant-collection.js';

/** What a key may do: `calls:read` and so on, or `*` for everything. */
export type Scope = Schema<'Scope'>;

/** A key of an account. Only its hash is stored. */
export interface ApiKey extends TenantRecord {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key in hex. The key is 32 random bytes, so no slow hash is needed. */
  readonly secretHash: string;
  /** To the minute. */
  readonly lastUsedAt: string | null;
}

/** Whether a key, or whoever else has scopes, may do what needs `scope`. */
export function hasScope({ scopes }: Pick<ApiKey, 'scopes'>, scope: Scope): boolean {
  return scopes.includes('*') || scopes.includes(scope);
}
