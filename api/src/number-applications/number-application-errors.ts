import { BaseError } from '@hookswitch/kernel/base-error';

export class NumberApplicationDecidedError extends BaseError {
  constructor(status: string) {
    super('conflict', 'number-application-decided', `The application is ${status} already.`);
  }
}
