import type { Scope } from '../accounts/index.js';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** What an agent may do. */
export interface Grants {
  /** For everything of the account. */
  readonly scopes: readonly Scope[];
  /** For what is the agent's own only: operations that are marked with `own` in their file. */
  readonly ownScopes: readonly Scope[];
}

/** A role that an account made for itself. */
export interface Role extends TenantRecord, Grants {
  /** Unique in the account. */
  readonly name: string;
  readonly description: string;
}

export type RoleStore = TenantCollection<Role>;

export const roleCollection: CollectionDefinition<Role> = {
  name: 'roles',
  unique: [{ name: 'name', fields: ['name'], within: 'account' }],
};

/** The most roles an account makes: an answer lists all. */
export const mostRoles = 100;
