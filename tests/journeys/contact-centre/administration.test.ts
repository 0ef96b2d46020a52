import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { type CentreAgent, type ContactView, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_administration', redisDatabase: 43 });
beforeAll(() => on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 }));

/** The agent takes it, both are heard, the customer goes. */
async function serve(agent: CentreAgent, { call }: Customer): Promise<void> {
  const seat = await agent.answers();
  await Promise.all([call.media.hears('agent'), seat.media.hears('caller')]);
  await call.bye();
  await seat.ended;
  await agent.is('free');
}

describe('what administrators change counts for the next call', () => {
  it('STAFF-04 an agent who is moved to another group gets the calls of that group, and none of the one before', async () => {
    const { centre } = on;
    const [before, after] = [await centre.group(), await centre.group()];
    const agent = await centre.agent([before]);
    const lines = { before: await centre.line(before), after: await centre.line(after) };
    await serve(agent, await centre.call(lines.before));
    await centre.world.api.patch(`/v1/agents/${agent.id}`, { skillGroups: [{ skillGroupId: after.id }] });
    const left = await centre.waits(lines.before);
    await serve(agent, await centre.call(lines.after));
    expect((await centre.contact(left, () => true)).status).toBe('queued');
    expect(agent.rung).toBe(2);
    await centre.world.api.do('PUT', `/v1/agents/${agent.id}/skill-groups/${before.id}`, {});
    await serve(agent, left);
  });

  it('STAFF-05 after it is restored and has logged in again, an agent who was forced offline gets calls', async () => {
    const { centre } = on;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    await centre.world.api.post(`/v1/agents/${agent.id}/force-offline`);
    await agent.client.over;
    const waiting = await centre.waits(await centre.line(group));
    const path = `/v1/agents/${agent.id}/status`;
    const early = await centre.world.api.request<{ code: string }>('POST', path, { status: 'online' });
    expect([early.status, early.body.code]).toEqual([403, 'agent-blocked']);
    await centre.world.api.post(`/v1/agents/${agent.id}/restore`);
    const { token } = await centre.world.api.post<{ token: string }>(`/v1/agents/${agent.id}/tokens`);
    const { accessToken } = await centre.staff.logIn({ token });
    await centre.staff.client(accessToken).post(path, { status: 'online' });
    await serve(agent, waiting);
    expect(agent.rung).toBe(1);
  });

  it('SKILL-01 an agent in two groups serves both, one call at a time; when one is deleted it goes on with the other', async () => {
    const { centre } = on;
    const [first, second] = [await centre.group(), await centre.group()];
    const agent = await centre.agent([first, second]);
    const lines = [await centre.line(first), await centre.line(second)] as const;
    const talking = await centre.call(lines[0]);
    const seat = await agent.answers();
    await talking.call.media.hears('agent');
    const waiting = await centre.waits(lines[1]);
    await Promise.all([talking.call.media.hears('agent'), seat.media.hears('caller')]);
    expect([agent.rung, (await centre.contact(waiting, () => true)).status]).toEqual([1, 'queued']);
    await talking.call.bye();
    await serve(agent, waiting);
    await centre.world.api.do('DELETE', `/v1/skill-groups/${first.id}`);
    expect((await agent.status()).status).toBe('free');
    await serve(agent, await centre.call(lines[1]));
  });

  it('SKILL-02 the priority in the group of the call decides: of two agents each is first in another group', async () => {
    const { centre } = on;
    const groups = [
      await centre.group({ strategy: 'priority' }),
      await centre.group({ strategy: 'priority' }),
    ] as const;
    const agents = [await centre.agent([]), await centre.agent([])] as const;
    for (const [a, agent] of agents.entries()) {
      for (const [g, group] of groups.entries()) {
        const path = `/v1/agents/${agent.id}/skill-groups/${group.id}`;
        await centre.world.api.do('PUT', path, { priority: a === g ? 1 : 5 });
      }
    }
    for (const [index, group] of groups.entries()) {
      const rungBefore = agents[1 - index]!.rung;
      await serve(agents[index]!, await centre.call(await centre.line(group)));
      expect(agents[1 - index]!.rung).toBe(rungBefore);
    }
    const priorities = [{ skillGroupId: groups[0].id, priority: 6 }];
    const refused = await centre.world.api.request('PATCH', `/v1/agents/${agents[0].id}`, { skillGroups: priorities });
    expect(refused.status).toBe(400);
  });
});

describe('the state of a number', () => {
  it('LINE-02 one that was applied for is in service; stopped, it takes no calls and is not shown, until it is back', async () => {
    const { centre } = on;
    const { api } = centre.world;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const line = await centre.line(group);
    const application = { kind: 'landline', area: 'Shenzhen', usage: 'Service line of our shop' };
    const asked = await api.post<{ id: string }>('/v1/number-applications', application);
    const number = centre.world.newNumber();
    const { numberId } = await api.post<{ numberId: string }>(`/v1/number-applications/${asked.id}/approve`, {
      number,
    });
    const listed = await api.get<{ items: object[] }>(`/v1/numbers?number=${encodeURIComponent(number)}`);
    expect(listed.items).toMatchObject([{ id: numberId, number, state: 'normal' }]);
    await api.patch(`/v1/numbers/${numberId}`, { applicationId: line.applicationId });
    const dialled = { ...line, number };
    await serve(agent, await centre.call(dialled));
    const stopped = await api.patch(`/v1/numbers/${numberId}`, { state: 'stopped' });
    expect(stopped).toMatchObject({ state: 'stopped', applicationId: line.applicationId });
    const status = async () => {
      const phone = await centre.world.phone();
      const call = await phone.dial(number);
      const final = await call.final;
      if (final.status === 200) await call.bye();
      return final.status;
    };
    await centre.world.eventually('the number to be out of service', async () =>
      (await status()) === 404 ? true : undefined,
    );
    const path = `/v1/agents/${agent.id}/calls`;
    const shows = { to: centre.world.newNumber('a'), callerPhoneNumber: number };
    const refused = await centre.world.eventually('it not to be shown', async () => {
      const answer = await agent.api.request<{ id: string; errors: object[] }>('POST', path, shows);
      if (answer.status !== 201) return answer;
      await agent.act({ contactId: answer.body.id }, 'hang-up');
      await agent.is('free');
      return undefined;
    });
    expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer: '/callerPhoneNumber' }]]);
    await api.patch(`/v1/numbers/${numberId}`, { state: 'normal' });
    await centre.world.eventually('the number to be back', async () => {
      const { status: answered } = await agent.api.request('POST', path, { ...shows, to: '12' });
      expect(answered).toBe(201);
      const phone = await centre.world.phone();
      const { status: final } = await (await phone.dial(number)).final;
      return final === 200 ? true : undefined;
    });
  });
});

describe('which number is shown, on the wire', () => {
  // Before the first case, so that it counts in the second: accounts and trunks are used for a second without looking again.
  beforeAll(async () => {
    const { world } = on.centre;
    await world.api.patch(`/v1/accounts/${world.firstAccount.accountId}`, {
      edition: 'premium',
      allowedDestinations: ['+4420', '+4930', '+86'],
    });
    const proxy = `sip:127.0.0.1:${world.carriers.a.address.port}`;
    await world.api.post('/v1/trunks', { name: 'China', outbound: { proxies: [proxy], prefixes: ['+86'] } });
  });

  it('OUTSET-01 NUM-03 a number that is bound to several groups is shown by agents of each; one of no group shows any', async () => {
    const { centre } = on;
    const { world } = centre;
    const groups = [await centre.group(), await centre.group()] as const;
    const number = world.newNumber();
    const outboundSkillGroupIds = groups.map(({ id }) => id);
    const { id } = await world.api.post<{ id: string }>('/v1/numbers', { number, outboundSkillGroupIds });
    const shown = async (agent: CentreAgent) => {
      const to = world.newNumber('a');
      const contact = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
      await agent.answers();
      const call = await world.carried('a', to);
      call.reject(486);
      const { skillGroupId } = await centre.finished({ contactId: contact.id });
      await agent.is('free');
      return [/\+\d+/.exec(headerOf(call.invitation, 'From') ?? '')?.[0], skillGroupId];
    };
    const agents = [await centre.agent([groups[0]]), await centre.agent([groups[1]])] as const;
    await world.eventually('the number to count', async () =>
      (await shown(agents[0]))[0] === number ? true : undefined,
    );
    expect(await shown(agents[0])).toEqual([number, groups[0].id]);
    expect(await shown(agents[1])).toEqual([number, groups[1].id]);
    const group = await centre.group();
    const other = await centre.agent([group]);
    const seen = new Set<unknown>();
    for (let call = 0; call < 50 && seen.size < 2; call += 1) {
      const [from, skillGroupId] = await shown(other);
      expect(skillGroupId).toBe(group.id);
      seen.add(from);
    }
    expect(seen.size).toBeGreaterThan(1);
    await world.api.patch(`/v1/numbers/${id}`, { outboundSkillGroupIds: [groups[1].id] });
    const unbound = await world.eventually('the number to be unbound', async () => {
      const [from] = await shown(agents[0]);
      return from === number ? undefined : from;
    });
    expect(unbound).toBeDefined();
    expect((await shown(agents[1]))[0]).toBe(number);
  });

  it('OUTSET-02 the number of the callee’s area: Shenzhen, Beijing, and either for Chengdu', async () => {
    const { centre } = on;
    const { world } = centre;
    const [shenzhen, beijing] = ['+8675586013388', '+861058230000'];
    const { id: numberGroupId } = await world.api.post<{ id: string }>('/v1/number-groups', { name: 'China' });
    for (const number of [shenzhen, beijing]) await world.api.post('/v1/numbers', { number, numberGroupId });
    const agent = await centre.agent([await centre.group()]);
    await centre.settings({ callerIdRule: 'sameArea' });
    const shown = async (to: string) => {
      const { incoming } = world.carriers.a;
      const from = incoming.all.length;
      const { id: contactId } = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, {
        to,
        numberGroupIds: [numberGroupId],
      });
      await agent.answers();
      const call = await incoming.first(`a call to ${to}`, ({ invitation }) => invitation.uri!.includes(to), { from });
      call.reject(486);
      await centre.finished({ contactId });
      await agent.is('free');
      return /\+\d+/.exec(headerOf(call.invitation, 'From') ?? '')?.[0];
    };
    expect(await shown('+8613510012345')).toBe(shenzhen);
    expect(await shown('+8613810012345')).toBe(beijing);
    const seen = new Set<unknown>();
    for (let call = 0; call < 50 && seen.size < 2; call += 1) seen.add(await shown('+8618980001234'));
    expect([...seen].sort()).toEqual([beijing, shenzhen]);
  });
});
