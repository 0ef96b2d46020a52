import type { Redis } from 'ioredis';
import type { ConferenceName } from './conference.js';
import type { ConferenceClaims } from './conference-claims.js';

/** KEYS: names. ARGV: node, ttl in ms. Takes each that nobody has, prolongs the node's own, and answers who has each then. */
const claimScript = `
local owners = {}
for index, key in ipairs(KEYS) do
  local owner = redis.call('GET', key)
  if not owner or owner == ARGV[1] then
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
    owner = ARGV[1]
  end
  owners[index] = owner
end
return owners
`;

/** KEYS: name. ARGV: node. */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`;

/** Claims in Redis: a key for each conference, with the account in it, that expires. */
export class RedisConferenceClaims implements ConferenceClaims {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async claim(of: ConferenceName, nodeId: string, ttlMs: number): Promise<string> {
    return (await this.#claim([of], nodeId, ttlMs))[0]!;
  }

  async renew(of: readonly ConferenceName[], nodeId: string, ttlMs: number): Promise<readonly ConferenceName[]> {
    if (of.length === 0) return [];
    const owners = await this.#claim(of, nodeId, ttlMs);
    return of.filter((_, index) => owners[index] !== nodeId);
  }

  async release(of: ConferenceName, nodeId: string): Promise<void> {
    await this.#redis.eval(releaseScript, 1, this.#key(of), nodeId);
  }

  async owners(of: readonly ConferenceName[]): Promise<readonly (string | undefined)[]> {
    if (of.length === 0) return [];
    return (await this.#redis.mget(of.map((each) => this.#key(each)))).map((owner) => owner ?? undefined);
  }

  async #claim(of: readonly ConferenceName[], nodeId: string, ttlMs: number): Promise<readonly string[]> {
    const keys = of.map((each) => this.#key(each));
    return (await this.#redis.eval(claimScript, keys.length, ...keys, nodeId, ttlMs)) as string[];
  }

  #key({ accountId, name }: ConferenceName): string {
    return `${this.#prefix}conferences:${accountId}:${name}`;
  }
}
