import { BaseError } from '@hookswitch/kernel/base-error';

export class AccountLimitTooHighError extends BaseError {
  constructor(limit: string, most: number) {
    super('forbidden', 'account-limit-too-high', `${limit} may be at most ${most}, the limit of the parent account.`, {
      fields: [{ pointer: `/limits/${limit}`, message: `must be at most ${most}` }],
    });
  }
}

export class AccountTooDeepError extends BaseError {
  constructor(most: number) {
    super(
      'forbidden',
      'account-too-deep',
      `Sub-accounts nest at most ${most} deep. Make it under an account nearer to the first.`,
    );
  }
}

export class AccountChangeForbiddenError extends BaseError {
  constructor(what: string) {
    super(
      'forbidden',
      'account-change-forbidden',
      `Only an account above may change ${what}. Act with a key of the parent account.`,
    );
  }
}

export class AccountNotEmptyError extends BaseError {
  constructor(what: string) {
    super('conflict', 'account-not-empty', `The account still has ${what}. Delete those first.`);
  }
}

export class EditionRequiredError extends BaseError {
  constructor(what: string) {
    super('forbidden', 'edition-required', `${what} needs an account of the premium edition.`);
  }
}

export class ScopeNotGrantableError extends BaseError {
  constructor(scopes: readonly string[]) {
    super('forbidden', 'scope-not-grantable', `You lack ${scopes.join(', ')} and cannot give it.`);
  }
}
