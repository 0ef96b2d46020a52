import { invalidMessages } from './invalid-messages.js';
import { messagesBeyondSyntax } from './messages-beyond-syntax.js';
import type { TortureMessage } from './torture-message.js';
import { validMessages } from './valid-messages.js';

/** The messages of RFC 4475 that are requests and responses of their own, in its order. */
export const tortureMessages: readonly TortureMessage[] = [
  ...validMessages,
  ...invalidMessages,
  ...messagesBeyondSyntax,
];
