import { BaseError } from '@hookswitch/kernel/base-error';

/** The account has no number that a call out may show. */
export class NoCallerIdError extends BaseError {
  constructor() {
    super('conflict', 'no-caller-id', 'The account has no number that calls out may show.');
  }
}

/** What the request asks to show is no number of the account's that may be shown. */
export class CallerIdNotOfferedError extends BaseError {
  constructor(pointer: string) {
    super('invalid', 'invalid-request', 'The request is not valid.', {
      fields: [{ pointer, message: "names no number of the account's that calls out may show" }],
    });
  }
}

export class NoPhoneToCallWithError extends BaseError {
  constructor(agentId: string) {
    super('conflict', 'agent-unavailable', `${agentId} has no phone to call with: bind a SIP phone, or a mobile.`);
  }
}
