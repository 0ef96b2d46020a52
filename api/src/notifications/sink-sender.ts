import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { SecretBox } from '../secrets/index.js';
import { timestamp } from '../store/timestamp.js';
import type { Channel, Message, MessageSender } from './message-sender.js';
import type { NotificationStore } from './notification.js';

export interface SinkDeps {
  readonly notifications: NotificationStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** So many messages of an account are kept; the oldest goes first. */
const mostKept = 1000;

/** Keeps messages for the developer to read by API instead of sending them. */
export class SinkSender implements MessageSender {
  readonly #channel: Channel;
  readonly #deps: SinkDeps;

  constructor(channel: Channel, deps: SinkDeps) {
    this.#channel = channel;
    this.#deps = deps;
  }

  async send({ accountId, to, purpose, subject, text }: Message): Promise<void> {
    const { notifications, secretBox, clock, newId } = this.#deps;
    const id = newId('NT');
    const now = timestamp(clock);
    await notifications.insert({
      id,
      accountId,
      channel: this.#channel,
      to,
      purpose,
      subject,
      sealedText: secretBox.seal(text, id),
      revision: 1,
      createdAt: now,
      updatedAt: now,
    });
    if ((await notifications.count(accountId)) <= mostKept) return;
    const [oldest] = await notifications.acrossAccounts.find({ accountId }, { limit: 1 });
    if (oldest) await notifications.remove(accountId, oldest.id);
  }
}
