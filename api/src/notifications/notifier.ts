import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { pii } from '@hookswitch/kernel/pii';
import { concurrencyLimit } from '../audio/index.js';
import { type Channel, ChannelMissingError, type Message, type MessageSender } from './message-sender.js';

/** Tells people what they wait for: passwords and codes. */
export interface Notifier {
  /** @throws ChannelMissingError where messages cannot be sent that way */
  check(channel: Channel): void;
  /** Begins to send; failures are tried again a few times and then logged. @throws ChannelMissingError at once */
  notify(channel: Channel, message: Message): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
  /** Tries nothing again, and resolves when what is being sent is done. */
  close(): Promise<void>;
}

export interface NotifierDeps {
  /** Absent: that channel cannot be used. */
  readonly senders: { readonly email?: MessageSender | undefined; readonly sms?: MessageSender | undefined };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Waits before the second, third and fourth try. Codes last ten minutes; later tries would help nobody. */
const waitsMs = [1000, 5000, 20_000];

export function createNotifier({ senders, clock, logger }: NotifierDeps): Notifier {
  // An import mails hundreds at once; a mail server takes a few.
  const inTurn = concurrencyLimit('messages', 4, 100_000);
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  async function deliver(channel: Channel, sender: MessageSender, message: Message): Promise<void> {
    const about = { channel, purpose: message.purpose, accountId: message.accountId, to: pii(message.to) };
    for (const waitMs of [...waitsMs, undefined]) {
      try {
        await inTurn(() => sender.send(message));
        return;
      } catch (error) {
        // Only what failed, for an error may quote what was sent.
        const failure = (error as { code?: unknown }).code ?? (error as Error).name;
        if (waitMs === undefined || closing.signal.aborted) {
          logger.error({ ...about, failure }, 'a message could not be sent');
          return;
        }
        logger.warn({ ...about, failure }, 'a message was not sent; trying again');
        await pause(waitMs);
      }
    }
  }

  /** So long, or until all is to be closed. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        closing.signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = clock.after(ms, finish);
      closing.signal.addEventListener('abort', finish);
      if (closing.signal.aborted) finish();
    });
  }

  const senderOf = (channel: Channel): MessageSender => {
    const sender = senders[channel];
    if (!sender) throw new ChannelMissingError(channel);
    return sender;
  };

  return {
    check: (channel) => void senderOf(channel),
    notify(channel, message) {
      const sender = senderOf(channel);
      const delivering = deliver(channel, sender, message).finally(() => underWay.delete(delivering));
      underWay.add(delivering);
    },
    async settled() {
      await Promise.all(underWay);
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}
