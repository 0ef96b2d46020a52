import type { OperationHandler } from '../../operation/handler.js';
import { DuplicateRecordError } from '../../store/tenant-collection.js';
import { timestamp } from '../../store/timestamp.js';
import { checkGrants } from '../check-grants.js';
import { mostRoles, type Role } from '../role.js';
import type { RoleDeps } from '../role-deps.js';
import { RoleLimitError, RoleNameTakenError } from '../role-errors.js';
import { roleView } from '../role-view.js';

export function createRole({ roles, clock, newId }: RoleDeps): OperationHandler<'createRole'> {
  return async ({ body }, { account, principal }) => {
    const now = timestamp(clock);
    const role: Role = {
      id: newId('RO'),
      accountId: account.id,
      name: body.name,
      description: body.description ?? '',
      scopes: [...new Set(body.scopes ?? [])],
      ownScopes: [...new Set(body.ownScopes ?? [])],
      revision: 1,
      createdAt: now,
      updatedAt: now,
    };
    checkGrants(principal, role);
    if ((await roles.count(account.id)) >= mostRoles) throw new RoleLimitError();
    try {
      await roles.insert(role);
    } catch (error) {
      throw error instanceof DuplicateRecordError ? new RoleNameTakenError() : error;
    }
    return { status: 201, body: roleView(role) };
  };
}
