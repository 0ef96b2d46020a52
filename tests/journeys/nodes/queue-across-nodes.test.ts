import { describe, expect, it } from 'vitest';
import { useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';

const options = { name: 'queue_across', redisDatabase: 102, nodes: 2 } as const;
const cluster = new SeveralNodes(options);
const on = useCentre(options, () => cluster.start());

/** A customer who comes in at one node, an agent whose phone is registered at the other. */
describe('a queue whose callers and agents are on different nodes', () => {
  it.each([
    ['media-1', 'media-2'],
    ['media-2', 'media-1'],
  ])('a caller at %s and an agent at %s hear each other, and both are free afterwards', async (callerAt, agentAt) => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const agent = await centre.agent([group], { server: cluster.sip(agentAt) });
    const customer = await centre.call(line, undefined, cluster.sip(callerAt));
    const seat = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    await cluster.is(callerAt, ({ calls }) => calls === 2);
    expect((await cluster.list()).find(({ id }) => id === agentAt)?.calls).toBe(0);
    await customer.call.bye();
    await seat.ended;
    await agent.is('free');
    await centre.finished(customer);
  });

  it('callers of both nodes wait in one line: who came first is served first, wherever', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const agent = await centre.agent([group], { online: false, server: cluster.sip('media-1') });
    const waiting = [];
    for (const nodeId of ['media-2', 'media-1', 'media-2', 'media-1']) {
      waiting.push(await centre.waits(line, undefined, cluster.sip(nodeId)));
    }
    await agent.ask('online');
    for (const customer of waiting) {
      const seat = await agent.answers();
      await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
      await customer.call.bye();
      await seat.ended;
    }
    await agent.is('free');
    for (const customer of waiting) expect(await centre.finished(customer)).toMatchObject({ endedBy: 'customer' });
  });

  it('a node that is drained goes on serving who waits there, and its agents’ phones stay reachable', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const agent = await centre.agent([group], { online: false, server: cluster.sip('media-1') });
    const there = await centre.waits(line, undefined, cluster.sip('media-1'));
    await cluster.drain('media-1');
    const elsewhere = await centre.waits(line, undefined, cluster.sip('media-2'));
    await agent.ask('online');
    for (const customer of [there, elsewhere]) {
      const seat = await agent.answers();
      await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
      await customer.call.bye();
      await seat.ended;
    }
    await cluster.is('media-1', ({ state }) => state === 'drained');
    await cluster.undrain('media-1');
  });
});
