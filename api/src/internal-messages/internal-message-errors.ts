import { BaseError } from '@hookswitch/kernel/base-error';

export class NotAPictureError extends BaseError {
  constructor() {
    super('invalid', 'not-a-picture', 'The bytes are no PNG, JPEG, GIF or WebP picture of at most 5 MB.');
  }
}
