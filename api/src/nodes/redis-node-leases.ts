import type { Redis } from 'ioredis';
import type { CallCounts, NodeLeases, NodeReport, NodeState } from './node-leases.js';

/** Redis's own clock decides, so that the nodes' clocks need not agree. KEYS: leases, states. ARGV: node, ttl in ms, state. */
const renewScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], node)
  redis.call('HDEL', KEYS[2], node)
end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
`;

/** KEYS: leases, states. Answers node, state, node, state … */
const aliveScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = {}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
  answer[#answer + 1] = node
  answer[#answer + 1] = redis.call('HGET', KEYS[2], node) or '{}'
end
return answer
`;

/** Leases in Redis: a sorted set by the time they run out, and a hash of what each node said. */
export class RedisNodeLeases implements NodeLeases {
  readonly #redis: Redis;
  readonly #keys: readonly [leases: string, states: string];

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#keys = [`${prefix}nodes:leases`, `${prefix}nodes:states`];
  }

  async renew(nodeId: string, ttlMs: number, report: NodeReport): Promise<void> {
    await this.#redis.eval(renewScript, 2, ...this.#keys, nodeId, ttlMs, JSON.stringify(report));
  }

  async release(nodeId: string): Promise<void> {
    const [leases, states] = this.#keys;
    await this.#redis.multi().zrem(leases, nodeId).hdel(states, nodeId).exec();
  }

  async alive(): Promise<readonly NodeState[]> {
    const answer = (await this.#redis.eval(aliveScript, 2, ...this.#keys)) as string[];
    const nodes: NodeState[] = [];
    for (let at = 0; at + 1 < answer.length; at += 2) {
      const said = JSON.parse(answer[at + 1]!) as Partial<NodeReport>;
      nodes.push({ ...said, nodeId: answer[at]!, counts: { ...nothing, ...said.counts } });
    }
    return nodes;
  }
}

const nothing: CallCounts = { total: 0, accounts: {}, trunks: {} };
