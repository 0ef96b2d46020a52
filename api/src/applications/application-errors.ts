import { BaseError } from '@hookswitch/kernel/base-error';

export class ApplicationInUseError extends BaseError {
  constructor(users: string) {
    super('conflict', 'application-in-use', `Some ${users} still use the application. Bind them to another one first.`);
  }
}
