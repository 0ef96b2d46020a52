import { afterAll, describe, expect, it } from 'vitest';
import { OwnRedis } from '../../peers/own-redis.js';
import { BadDay } from '../bad-day.js';
import { type ContactView, type Customer, useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';

const options = { name: 'redis_older', redisDatabase: 108 } as const;
let redis: OwnRedis;
let cluster: SeveralNodes;
const on = useCentre(options, async () => {
  redis = await OwnRedis.start({ keeps: true });
  cluster = new SeveralNodes({ ...options, settings: { REDIS_URL: redis.url } });
  return cluster.start();
});
afterAll(() => redis?.kill());

async function endedOnce(customers: readonly Customer[]): Promise<void> {
  const { world } = on.centre;
  for (const { contactId } of customers) {
    await world.event('contact.completed', ({ data }) => (data.contact as ContactView).id === contactId);
  }
  const { items } = await world.api.get<{ items: { data: { contact: ContactView } }[] }>(
    '/v1/events?type=contact.completed&limit=100',
  );
  const completed = items.map(({ data }) => data.contact.id);
  for (const { contactId } of customers) expect(completed.filter((id) => id === contactId)).toEqual([contactId]);
}

describe('a Redis that comes back without the last that it was told', () => {
  it('talks go on, nobody who came since is lost, no agent is in two calls, and each contact ends once', {
    timeout: 240_000,
  }, async () => {
    const { centre } = on;
    const day = await BadDay.begin(centre.world);
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const first = await centre.agent([group], { server: cluster.sip('media-1'), party: 'supervisor' });
    const before = await centre.call(line, undefined, cluster.sip('media-1'));
    const firstSeat = await first.answers();
    await before.call.media.hears('supervisor');
    const second = await centre.agent([group], { server: cluster.sip('media-2') });
    redis.copy();
    // What Redis forgets: that the second agent is in a talk, and who waits.
    const since = await centre.call(line, undefined, cluster.sip('media-2'));
    const secondSeat = await second.answers();
    await Promise.all([since.call.media.hears('agent'), secondSeat.media.hears('caller')]);
    const waiting = await centre.waits(line, undefined, cluster.sip('media-1'));
    await redis.kill();
    await redis.comeBackOlder();

    await Promise.all([before.call.media.hears('supervisor'), firstSeat.media.hears('caller')]);
    await Promise.all([since.call.media.hears('agent'), secondSeat.media.hears('caller')]);
    await second.is('busy');
    await first.is('busy');
    for (const agent of [first, second]) await agent.phone.register();
    expect([first.rung, second.rung]).toEqual([1, 1]);
    await since.call.bye();
    await secondSeat.ended;
    const served = await second.answers();
    await Promise.all([waiting.call.media.hears('agent'), served.media.hears('caller')]);
    expect(first.rung).toBe(1);
    await waiting.call.bye();
    await served.ended;
    await before.call.bye();
    await firstSeat.ended;
    await Promise.all([first.is('free'), second.is('free')]);
    await endedOnce([before, since, waiting]);
    for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls, state }) => calls === 0 && state === 'active');
    await day.over();
  });
});
