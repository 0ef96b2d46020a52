import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import { RedisChannels } from '../store/redis-channels.js';
import {
  type EventStreams,
  keptEvents,
  keptMs,
  type NewStreamEvent,
  type StreamEvent,
  type StreamName,
  type StreamPage,
} from './event-streams.js';

/** KEYS: the stream. ARGV: the event as JSON, how many are kept, how long (ms), the channel. The stream's own ids are the numbers. Answers the number. */
const publishScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local number = 1
if last[1] then number = tonumber(string.match(last[1][1], '^%d+')) + 1 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], string.format('%d-0', number), 'e', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], '')
return number
`;

type PublishCommand = (keys: number, ...rest: (string | number)[]) => Promise<number>;

/** One Redis stream for each; who listens is woken through a channel of the same name. */
export class RedisEventStreams implements EventStreams {
  readonly #redis: Redis;
  readonly #channels: RedisChannels;
  readonly #prefix: string;
  readonly #publish: PublishCommand;

  /** Opens a connection of its own for what comes in; `close` ends it. */
  constructor({ redis, logger, prefix = 'hookswitch:' }: { redis: Redis; logger: Logger; prefix?: string }) {
    this.#redis = redis;
    this.#prefix = `${prefix}streams:`;
    this.#channels = new RedisChannels(redis, logger);
    redis.defineCommand('publishStreamEvent', { lua: publishScript });
    const commands = redis as Redis & { publishStreamEvent: PublishCommand };
    this.#publish = (...given) => commands.publishStreamEvent(...given);
  }

  async publish(name: StreamName, event: NewStreamEvent): Promise<StreamEvent> {
    const key = this.#key(name);
    const number = await this.#publish(1, key, JSON.stringify(event), keptEvents, keptMs, key);
    return { ...event, number };
  }

  async read(name: StreamName, after: number, limit: number): Promise<StreamPage> {
    const key = this.#key(name);
    const found = await this.#redis.xrange(key, `${after + 1}-0`, '+', 'COUNT', limit);
    const events = found.map(([id, [, json]]) => ({ ...(JSON.parse(json!) as NewStreamEvent), number: numberOf(id) }));
    // Numbers have no gaps: what follows at once shows that nothing was dropped. Where nothing follows, `after` may never have been.
    const missed = events[0] ? events[0].number > after + 1 : after > (await this.newest(name));
    return { events, missed };
  }

  async newest(name: StreamName): Promise<number> {
    const [last] = await this.#redis.xrevrange(this.#key(name), '+', '-', 'COUNT', 1);
    return last ? numberOf(last[0]) : 0;
  }

  subscribe(name: StreamName, wake: () => void): Promise<() => Promise<void>> {
    return this.#channels.subscribe(this.#key(name), { heard: wake, missed: wake });
  }

  /** Ends the connection for what comes in. */
  close(): Promise<void> {
    return this.#channels.close();
  }

  #key({ accountId, of }: StreamName): string {
    return `${this.#prefix}${accountId}:${of}`;
  }
}

function numberOf(id: string): number {
  return Number.parseInt(id, 10);
}
