import { BaseError } from '@hookswitch/kernel/base-error';

/** The file is not what its type says, or has no header that is understood. */
export class FileUnreadableError extends BaseError {
  constructor(message: string, cause?: unknown) {
    super('invalid', 'file-unreadable', `The file cannot be read. ${message}`, { cause });
  }
}

export class FileTooLongError extends BaseError {
  constructor(most: number) {
    super('too_large', 'file-too-long', `The file has more than ${most} lines. Split it.`);
  }
}
