import type { Schema } from '@hookswitch/openapi/operations';
import type { BuiltInRole } from './built-in-roles.js';
import type { Role } from './role.js';

/** A role as users see it. */
export function roleView(role: Role | BuiltInRole): Schema<'Role'> {
  const { id, name, description, scopes, ownScopes } = role;
  const own = 'revision' in role ? role : undefined;
  return {
    id,
    name,
    description,
    builtIn: own === undefined,
    scopes: [...scopes],
    ownScopes: [...ownScopes],
    createdAt: own?.createdAt ?? null,
    updatedAt: own?.updatedAt ?? null,
  };
}
