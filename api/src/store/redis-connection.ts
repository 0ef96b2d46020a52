import { Redis, type RedisOptions } from 'ioredis';

/** How often a connection that says nothing is asked for a sign of life, milliseconds. */
const askEveryMs = 3_000;
/** How many times it may be asked in vain. With the others that is longer than a worker waits for a job in one command (5 s). */
const mostInVain = 3;
/** How long a connection may take to come about, milliseconds. */
const connectTimeoutMs = 5_000;

/** Opens a connection to Redis that notices within some 10 s when nothing arrives any more. */
export function openRedis(url: string, options: RedisOptions = {}): Redis {
  return noticeSilence(new Redis(url, { connectTimeout: connectTimeoutMs, ...options }));
}

/**
 * A connection of its own, of the same settings, that listens to channels. Whoever subscribes while it comes about is not asked to wait: Redis has it listen at once, and would then refuse the INFO of the
 * client's ready check, so that the client broke the connection and failed whatever was being subscribed to.
 */
export function openListening(redis: Redis, options: RedisOptions = {}): Redis {
  return noticeSilence(redis.duplicate({ ...options, enableReadyCheck: false }));
}

/**
 * Breaks the connection, for the client to make a new one, when Redis gives no sign of life. Where packets get lost without a word (a partition, a firewall that forgot), TCP alone takes a quarter of an
 * hour to notice what it sent in vain, and whoever only listens never does. Returns it.
 */
function noticeSilence(redis: Redis): Redis {
  let timer: NodeJS.Timeout | undefined;
  redis.on('ready', () => {
    clearInterval(timer);
    let heard = redis.stream.bytesRead;
    let asked = 0;
    timer = setInterval(() => {
      const { bytesRead } = redis.stream;
      if (bytesRead !== heard) asked = 0;
      heard = bytesRead;
      if (asked >= mostInVain) {
        redis.disconnect(true);
        return;
      }
      asked += 1;
      redis.ping().catch(() => {});
    }, askEveryMs).unref();
  });
  redis.on('close', () => clearInterval(timer));
  return redis;
}
