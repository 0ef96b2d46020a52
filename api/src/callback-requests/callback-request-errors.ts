import { BaseError } from '@hookswitch/kernel/base-error';
import type { CallbackRequest } from './callback-request.js';

export class CallbackRequestNotOpenError extends BaseError {
  constructor({ id, status }: Pick<CallbackRequest, 'id' | 'status'>) {
    const why = status === 'done' ? 'is closed' : 'was taken by another agent';
    super('conflict', 'callback-request-not-open', `${id} ${why}.`);
  }
}
