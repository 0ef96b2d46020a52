import { BaseError } from '@hookswitch/kernel/base-error';
import type { OperationHandler } from '../../operation/handler.js';
import type { SecretBox } from '../../secrets/index.js';
import type { NotificationStore } from '../notification.js';

export interface NotificationDeps {
  readonly notifications: NotificationStore;
  readonly secretBox: SecretBox;
  /** Whether this is a development set-up, where messages may be read. */
  readonly readable: boolean;
}

export class SinkClosedError extends BaseError {
  constructor() {
    super('forbidden', 'sink-closed', 'Messages can be read in a development set-up only, and NODE_ENV is production.');
  }
}

export function listNotifications(deps: NotificationDeps): OperationHandler<'listNotifications'> {
  return async ({ query: { limit, cursor, ...where } }, { account }) => {
    if (!deps.readable) throw new SinkClosedError();
    const page = await deps.notifications.list(account.id, { limit: limit ?? 50, cursor, where });
    const items = page.items.map(({ id, channel, to, purpose, subject, sealedText, createdAt }) => ({
      id,
      channel,
      to,
      purpose,
      subject,
      text: deps.secretBox.open(sealedText, id),
      createdAt,
    }));
    return { status: 200, body: { items, nextCursor: page.nextCursor } };
  };
}
