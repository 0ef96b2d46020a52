import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { builtInRole } from '../built-in-roles.js';
import type { RoleDeps } from '../role-deps.js';
import { BuiltInRoleError, RoleInUseError } from '../role-errors.js';

export function deleteRole({ roles, roleHolders }: RoleDeps): OperationHandler<'deleteRole'> {
  return async ({ params: { roleId } }, { account }) => {
    if (builtInRole(roleId)) throw new BuiltInRoleError(roleId);
    if (!(await roles.get(account.id, roleId))) throw new ResourceNotFoundError('role', roleId);
    if ((await roleHolders.count(account.id, { role: roleId })) > 0) throw new RoleInUseError();
    await roles.remove(account.id, roleId);
    return { status: 204 };
  };
}
