import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { builtInRole } from '../built-in-roles.js';
import type { RoleDeps } from '../role-deps.js';
import { roleView } from '../role-view.js';

export function getRole({ roles }: RoleDeps): OperationHandler<'getRole'> {
  return async ({ params: { roleId } }, { account }) => {
    const role = builtInRole(roleId) ?? (await roles.get(account.id, roleId));
    if (!role) throw new ResourceNotFoundError('role', roleId);
    return { status: 200, body: roleView(role) };
  };
}
