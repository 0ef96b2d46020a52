import type { Redis } from 'ioredis';
import { type KeptCallStore, type KeptChanges, type KeptEntry, type KeptState, keptMs } from './kept-call-store.js';

/** Of the hash of a node: who writes. All other fields are `<account>/<call>`, with `<tries> <sealed>`. */
const ownerField = 'owner';

/** KEYS: the node's hash. ARGV: owner, ms to keep. Answers field, tries, sealed, field … */
const takeOverScript = `
local answer = {}
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  if all[at] ~= '${ownerField}' then
    local tries, sealed = string.match(all[at + 1], '^(%d+) (.*)$')
    tries = string.format('%d', tries + 1)
    redis.call('HSET', KEYS[1], all[at], tries .. ' ' .. sealed)
    answer[#answer + 1] = all[at]
    answer[#answer + 1] = tries
    answer[#answer + 1] = sealed
  end
end
redis.call('HSET', KEYS[1], '${ownerField}', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return answer
`;

/** KEYS: the node's hash. ARGV: owner, ms to keep, number of fields to put, then each with its value, then those to drop. */
const writeScript = `
local owner = redis.call('HGET', KEYS[1], '${ownerField}')
if owner and owner ~= ARGV[1] then return 'taken' end
if not owner then redis.call('HSET', KEYS[1], '${ownerField}', ARGV[1]) end
local last = 3 + 2 * ARGV[3]
for at = 4, last, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
for at = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return owner and 'kept' or 'emptied'
`;

/** In Redis: a hash for each node. */
export class RedisKeptCallStore implements KeptCallStore {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async takeOver(nodeId: string, owner: string): Promise<readonly KeptEntry[]> {
    const answer = (await this.#redis.eval(takeOverScript, 1, this.#key(nodeId), owner, keptMs)) as string[];
    const entries: KeptEntry[] = [];
    for (let at = 0; at + 2 < answer.length; at += 3) {
      const [accountId = '', callId = ''] = answer[at]!.split('/');
      entries.push({ accountId, callId, tries: Number(answer[at + 1]), sealed: answer[at + 2]! });
    }
    return entries;
  }

  async write(nodeId: string, owner: string, { put, drop }: KeptChanges): Promise<KeptState> {
    const puts = put.flatMap(({ accountId, callId, tries, sealed }) => [
      `${accountId}/${callId}`,
      `${tries} ${sealed}`,
    ]);
    const drops = drop.map(({ accountId, callId }) => `${accountId}/${callId}`);
    const given = [owner, keptMs, put.length, ...puts, ...drops];
    return (await this.#redis.eval(writeScript, 1, this.#key(nodeId), ...given)) as KeptState;
  }

  prolong(nodeId: string, owner: string): Promise<KeptState> {
    return this.write(nodeId, owner, { put: [], drop: [] });
  }

  #key(nodeId: string): string {
    return `${this.#prefix}kept-calls:${nodeId}`;
  }
}
