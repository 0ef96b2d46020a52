import type { Grants } from '../operation/principal.js';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

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
