import type { Clock } from '@hookswitch/kernel/clock';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import type { Redis } from 'ioredis';
import type { BindingStore } from './binding-store.js';

/** Deletes a field only while it still holds what was read, so that a phone that registers meanwhile keeps its new binding. */
const removeIfUnchanged = `
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end`;

/**
 * One hash per endpoint, a field per contact. The hash itself expires a day after its last change, so that an endpoint that is gone leaves nothing
 * behind; each binding carries its own expiry.
 */
export function createRedisBindingStore(redis: Redis, clock: Clock, keyPrefix = 'hookswitch:'): BindingStore {
  const key = (endpointId: string) => `${keyPrefix}bindings:${endpointId}`;
  return {
    async list(endpointId) {
      const now = clock.now();
      const stored = await redis.hgetall(key(endpointId));
      const live: Binding[] = [];
      const expired: string[] = [];
      for (const [contact, text] of Object.entries(stored)) {
        const binding = JSON.parse(text) as Binding;
        if (binding.expiresAt > now) live.push(binding);
        else expired.push(contact, text);
      }
      if (expired.length > 0) await redis.eval(removeIfUnchanged, 1, key(endpointId), ...expired);
      return live.sort((a, b) => a.expiresAt - b.expiresAt || a.contact.localeCompare(b.contact));
    },
    async save(endpointId, binding) {
      await redis
        .multi()
        .hset(key(endpointId), binding.contact, JSON.stringify(binding))
        .expire(key(endpointId), 86_400)
        .exec();
    },
    async remove(endpointId, contact) {
      if (contact === 'all') await redis.del(key(endpointId));
      else await redis.hdel(key(endpointId), contact);
    },
  };
}
