import { BaseError } from '@hookswitch/kernel/base-error';
import type { SessionEnd } from './agent-session.js';

/** The same for a wrong password, code or token, and for an agent, account or number that does not exist. */
export class LoginFailedError extends BaseError {
  constructor() {
    super('unauthenticated', 'login-failed', 'The login name and the password, code or token do not fit together.');
  }
}

/** Too many failures: nothing is even looked at until the time is over. The same whether the agent exists or not. */
export class LoginLockedError extends BaseError {
  constructor(retryAfterSeconds: number) {
    super('limit', 'login-locked', `Too many failed attempts. Wait ${Math.ceil(retryAfterSeconds / 60)} minutes.`, {
      retryAfterSeconds,
    });
  }
}

/** Told only to who has the right password, code or token. */
export class AgentBlockedError extends BaseError {
  constructor() {
    super('forbidden', 'agent-blocked', 'An administrator forced you offline. You can log in again once restored.');
  }
}

export class CodeWrongError extends BaseError {
  constructor() {
    super('forbidden', 'code-wrong', 'The code is wrong, used or expired. Ask for a new one.');
  }
}

export class PasswordWrongError extends BaseError {
  constructor() {
    super('forbidden', 'password-wrong', 'The current password is wrong.');
  }
}

export class TooManyCodesError extends BaseError {
  constructor(retryAfterSeconds: number) {
    super('limit', 'too-many-codes', 'Too many codes were asked for. Wait before you ask for another.', {
      retryAfterSeconds,
    });
  }
}

const reasons: Readonly<Record<SessionEnd | 'expired' | 'unknown', string>> = {
  expired: 'The access token expired. Refresh the session.',
  loggedOut: 'You logged out.',
  forcedOffline: 'An administrator forced you offline.',
  passwordChanged: 'Your password was changed. Log in with the new one.',
  refreshTokenReused: 'A used refresh token was shown again: somebody else may have it. Log in again.',
  tooMany: 'You logged in on too many devices. This one was the oldest.',
  unknown: 'There is no such session any more. Log in again.',
};

export class SessionEndedError extends BaseError {
  constructor(because: keyof typeof reasons) {
    super('unauthenticated', 'session-ended', reasons[because]);
  }
}
