import { describe, expect, it } from 'vitest';
import { type CentreAgent, type ContactView, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_bad_days', redisDatabase: 54 });

/** An agent of a new group, free again at once after each call, and the group's line. */
async function seat(more: object = {}) {
  await on.centre.settings({ afterCallWorkSeconds: 0 });
  const group = await on.centre.group(more);
  return { group, agent: await on.centre.agent([group]), line: await on.centre.line(group) };
}

/** The contact's end was told once. */
async function endedOnce({ contactId }: Customer): Promise<ContactView> {
  const { world } = on.centre;
  const ofIt = ({ data }: { data: Readonly<Record<string, unknown>> }) =>
    (data.contact as ContactView).id === contactId;
  const { data } = await world.event('contact.completed', ofIt);
  const { items } = await world.api.get<{ items: { type: string; data: Readonly<Record<string, unknown>> }[] }>(
    '/v1/events?type=contact.completed&limit=100',
  );
  expect(items.filter(ofIt)).toHaveLength(1);
  return data.contact as ContactView;
}

async function serves(agent: CentreAgent, customer: Customer): Promise<void> {
  const call = await agent.answers();
  await Promise.all([customer.call.media.hears('agent'), call.media.hears('caller')]);
  await customer.call.bye();
  await call.ended;
  await agent.is('free');
}

describe('a bad day', () => {
  it('the customer hangs up while the offer rings: the phone stops, the agent is free for the next', async () => {
    const { centre } = on;
    const { agent, line } = await seat();
    const gone = await centre.call(line);
    const ringing = await agent.rings();
    await gone.call.bye();
    expect(await ringing.ended).toEqual({ by: 'them', how: 'CANCEL' });
    expect(await endedOnce(gone)).toMatchObject({ endCode: 'ringingGiveUp', endedBy: 'customer' });
    expect((await agent.event('sessionEnded')).data).toMatchObject({ sessionId: gone.contactId, closeBy: 'client' });
    await serves(agent, await centre.call(line));
  });

  it('the customer hangs up in the moment in which the agent answers: nobody is left in a call', async () => {
    const { centre } = on;
    const { agent, line } = await seat();
    for (let round = 0; round < 5; round += 1) {
      const gone = await centre.call(line);
      const ringing = await agent.rings();
      await Promise.all([ringing.answer().catch(() => {}), gone.call.bye()]);
      await ringing.ended;
      await endedOnce(gone);
      await agent.is('free');
    }
    await serves(agent, await centre.call(line));
  });

  it('an agent refuses by API and answers its phone at once: one of the two counts, and nobody is lost', async () => {
    const { centre } = on;
    const { group, agent, line } = await seat();
    const other = await centre.agent([group], { online: false, party: 'supervisor' });
    const customer = await centre.call(line);
    const ringing = await agent.rings();
    await other.ask('online');
    const [declined] = await Promise.all([
      agent.api.request('POST', `/v1/contacts/${customer.contactId}/decline`, {}),
      ringing.answer().catch(() => {}),
    ]);
    const taken = await Promise.race([
      customer.call.media.hears('agent').then(() => agent),
      other.answers().then(() => customer.call.media.hears('supervisor').then(() => other)),
    ]);
    expect(taken === agent ? declined.status : 409).toBe(409);
    const { participants } = await centre.contact(customer, ({ status }) => status === 'inProgress');
    expect(participants.filter(({ agentId, endCode }) => agentId !== null && endCode === null)).toMatchObject([
      { agentId: taken.id },
    ]);
    await customer.call.bye();
    await endedOnce(customer);
    await Promise.all([agent.is('free'), other.is('free')]);
  });

  it('a transfer to a group with nobody is refused with the reason, and the talk goes on', async () => {
    const { centre } = on;
    const { agent, line } = await seat();
    const nobody = await centre.group();
    const customer = await centre.call(line);
    const call = await agent.answers();
    await customer.call.media.hears('agent');
    const { status, body } = await agent.api.request<{ code: string }>(
      'POST',
      `/v1/contacts/${customer.contactId}/transfer`,
      { to: { type: 'group', skillGroupId: nobody.id } },
    );
    expect([status, body.code]).toEqual([409, 'agent-unavailable']);
    await Promise.all([customer.call.media.hears('agent'), call.media.hears('caller')]);
    await customer.call.bye();
    await endedOnce(customer);
  });

  it('an agent whose phone is switched off: the call goes to the next, who answers', async () => {
    const { centre } = on;
    const { group, agent, line } = await seat();
    await agent.phone.unregister();
    const other = await centre.agent([group], { party: 'supervisor' });
    const customer = await centre.call(line);
    await other.answers();
    await customer.call.media.hears('supervisor');
    expect(agent.rung).toBe(0);
  });

  it('an agent without a phone that can be rung gets no calls, the trail says why another was asked, and it gets them once the phone registers', async () => {
    const { centre } = on;
    const { group, agent, line } = await seat();
    await agent.phone.unregister();
    const waiting = await centre.waits(line);
    await centre.world.eventually(
      'it to be left out',
      async () => (await agent.status()).unreachableSince ?? undefined,
    );
    await centre.contact(waiting, ({ status }) => status === 'queued');
    await centre.world.eventually('the queue to say so', async () => {
      const queue = `/v1/skill-groups/${group.id}/queue`;
      const { agents, entries } = await centre.world.api.get<{
        agents: { free: number; unreachable: number };
        entries: { expectedWaitSeconds: object | null }[];
      }>(queue);
      const none = entries[0]?.expectedWaitSeconds === null;
      return agents.free === 0 && agents.unreachable === 1 && none ? true : undefined;
    });
    const other = await centre.agent([group], { party: 'supervisor' });
    const call = await other.answers();
    await waiting.call.media.hears('supervisor');
    const trail = `/v1/contacts/${waiting.contactId}/trail`;
    const { items } = await centre.world.api.get<{ items: { what: string; because: object[] }[] }>(trail);
    const offers = items.filter(({ what }) => what === 'offered');
    expect(offers).toHaveLength(2);
    expect(offers[1]!.because).toContainEqual({ code: 'unreachableLeftOut', agents: 1 });
    const next = await centre.waits(line);
    expect((await centre.contact(next, () => true)).participants).toHaveLength(1);
    expect((await agent.phone.register()).status).toBe(200);
    await serves(agent, next);
    expect(await agent.status()).toMatchObject({ unreachableSince: null, status: 'free' });
    await waiting.call.bye();
    await call.ended;
  });

  it('customers hang up as soon as they are answered: each script is told, and nobody stays in the queue', async () => {
    const { centre } = on;
    const { world } = centre;
    const group = await centre.group();
    const action = world.script([{ verb: 'hangup' }], 'after-queue');
    const line = await centre.line(group, { action });
    const rounds = 10;
    for (let round = 0; round < rounds; round += 1) {
      const call = await world.call(line);
      await call.answered();
      await call.bye();
    }
    for (let round = 1; round <= rounds; round += 1) {
      expect((await world.result(action, round)).verb).toBe('enqueue');
    }
    await world.eventually('the queue to be empty', async () => {
      const { size } = await world.api.get<{ size: number }>(`/v1/skill-groups/${group.id}/queue`);
      return size === 0 ? true : undefined;
    });
  });
});
