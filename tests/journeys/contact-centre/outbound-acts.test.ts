import { describe, expect, it } from 'vitest';
import { ourNumber } from '../world.js';
import type { CentreAgent } from './centre.js';
import { shownTo, useOutbound } from './placed-calls.js';

const on = useOutbound({ name: 'outbound_acts', redisDatabase: 214 });

/** What the trail says that the agent did in the call, in order. */
async function doneBy(agent: CentreAgent, contactId: string): Promise<readonly string[]> {
  const { items } = await on.centre.world.api.get<{ items: { what: string; agentId: string | null }[] }>(
    `/v1/contacts/${contactId}/trail`,
  );
  return items.filter(({ agentId }) => agentId === agent.id).map(({ what }) => what);
}

type Muted = { readonly participants: readonly { readonly muted: boolean }[] };

describe('acts in a call that an agent placed', () => {
  it('SOFTOUT-06 digits reach the far end in order, each once', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { customer, contactId } = await on.calls.talks(agent);
    await agent.act({ contactId }, 'send-digits', { digits: '123#' });
    await customer.media.hearsDigits('123#');
    await customer.bye();
  });

  it('SOFTOUT-07 hold and retrieve', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, customer, contactId } = await on.calls.talks(agent);
    await agent.act({ contactId }, 'hold');
    await customer.media.hears('music');
    await on.centre.world.eventually('the agent to hear nobody', async () =>
      (await own.media.listen(300)).length === 0 ? true : undefined,
    );
    await agent.act({ contactId }, 'retrieve');
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    await customer.bye();
    const { participants } = await on.centre.finished({ contactId });
    expect(participants[0]!.heldSeconds).toBeGreaterThan(0);
    expect(await doneBy(agent, contactId)).toEqual(['hold', 'unhold', 'left']);
  });

  it('SOFTOUT-08 mute and unmute', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, customer, contactId } = await on.calls.talks(agent);
    await agent.act({ contactId }, 'mute');
    await on.centre.world.eventually('the customer to hear nobody', async () =>
      (await customer.media.listen(300)).length === 0 ? true : undefined,
    );
    await own.media.hears('callee');
    expect((await agent.api.get<Muted>(`/v1/contacts/${contactId}`)).participants[1]!.muted).toBe(true);
    await agent.act({ contactId }, 'unmute');
    await customer.media.hears('agent');
    expect((await agent.api.get<Muted>(`/v1/contacts/${contactId}`)).participants[1]!.muted).toBe(false);
    await customer.bye();
    await on.centre.finished({ contactId });
    expect(await doneBy(agent, contactId)).toEqual(['mute', 'unmute', 'left']);
  });

  it('SOFTOUT-09 transfer to a skill group; the contact stays outbound', async () => {
    const other = await on.centre.group();
    const agent = await on.centre.agent([await on.centre.group()]);
    const second = await on.centre.agent([other], { party: 'supervisor' });
    const { own, customer, contactId, to } = await on.calls.talks(agent, { remark: 'Order 17' });
    await agent.act({ contactId }, 'transfer', { to: { type: 'group', skillGroupId: other.id } });
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const rung = await second.rings();
    await customer.media.hears('music');
    expect((await second.event('callIn', ({ sessionId }) => sessionId === contactId)).data).toMatchObject({
      callerPhoneNumber: to,
      calleePhoneNumber: ourNumber,
      remark: 'Order 17',
      ivrPath: [],
    });
    await rung.answer();
    await Promise.all([customer.media.hears('supervisor'), rung.media.hears('callee')]);
    await rung.bye();
    expect(await customer.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await on.centre.finished({ contactId });
    expect(record).toMatchObject({ direction: 'outbound', callType: 1 });
    expect(
      record.participants.map(({ agentId, endCode, transferFrom, transferTo }) => ({
        ...{ agentId, endCode, transferFrom, transferTo },
      })),
    ).toEqual([
      { agentId: null, endCode: 'ok', transferFrom: null, transferTo: null },
      { agentId: agent.id, endCode: 'seatForward', transferFrom: null, transferTo: 2 },
      { agentId: second.id, endCode: 'ok', transferFrom: 1, transferTo: null },
    ]);
  });

  it('SOFTOUT-10 transfer to an agent', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const group = await on.centre.group();
    const second = await on.centre.agent([group], { party: 'supervisor' });
    const beside = await on.centre.agent([group]);
    const { own, customer, contactId } = await on.calls.talks(agent);
    const { items } = await agent.api.get<{ items: { agentId: string; status: string }[] }>(
      `/v1/colleagues?skillGroupId=${group.id}`,
    );
    expect(Object.fromEntries(items.map(({ agentId, status }) => [agentId, status]))).toEqual({
      [second.id]: 'free',
      [beside.id]: 'free',
    });
    await agent.act({ contactId }, 'transfer', { to: { type: 'agent', agentId: second.id } });
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const taken = await second.answers();
    await Promise.all([customer.media.hears('supervisor'), taken.media.hears('callee')]);
    await customer.bye();
    const record = await on.centre.finished({ contactId });
    expect(record.direction).toBe('outbound');
    expect(record.participants).toMatchObject([
      { type: 'customer' },
      { agentId: agent.id, transferTo: 2 },
      { agentId: second.id, transferFrom: 1 },
    ]);
    expect(beside.rung).toBe(0);
  });

  it('SOFTOUT-11 transfer to an external line', async () => {
    const agent = await on.centre.agent([await on.centre.group()], { party: 'supervisor' });
    const { own, customer, contactId } = await on.calls.talks(agent, {}, 'supervisor');
    const outside = on.centre.world.newNumber('b');
    await agent.act({ contactId }, 'transfer', { to: { type: 'number', number: outside, callerId: ourNumber } });
    const line = await on.centre.world.carried('b', outside);
    expect(shownTo(line)).toContain(ourNumber);
    await line.answer();
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    await Promise.all([customer.media.hears('agent'), line.media.hears('callee')]);
    await customer.bye();
    const record = await on.centre.finished({ contactId });
    expect(record.direction).toBe('outbound');
    expect(record.participants.at(-1)).toMatchObject({ type: 'outboundSeat', phone: outside, callerId: ourNumber });
  });

  it('SOFTOUT-12 after-call work after an answered call; nothing is offered until it ends', async () => {
    await on.centre.settings({ afterCallWorkSeconds: 60 });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const { customer, contactId } = await on.calls.talks(agent);
    await customer.bye();
    await agent.is('afterCallWork');
    const rungBefore = agent.rung;
    const waiting = await on.centre.waits(await on.centre.line(group));
    expect([agent.rung, (await on.centre.contact(waiting, () => true)).status]).toEqual([rungBefore, 'queued']);
    await agent.api.post(`/v1/agents/${agent.id}/after-call-work/end`);
    await agent.answers();
    await waiting.call.media.hears('agent');
    const { participants } = await on.centre.finished({ contactId });
    expect(participants[1]!.afterCallWorkSeconds).toBeGreaterThan(0);
  });

  it.each([
    ['agent', ['customer', 'third']],
    ['customer', ['agent', 'third']],
    ['third', ['agent', 'customer']],
  ] as const)('SOFTOUT-15 three talk; when the %s leaves, the other two talk on', async (leaves, stay) => {
    const agent = await on.centre.agent([await on.centre.group()], { party: 'supervisor' });
    const { own, customer, contactId } = await on.calls.talks(agent, {}, 'supervisor');
    const outside = on.centre.world.newNumber('b');
    await agent.act({ contactId }, 'invite', { to: { type: 'number', number: outside, callerId: ourNumber } });
    const third = await on.centre.world.carried('b', outside);
    await third.answer();
    await Promise.all([
      customer.media.hears('supervisor', 'agent'),
      own.media.hears('callee', 'agent'),
      third.media.hears('callee', 'supervisor'),
    ]);
    const calls = { agent: own, customer, third };
    const sounds = { agent: 'supervisor', customer: 'callee', third: 'agent' } as const;
    await calls[leaves].bye();
    const [one, other] = stay;
    await Promise.all([calls[one].media.hears(sounds[other]), calls[other].media.hears(sounds[one])]);
    await calls[one].bye();
    expect(await calls[other].ended).toEqual({ by: 'them', how: 'BYE' });
    const { participants } = await on.centre.finished({ contactId });
    expect(participants).toMatchObject([
      { type: 'customer' },
      { type: 'staffSeat', agentId: agent.id },
      { type: 'outboundSeat', phone: outside, callerId: ourNumber },
    ]);
  });
});
