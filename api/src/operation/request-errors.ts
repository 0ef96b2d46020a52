import { BaseError, type FieldError } from '@hookswitch/kernel/base-error';

/** The request does not fit the API description. */
export class InvalidRequestError extends BaseError {
  constructor(fields: readonly FieldError[], message = sentence(fields)) {
    super('invalid', 'invalid-request', message, { fields });
  }
}

/** Something that does not exist, or is another account's: the same answer for both. */
export class ResourceNotFoundError extends BaseError {
  constructor(what: string, id?: string) {
    super(
      'not_found',
      'resource-not-found',
      id === undefined ? `There is no such ${what}.` : `There is no ${what} ${id.slice(0, 64)}.`,
    );
  }
}

export class ScopeMissingError extends BaseError {
  constructor(scope: string, besides = '') {
    super('forbidden', 'scope-missing', `This needs the scope ${scope}. ${besides}`.trim());
  }
}

function sentence(fields: readonly FieldError[]): string {
  const [first] = fields;
  if (!first) return 'The request is not valid.';
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return `${first.pointer.replace(/^\//, '').replaceAll('/', '.') || 'body'}: ${first.message}${more}`;
}
