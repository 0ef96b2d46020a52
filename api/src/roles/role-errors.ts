import { BaseError } from '@hookswitch/kernel/base-error';
import { mostRoles } from './role.js';

export class RoleNameTakenError extends BaseError {
  constructor() {
    super('conflict', 'already-exists', 'A role with this name exists. Choose another.', {
      fields: [{ pointer: '/name', message: 'is in use' }],
    });
  }
}

export class RoleInUseError extends BaseError {
  constructor() {
    super('conflict', 'role-in-use', 'Agents still have the role. Give them another first.');
  }
}

export class RoleLimitError extends BaseError {
  constructor() {
    super('conflict', 'role-limit', `An account has at most ${mostRoles} roles of its own. Delete one first.`);
  }
}

export class BuiltInRoleError extends BaseError {
  constructor(id: string) {
    super('forbidden', 'role-built-in', `The role ${id} is built in and stays as it is. Make one of your own.`);
  }
}
