import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import { openListening } from './redis-connection.js';

export interface RedisChannelListener {
  /** A message of the channel. */
  heard(message: string): void;
  /** The connection was lost and is back: messages may have been missed. */
  missed(): void;
}

/**
 * Redis channels on one connection of its own, taken up again after every loss of it. Redis forgets what nobody heard, so listeners are told
 * when that may have been so, after the channel is heard again.
 */
export class RedisChannels {
  readonly #connection: Redis;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<RedisChannelListener>>();
  #lost = false;

  constructor(redis: Redis, logger: Logger) {
    this.#logger = logger;
    this.#connection = openListening(redis, { autoResubscribe: false, lazyConnect: true });
    this.#connection.on('message', (channel, message) => this.#hear(channel, message));
    this.#connection.on('close', () => {
      this.#lost = true;
    });
    this.#connection.on('ready', () => this.#takeUpAgain());
    this.#connection.on('error', (error) => logger.warn({ err: error }, 'The connection for live changes failed.'));
  }

  /** Resolves once everything that is published from now on is heard. Resolves to what ends it. */
  async subscribe(channel: string, listener: RedisChannelListener): Promise<() => Promise<void>> {
    // One of its own: the same listener may be given twice.
    const own: RedisChannelListener = {
      heard: (message) => listener.heard(message),
      missed: () => listener.missed(),
    };
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(own);
    const leave = () => {
      listeners.delete(own);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return false;
      return this.#listeners.delete(channel);
    };
    try {
      await this.#connection.subscribe(channel);
    } catch (error) {
      leave();
      throw error;
    }
    return async () => {
      if (leave() && this.#connection.status === 'ready') await this.#connection.unsubscribe(channel);
    };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#connection.disconnect();
  }

  #hear(channel: string, message: string): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) {
      try {
        listener.heard(message);
      } catch (error) {
        this.#logger.error({ err: error, channel }, 'A live change could not be taken in.');
        listener.missed();
      }
    }
  }

  #takeUpAgain(): void {
    if (!this.#lost) return;
    this.#lost = false;
    const channels = [...this.#listeners.keys()];
    if (channels.length === 0) return;
    this.#connection.subscribe(...channels).then(
      () => {
        for (const listeners of this.#listeners.values()) for (const listener of [...listeners]) listener.missed();
      },
      (error: unknown) => {
        // The connection broke again; the next `ready` does it.
        this.#lost = true;
        this.#logger.warn({ err: error }, 'Live changes could not be subscribed to again.');
      },
    );
  }
}
