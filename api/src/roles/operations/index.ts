import type { OperationHandlers } from '../../operation/handler.js';
import type { RoleDeps } from '../role-deps.js';
import { createRole } from './create-role.js';
import { deleteRole } from './delete-role.js';
import { getRole } from './get-role.js';
import { listRoles } from './list-roles.js';
import { updateRole } from './update-role.js';

/** The HTTP face of roles. */
export function roleOperations(deps: RoleDeps) {
  return {
    createRole: createRole(deps),
    listRoles: listRoles(deps),
    getRole: getRole(deps),
    updateRole: updateRole(deps),
    deleteRole: deleteRole(deps),
  } satisfies Partial<OperationHandlers>;
}
