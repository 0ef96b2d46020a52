import { BaseError } from '@hookswitch/kernel/base-error';

export class NumberGroupInUseError extends BaseError {
  constructor() {
    super('conflict', 'number-group-in-use', 'Numbers are in this group. Take them out of it first.');
  }
}
