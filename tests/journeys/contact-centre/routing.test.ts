import { describe, expect, it } from 'vitest';
import { type CentreAgent, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_routing', redisDatabase: 51 });

/** Serves a call from beginning to end: the agent answers, both are heard, the customer goes. */
async function serve(agent: CentreAgent, { call }: Customer): Promise<void> {
  const seat = await agent.answers();
  await Promise.all([call.media.hears('agent'), seat.media.hears('caller')]);
  await call.bye();
  await seat.ended;
  await agent.is('free');
}

describe('ROUTE-01 longest idle', () => {
  it('ROUTE-01 three calls at once ring three agents in the order in which they became idle', async () => {
    const { centre } = on;
    const group = await centre.group({ strategy: 'longestIdle' });
    const first = await centre.agent([group], { party: 'agent' });
    const second = await centre.agent([group], { party: 'supervisor' });
    const third = await centre.agent([group], { party: 'callee' });
    // Who was the first becomes the last.
    await first.ask('notReady');
    await first.ask('free');
    const line = await centre.line(group);
    const customers = [await centre.waits(line), await centre.waits(line), await centre.waits(line)];
    const offered = await Promise.all(
      customers.map((customer) => centre.contact(customer, (c) => c.status === 'ringing')),
    );
    expect(offered.map(({ participants }) => participants.at(-1)!.agentId)).toEqual([second.id, third.id, first.id]);
    const seats = await Promise.all([second, third, first].map((agent) => agent.answers()));
    for (const [n, party] of (['supervisor', 'callee', 'agent'] as const).entries()) {
      await Promise.all([customers[n]!.call.media.hears(party), seats[n]!.media.hears('caller')]);
    }
  });
});

describe('ROUTE-02 fewest calls', () => {
  it('ROUTE-02 the agent with fewest calls today is next; a tie goes to who has been idle longest', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group({ strategy: 'fewestCalls' });
    const agents = [await centre.agent([group]), await centre.agent([group]), await centre.agent([group])];
    for (const [n, calls] of [3, 1, 2].entries()) {
      const own = await centre.line(group, { agents: [agents[n]!.id] });
      for (let call = 0; call < calls; call += 1) await serve(agents[n]!, await centre.call(own));
    }
    expect(await Promise.all(agents.map(async (agent) => (await agent.status()).answeredToday))).toEqual([3, 1, 2]);
    const line = await centre.line(group);
    await serve(agents[1]!, await centre.call(line));
    // Now two have two: the third has been idle longer.
    await serve(agents[2]!, await centre.call(line));
    expect(agents.map(({ rung }) => rung)).toEqual([3, 2, 3]);
  });
});

describe('ROUTE-03 priority in the group', () => {
  it('ROUTE-03 priority 1 rings although 3 has been idle longer; while 1 is busy, 3 rings', async () => {
    const { centre } = on;
    const group = await centre.group({ strategy: 'priority' });
    const third = await centre.agent([group], { priority: 3, party: 'supervisor' });
    const first = await centre.agent([group], { priority: 1 });
    const line = await centre.line(group);
    const one = await centre.call(line);
    await first.answers();
    await one.call.media.hears('agent');
    expect(third.rung).toBe(0);
    const other = await centre.call(line);
    await third.answers();
    await other.call.media.hears('supervisor');
    expect(first.rung).toBe(1);
  });
});

describe('ROUTE-04 last served first', () => {
  it('ROUTE-04 a caller comes back to the agent who served it; to another where that one is not there', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group({ strategy: 'longestIdle', lastServedFirst: true });
    const served = await centre.agent([group]);
    const other = await centre.agent([group], { online: false });
    const line = await centre.line(group);
    const customer = centre.world.newNumber('b');
    const before = await centre.call(line, customer);
    await serve(served, before);
    await centre.finished(before);
    await other.ask('online');
    // The other has been idle longer.
    await served.ask('notReady');
    await served.ask('free');
    const again = await centre.call(line, customer);
    await serve(served, again);
    expect(other.rung).toBe(0);
    await centre.finished(again);
    await served.ask('notReady');
    await serve(other, await centre.call(line, customer));
  });
});
