import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import { RedisChannels } from '../store/redis-channels.js';
import type { SkillGroupListener, SkillGroupNews } from './skill-group-news.js';

/** News on one Redis channel for all accounts: groups change rarely. */
export class RedisSkillGroupNews implements SkillGroupNews {
  readonly #redis: Redis;
  readonly #channels: RedisChannels;
  readonly #channel: string;

  /** Subscribing opens a connection of its own; `close` ends it. */
  constructor({ redis, logger, prefix = 'hookswitch:' }: { redis: Redis; logger: Logger; prefix?: string }) {
    this.#redis = redis;
    this.#channels = new RedisChannels(redis, logger);
    this.#channel = `${prefix}skill-group-news`;
  }

  async tell(accountId: string, skillGroupId: string): Promise<void> {
    await this.#redis.publish(this.#channel, `${accountId} ${skillGroupId}`);
  }

  subscribe(listener: SkillGroupListener): Promise<() => Promise<void>> {
    return this.#channels.subscribe(this.#channel, {
      heard(message) {
        const [accountId = '', skillGroupId = ''] = message.split(' ');
        listener.changed(accountId, skillGroupId);
      },
      missed: () => listener.missed(),
    });
  }

  close(): Promise<void> {
    return this.#channels.close();
  }
}
