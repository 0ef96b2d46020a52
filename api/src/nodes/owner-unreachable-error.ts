import { BaseError } from '@hookswitch/kernel/base-error';

/** The process that was asked, of a call or of anything else it owns, did not answer in time. */
export class OwnerUnreachableError extends BaseError {
  constructor(subject: string) {
    super(
      'timeout',
      'owner-unreachable',
      `The process that runs ${subject} did not answer; it may or may not have done what was asked. Read the call and try again.`,
    );
  }
}
