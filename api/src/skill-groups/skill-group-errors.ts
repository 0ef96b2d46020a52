import { BaseError } from '@hookswitch/kernel/base-error';
import { DuplicateRecordError } from '../store/tenant-collection.js';

export class SkillGroupNameTakenError extends BaseError {
  constructor() {
    super('conflict', 'already-exists', 'A skill group with this name exists. Choose another.', {
      fields: [{ pointer: '/name', message: 'is in use' }],
    });
  }
}

/** A broken unique rule of groups as the user knows it; other errors as they are. */
export function asSkillGroupError(error: unknown): unknown {
  return error instanceof DuplicateRecordError ? new SkillGroupNameTakenError() : error;
}
