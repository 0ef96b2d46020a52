import type { Clock } from '@hookswitch/kernel/clock';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import type { Redis } from 'ioredis';
import type { BindingStore } from './binding-store.js';

/** Deletes a field only while it still holds what was read, so that a phone that registers meanwhile keeps its new binding. */
const removeIfUnchanged = `
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end`;

/** KEYS: the hash. ARGV: contact, how long it counts in ms, the binding as JSON without its end, how long the hash is kept in s. */
const saveScript = `
local time = redis.call('TIME')
local expires = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]:sub(1, -2) .. string.format(',"expiresAt":%.0f}', expires))
redis.call('EXPIRE', KEYS[1], ARGV[4])`;

/**
 * One hash per endpoint, a field per contact. The hash itself expires a day after its last change, so that an endpoint that is gone leaves nothing
 * behind; each binding carries its own expiry, by Redis's clock: nodes whose clocks disagree, or are set, agree on who can be reached.
 */
export function createRedisBindingStore(redis: Redis, clock: Clock, keyPrefix = 'hookswitch:'): BindingStore {
  const key = (endpointId: string) => `${keyPrefix}bindings:${endpointId}`;
  return {
    async list(endpointId) {
      const [time, stored] = await Promise.all([redis.time(), redis.hgetall(key(endpointId))]);
      const aheadMs = clock.now() - (Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000));
      const live: Binding[] = [];
      const expired: string[] = [];
      for (const [contact, text] of Object.entries(stored)) {
        const kept = JSON.parse(text) as Binding;
        const binding = { ...kept, expiresAt: kept.expiresAt + aheadMs };
        if (binding.expiresAt > clock.now()) live.push(binding);
        else expired.push(contact, text);
      }
      if (expired.length > 0) await redis.eval(removeIfUnchanged, 1, key(endpointId), ...expired);
      return live.sort((a, b) => a.expiresAt - b.expiresAt || a.contact.localeCompare(b.contact));
    },
    async save(endpointId, { expiresAt, ...binding }) {
      const leftMs = Math.round(expiresAt - clock.now());
      await redis.eval(saveScript, 1, key(endpointId), binding.contact, leftMs, JSON.stringify(binding), 86_400);
    },
    async remove(endpointId, contact) {
      if (contact === 'all') await redis.del(key(endpointId));
      else await redis.hdel(key(endpointId), contact);
    },
  };
}
