import type { Redis } from 'ioredis';
import type { RoutingLease } from './routing-lease.js';

/** Redis's own clock decides. ARGV: holder, ttl in ms. Answers 1 for each key that the holder has then, 0 for the others. */
const holdScript = `
local held = {}
for at, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if not holder or holder == ARGV[1] then
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
    held[at] = 1
  else
    held[at] = 0
  end
end
return held
`;

const releaseScript = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
`;

/** So many keys in one script: Redis does nothing else meanwhile. */
const atOnce = 200;

/** Leases in Redis: a key per account that runs out. */
export class RedisRoutingLease implements RoutingLease {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#prefix = `${prefix}acd:routing-lease:`;
  }

  async hold(holder: string, accountIds: readonly string[], ttlMs: number): Promise<readonly string[]> {
    const held: string[] = [];
    for (const batch of batches(accountIds)) {
      const keys = batch.map((accountId) => this.#prefix + accountId);
      const answers = (await this.#redis.eval(holdScript, keys.length, ...keys, holder, ttlMs)) as number[];
      held.push(...batch.filter((_, at) => answers[at] === 1));
    }
    return held;
  }

  async release(holder: string, accountIds: readonly string[]): Promise<void> {
    for (const batch of batches(accountIds)) {
      const keys = batch.map((accountId) => this.#prefix + accountId);
      await this.#redis.eval(releaseScript, keys.length, ...keys, holder);
    }
  }
}

function batches(accountIds: readonly string[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (let at = 0; at < accountIds.length; at += atOnce) found.push(accountIds.slice(at, at + atOnce));
  return found;
}
