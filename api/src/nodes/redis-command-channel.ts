import type { Redis } from 'ioredis';
import { openListening } from '../store/redis-connection.js';
import {
  type Command,
  type CommandChannel,
  type CommandHandler,
  type CommandReply,
  replyOf,
  unwrapReply,
} from './command-channel.js';
import type { CommandChannelSettings } from './memory-command-channel.js';
import { OwnerUnreachableError } from './owner-unreachable-error.js';

export interface RedisCommandChannelSettings extends CommandChannelSettings {
  readonly redis: Redis;
  /** Unique to this process: where its answers come to. */
  readonly processId: string;
  /** Before every channel name. Default `hookswitch:`. */
  readonly prefix?: string;
}

/**
 * Carries commands over Redis publish/subscribe: a command that nobody takes at once is not kept, since a call's owner that is away may do it too late.
 * `PUBLISH` says whether anybody listens, so that a dead owner is known without waiting.
 */
export class RedisCommandChannel implements CommandChannel {
  readonly #settings: RedisCommandChannelSettings;
  readonly #subscriber: Redis;
  readonly #handlers = new Map<string, CommandHandler>();
  readonly #waiting = new Map<string, (reply: CommandReply | undefined) => void>();
  #order = 0;

  private constructor(settings: RedisCommandChannelSettings) {
    this.#settings = settings;
    this.#subscriber = openListening(settings.redis);
  }

  /** Opens a connection of its own for what comes in. */
  static async open(settings: RedisCommandChannelSettings): Promise<RedisCommandChannel> {
    const channel = new RedisCommandChannel(settings);
    // The connection that it is a duplicate of fails with it, and says so.
    channel.#subscriber.on('error', () => {});
    channel.#subscriber.on('message', (name, text) => channel.#hear(name, text));
    await channel.#subscriber.subscribe(channel.#replyChannel);
    return channel;
  }

  async send(nodeId: string, command: Command): Promise<unknown> {
    const { clock, redis, timeoutMs = 5000 } = this.#settings;
    const id = String(++this.#order);
    const reply = await new Promise<CommandReply | undefined>((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => settle(undefined));
      const settle = (came: CommandReply | undefined) => {
        cancel();
        this.#waiting.delete(id);
        resolve(came);
      };
      this.#waiting.set(id, settle);
      redis
        .publish(this.#commandChannel(nodeId), JSON.stringify({ id, replyTo: this.#replyChannel, command }))
        .then((listeners) => listeners === 0 && settle(undefined))
        .catch((error: unknown) => {
          settle(undefined);
          reject(error);
        });
    });
    if (!reply) throw new OwnerUnreachableError(nodeId);
    return unwrapReply(reply);
  }

  async listen(nodeId: string, handle: CommandHandler): Promise<() => Promise<void>> {
    const name = this.#commandChannel(nodeId);
    this.#handlers.set(name, handle);
    await this.#subscriber.subscribe(name);
    return async () => {
      if (this.#handlers.get(name) !== handle) return;
      this.#handlers.delete(name);
      await this.#subscriber.unsubscribe(name);
    };
  }

  /** Ends the connection; commands under way end as unreachable. */
  async close(): Promise<void> {
    for (const settle of [...this.#waiting.values()]) settle(undefined);
    await this.#subscriber.quit();
  }

  #hear(name: string, text: string): void {
    try {
      const message = JSON.parse(text) as { id: string; reply?: CommandReply; replyTo?: string; command?: Command };
      if (name === this.#replyChannel) this.#waiting.get(message.id)?.(message.reply);
      else if (message.command && message.replyTo)
        void this.#handle(name, message.id, message.replyTo, message.command);
    } catch (error) {
      this.#settings.logger?.warn({ err: error, channel: name }, 'A command or its answer could not be read.');
    }
  }

  async #handle(name: string, id: string, replyTo: string, command: Command): Promise<void> {
    const { redis, logger } = this.#settings;
    const handle = this.#handlers.get(name);
    if (!handle) return;
    const reply = await replyOf(handle, command, logger);
    await redis.publish(replyTo, JSON.stringify({ id, reply })).catch((error: unknown) => {
      logger?.warn({ err: error, command: command.type }, 'The answer to a command could not be sent.');
    });
  }

  get #replyChannel(): string {
    return `${this.#prefix}replies:${this.#settings.processId}`;
  }

  #commandChannel(nodeId: string): string {
    return `${this.#prefix}commands:${nodeId}`;
  }

  /** Publishing knows no databases: two installations in databases of one Redis must not hear each other. */
  get #prefix(): string {
    const { prefix = 'hookswitch:', redis } = this.#settings;
    return `${prefix}${redis.options.db ?? 0}:`;
  }
}
