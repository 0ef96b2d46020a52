import type { OperationHandler } from '../../operation/handler.js';
import { builtInRoles } from '../built-in-roles.js';
import { mostRoles } from '../role.js';
import type { RoleDeps } from '../role-deps.js';
import { roleView } from '../role-view.js';

export function listRoles({ roles }: RoleDeps): OperationHandler<'listRoles'> {
  return async (_request, { account }) => {
    const { items } = await roles.list(account.id, { limit: mostRoles });
    return { status: 200, body: { items: [...builtInRoles, ...items].map(roleView) } };
  };
}
