import type { Redis } from 'ioredis';

/** KEYS: names. ARGV: holder, ttl in ms. Takes each that nobody has, prolongs the holder's own, and answers who has each then. Redis's own clock decides. */
const claimScript = `
local holders = {}
for at, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if not holder or holder == ARGV[1] then
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
    holder = ARGV[1]
  end
  holders[at] = holder
end
return holders
`;

/** KEYS: names. ARGV: holder. */
const releaseScript = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
`;

/** So many keys in one script: Redis does nothing else meanwhile. */
const atOnce = 200;

/** Names that one holder has at a time, for a while: a key each, that runs out. What names mean, their tenant in them, is the caller's. */
export class RedisClaims {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Takes or prolongs, for `ttlMs` from now, those that nobody else has. Resolves to who has each then, in the order given. */
  async claim(names: readonly string[], holder: string, ttlMs: number): Promise<readonly string[]> {
    const holders: string[] = [];
    for (const keys of this.#batches(names)) {
      holders.push(...((await this.#redis.eval(claimScript, keys.length, ...keys, holder, ttlMs)) as string[]));
    }
    return holders;
  }

  /** Gives up what the holder has of these, at once. */
  async release(names: readonly string[], holder: string): Promise<void> {
    for (const keys of this.#batches(names)) await this.#redis.eval(releaseScript, keys.length, ...keys, holder);
  }

  /** Who has each, in the order given; undefined where nobody does. */
  async holders(names: readonly string[]): Promise<readonly (string | undefined)[]> {
    const holders: (string | undefined)[] = [];
    for (const keys of this.#batches(names)) {
      holders.push(...(await this.#redis.mget(keys)).map((holder) => holder ?? undefined));
    }
    return holders;
  }

  #batches(names: readonly string[]): readonly string[][] {
    const keys = names.map((name) => this.#prefix + name);
    return Array.from({ length: Math.ceil(keys.length / atOnce) }, (_, at) =>
      keys.slice(at * atOnce, (at + 1) * atOnce),
    );
  }
}
