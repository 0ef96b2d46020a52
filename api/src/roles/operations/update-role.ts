import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { changeRecord } from '../../store/change-record.js';
import { DuplicateRecordError } from '../../store/tenant-collection.js';
import { withChange } from '../../store/with-change.js';
import { builtInRole } from '../built-in-roles.js';
import { checkGrants } from '../check-grants.js';
import type { RoleDeps } from '../role-deps.js';
import { BuiltInRoleError, RoleNameTakenError } from '../role-errors.js';
import { roleView } from '../role-view.js';

export function updateRole({ roles, clock }: RoleDeps): OperationHandler<'updateRole'> {
  return async ({ params: { roleId }, body }, { account, principal }) => {
    if (builtInRole(roleId)) throw new BuiltInRoleError(roleId);
    try {
      const changed = await changeRecord(roles, clock, account.id, roleId, (role) => {
        const next = withChange(role, body);
        // Nor does anybody take from those who may do more than they.
        checkGrants(principal, role);
        checkGrants(principal, next);
        return next;
      });
      if (!changed) throw new ResourceNotFoundError('role', roleId);
      return { status: 200, body: roleView(changed) };
    } catch (error) {
      throw error instanceof DuplicateRecordError ? new RoleNameTakenError() : error;
    }
  };
}
