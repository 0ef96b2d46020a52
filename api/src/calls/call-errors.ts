import { BaseError, type FieldError } from '@hookswitch/kernel/base-error';

/** No call of that account has this id. */
export class CallNotFoundError extends BaseError {
  constructor(callId: string) {
    super('not_found', 'resource-not-found', `There is no call ${callId}.`);
  }
}

/** The call is over. */
export class CallNotLiveError extends BaseError {
  constructor(callId: string) {
    super('conflict', 'call-not-live', `${callId} is over; only live calls can be changed.`);
  }
}

/** The call was answered, so that it cannot be canceled any more. */
export class CallAlreadyAnsweredError extends BaseError {
  constructor(callId: string) {
    super('conflict', 'call-already-answered', `${callId} was answered; end it with status "completed".`);
  }
}

/** The call was not answered yet, and what was asked for needs its sound. */
export class CallNotAnsweredError extends BaseError {
  constructor(callId: string) {
    super('conflict', 'call-not-answered', `${callId} is not answered yet; wait for the event call.answered.`);
  }
}

/** The call is a dialled party without a script of its own. */
export class CallWithoutScriptError extends BaseError {
  constructor(callId: string) {
    super(
      'conflict',
      'call-without-script',
      `${callId} was dialled by another call's script; give the new script to its parent call.`,
    );
  }
}

/** Another script started since the revision that the request names. */
export class StaleScriptRevisionError extends BaseError {
  constructor(callId: string, asked: number, current: number) {
    super(
      'stale',
      'stale-script-revision',
      `${callId} runs script revision ${current}, not ${asked}; read the call again and decide anew.`,
    );
  }
}

/** No process that can place calls is up, or all of them are drained. */
export class NoMediaNodeError extends BaseError {
  constructor() {
    super('unavailable', 'no-media-node', 'No process that takes new calls is up just now; try again in a moment.', {
      retryAfterSeconds: 5,
    });
  }
}

/** The node is drained or stops. */
export class ShuttingDownError extends BaseError {
  constructor() {
    super(
      'unavailable',
      'shutting-down',
      'This node takes no new calls, because it is drained or stops; try again in a moment.',
      {
        retryAfterSeconds: 5,
      },
    );
  }
}

/** The account, or one above it, is suspended. */
export class AccountSuspendedError extends BaseError {
  constructor() {
    super('forbidden', 'account-suspended', 'The account is suspended and makes and takes no calls.');
  }
}

/** Something in the request names what is not there, or has a form that we do not know. */
export class InvalidCallRequestError extends BaseError {
  constructor(field: FieldError) {
    super('invalid', 'invalid-request', `${field.pointer.slice(1) || 'The request'} ${field.message}.`, {
      fields: [field],
    });
  }
}

/** The account's allowed destinations do not hold this one. */
export class DestinationNotAllowedError extends BaseError {
  constructor(destination: string) {
    super(
      'forbidden',
      'destination-not-allowed',
      `This account may not call ${destination}; add a prefix to its allowedDestinations.`,
    );
  }
}

/** The caller id is none of the account's numbers. */
export class CallerIdNotAllowedError extends BaseError {
  constructor(callerId: string) {
    super('forbidden', 'caller-id-not-allowed', `${callerId} is not a number of this account.`);
  }
}

/** No trunk or phone leads there. */
export class NoRouteError extends BaseError {
  constructor(message: string) {
    super('conflict', 'no-route', message);
  }
}

/** A cap was reached. */
export class CallLimitError extends BaseError {
  readonly limit: CallLimitName;
  constructor(limit: CallLimitName) {
    super('limit', limit, sentence[limit], { retryAfterSeconds: limit === 'minutes-per-day-limit' ? 3600 : 1 });
    this.limit = limit;
  }
}

/** The caps a call can meet. */
export type CallLimitName =
  | 'concurrent-calls-limit'
  | 'calls-per-second-limit'
  | 'minutes-per-day-limit'
  | 'trunk-concurrent-calls-limit'
  | 'trunk-calls-per-second-limit'
  | 'node-calls-limit';

const sentence: Record<CallLimitName, string> = {
  'concurrent-calls-limit': 'The account has as many calls up as it may; end one or raise its limit.',
  'calls-per-second-limit': 'The account starts more calls a second than it may; slow down or raise its limit.',
  'minutes-per-day-limit': 'The account has used its minutes of outbound calls of this UTC day.',
  'trunk-concurrent-calls-limit': 'The trunk carries as many calls as it may.',
  'trunk-calls-per-second-limit': 'The trunk takes no more calls in this second.',
  'node-calls-limit': 'The platform carries as many calls as it can just now; try again in a moment.',
};
