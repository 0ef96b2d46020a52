import { BaseError } from '@hookswitch/kernel/base-error';

export class UsernameTakenError extends BaseError {
  constructor() {
    super('conflict', 'already-exists', 'The user name is in use on this installation. Choose another.', {
      fields: [{ pointer: '/username', message: 'is in use' }],
    });
  }
}
