import type { Grants } from '../operation/principal.js';
import { builtInRole } from './built-in-roles.js';
import type { RoleStore } from './role.js';

/** What the role with this id grants: one of the three built-in ones, or one of the account's. Undefined: there is none. */
export async function findRole(
  roles: Pick<RoleStore, 'get'>,
  accountId: string,
  id: string,
): Promise<(Grants & { readonly id: string; readonly name: string }) | undefined> {
  return builtInRole(id) ?? (await roles.get(accountId, id));
}

/** What an agent may do whose role is gone. */
export const noGrants: Grants = { scopes: [], ownScopes: [] };
