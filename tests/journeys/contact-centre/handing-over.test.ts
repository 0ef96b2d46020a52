import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { toneWav } from '../world.js';
import { type CentreAgent, type ContactView, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_handing_over', redisDatabase: 58 });
beforeAll(async () => {
  const { api } = on.centre.world;
  const { id } = await api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('prompt', 2));
  await api.patch('/v1/contact-centre', { waitingAudioId: id, afterCallWorkSeconds: 0 });
});

interface Colleague {
  readonly agentId: string;
  readonly status: string;
  readonly available: boolean;
}

/** Whom the agent finds among its colleagues. */
const colleagues = async (agent: CentreAgent, query: string) =>
  (await agent.api.get<{ items: Colleague[] }>(`/v1/colleagues?${query}`)).items;

/** The agent takes the customer's call; both hear each other. */
async function talk(agent: CentreAgent, { call }: Customer, party: 'agent' | 'supervisor' = 'agent') {
  const seat = await agent.answers();
  await Promise.all([call.media.hears(party), seat.media.hears('caller')]);
  return seat;
}

describe('handing a call over', () => {
  it('SOFTIN-10 to a group: who is free there is seen before, the customer hears waiting music, and number, remark and keys go along', async () => {
    const { centre } = on;
    const [group, other] = [await centre.group(), await centre.group()];
    const agent = await centre.agent([group]);
    const target = await centre.agent([other], { party: 'supervisor' });
    const resting = await centre.agent([other], { phone: false });
    await resting.ask('rest', { restReason: 'meal' });
    const from = centre.world.newNumber('b');
    const line = await centre.line(group);
    const customer = await centre.call(line, from);
    const seat = await talk(agent, customer);
    await agent.api.patch(`/v1/contacts/${customer.contactId}`, { remark: 'Asks for a refund' });
    const there = await colleagues(agent, `skillGroupId=${other.id}&available=true`);
    expect(there.map(({ agentId }) => agentId)).toEqual([target.id]);
    await agent.act(customer, 'transfer', { to: { type: 'group', skillGroupId: other.id } });
    expect(await seat.ended).toEqual({ by: 'them', how: 'BYE' });
    await customer.call.media.hears('prompt');
    const rung = await target.rings();
    expect(headerOf(rung.invitation, 'From')).toContain(from);
    const { data } = await target.event('callIn');
    const { keys } = await centre.contact(customer, () => true);
    expect(data).toMatchObject({
      sessionId: customer.contactId,
      callerPhoneNumber: from,
      calleePhoneNumber: line.number,
      remark: 'Asks for a refund',
      ivrPath: keys.map(({ key, label }) => ({ key, label })),
    });
    expect((await agent.event('transfer')).data).toMatchObject({ skillGroupId: other.id });
    await rung.answer();
    await Promise.all([customer.call.media.hears('supervisor'), rung.media.hears('caller')]);
    await agent.is('free');
    await customer.call.bye();
    const { participants } = await centre.finished(customer);
    expect(participants).toMatchObject([
      { type: 'customer' },
      { agentId: agent.id, transferTo: 2, endCode: 'seatForward' },
      { agentId: target.id, transferFrom: 1, endCode: 'ok' },
    ]);
  });

  it('SOFTIN-11 to an agent: what each does is seen before, and the chosen one alone rings', async () => {
    const { centre } = on;
    const [group, other] = [await centre.group(), await centre.group()];
    const agent = await centre.agent([group]);
    const target = await centre.agent([other], { party: 'supervisor' });
    const bystander = await centre.agent([other]);
    const away = await centre.agent([other]);
    await away.ask('notReady');
    const customer = await centre.call(await centre.line(group), centre.world.newNumber('b'));
    await talk(agent, customer);
    await agent.api.patch(`/v1/contacts/${customer.contactId}`, { remark: 'Knows the case' });
    const seen = await colleagues(agent, `skillGroupId=${other.id}`);
    expect(Object.fromEntries(seen.map(({ agentId, status }) => [agentId, status]))).toEqual({
      [target.id]: 'free',
      [bystander.id]: 'free',
      [away.id]: 'notReady',
    });
    await agent.act(customer, 'transfer', { to: { type: 'agent', agentId: target.id } });
    await talk(target, customer, 'supervisor');
    expect((await target.event('callIn')).data).toMatchObject({ remark: 'Knows the case' });
    expect((await agent.event('transfer')).data).toMatchObject({ userId: target.id });
    expect([bystander.rung, away.rung]).toEqual([0, 0]);
    await customer.call.bye();
    const { participants } = await centre.finished(customer);
    expect(participants.slice(1)).toMatchObject([
      { agentId: agent.id, transferTo: 2, endCode: 'seatForward' },
      { agentId: target.id, transferFrom: 1, endCode: 'ok' },
    ]);
  });

  it.each([
    ['does not answer', 'missed'],
    ['refuses', 'declined'],
  ] as const)(
    'SOFTIN-11 the chosen one %s: the customer is at once with who handed it over, or else its group',
    async (_how, why) => {
      const { centre } = on;
      await centre.settings({ ringTimeoutSeconds: why === 'missed' ? 5 : 60 });
      const [group, other] = [await centre.group(), await centre.group()];
      const agent = await centre.agent([group]);
      const target = await centre.agent([other], { party: 'supervisor' });
      const customer = await centre.call(await centre.line(group));
      await talk(agent, customer);
      await agent.act(customer, 'transfer', { to: { type: 'agent', agentId: target.id } });
      const missed = await target.rings();
      await customer.call.media.hears('prompt');
      if (why === 'declined') missed.reject(486);
      else expect(await missed.ended).toEqual({ by: 'them', how: 'CANCEL' });
      await talk(agent, customer);
      expect([agent.rung, target.rung]).toEqual([2, 1]);
      const trail = `/v1/contacts/${customer.contactId}/trail`;
      const { items } = await centre.world.api.get<{ items: { what: string; detail: object | null }[] }>(trail);
      expect(items).toContainEqual(expect.objectContaining({ what: 'transfer', detail: { failed: why } }));
      await customer.call.bye();
    },
  );

  it('SOFTIN-11 in a circle: two agents hand a customer to and fro, until it is refused; the talk goes on, each is free at once', {
    timeout: 180_000,
  }, async () => {
    const { centre } = on;
    const group = await centre.group();
    const agents = [await centre.agent([group]), await centre.agent([group], { party: 'supervisor' })] as const;
    const own = await centre.line(group, { agents: [agents[0].id] });
    const customer = await centre.call(own);
    await talk(agents[0], customer);
    const handOver = (from: CentreAgent, to: CentreAgent) =>
      from.api.request<{ code: string }>('POST', `/v1/contacts/${customer.contactId}/transfer`, {
        to: { type: 'agent', agentId: to.id },
      });
    let [holder, other]: readonly CentreAgent[] = agents as readonly CentreAgent[];
    let handedOver = 0;
    for (;;) {
      const { status, body } = await handOver(holder!, other!);
      if (status !== 200) {
        expect([status, body.code]).toEqual([409, 'too-many-transfers']);
        break;
      }
      handedOver += 1;
      expect(handedOver).toBeLessThanOrEqual(20);
      await talk(other!, customer, other === agents[0] ? 'agent' : 'supervisor');
      await holder!.is('free');
      [holder, other] = [other, holder];
    }
    expect(handedOver).toBe(20);
    await customer.call.media.hears('agent');
    const { participants } = await centre.contact(customer, ({ status }) => status === 'inProgress');
    const parts = participants.slice(1);
    expect(parts.map(({ transferFrom }) => transferFrom)).toEqual([null, ...parts.slice(1).map((_, at) => at + 1)]);
    await customer.call.bye();
    expect(await centre.finished(customer)).toMatchObject({
      endCode: 'ok',
      endedBy: 'customer',
    } as Partial<ContactView>);
    for (const agent of agents) await agent.is('free');
  });
});
