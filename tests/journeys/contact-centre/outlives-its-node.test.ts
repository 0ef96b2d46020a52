import { describe, expect, it } from 'vitest';
import { SeveralNodes } from '../several-nodes.js';
import { heardWithoutGap, noPacketMissing, sinceNow } from '../without-gap.js';
import { type ContactView, type Customer, useCentre } from './centre.js';

const options = { name: 'centre_outlives', redisDatabase: 132, nodes: 1, ownSound: true };
const nodes = new SeveralNodes(options);
const on = useCentre(options, () => nodes.start());

async function restart(): Promise<void> {
  await nodes.kill('media-1');
  await nodes.startAgain('media-1');
}

async function endedOnce(customers: readonly Customer[]): Promise<void> {
  const { world } = on.centre;
  for (const { contactId } of customers) {
    await world.event('contact.completed', ({ data }) => (data.contact as ContactView).id === contactId);
    const completed = (world.sink.events as unknown as { type: string; data: { contact: ContactView } }[]).filter(
      ({ type, data }) => type === 'contact.completed' && data.contact.id === contactId,
    );
    expect(completed).toHaveLength(1);
  }
}

describe('a contact centre whose node is killed and comes back', () => {
  it('has agent and customer talk on without a gap; then the agent’s acts work, one CDR and one end tell of all', async () => {
    const { centre } = on;
    const { world } = centre;
    const group = await centre.group();
    const action = world.script([{ verb: 'hangup' }], 'after');
    const line = await centre.line(group, { action, record: 'record-from-answer-dual' });
    const agent = await centre.agent([group]);
    const customer = await centre.call(line);
    const seat = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    const marks = [sinceNow(customer.call), sinceNow(seat)] as const;
    await nodes.kill('media-1');
    await Promise.all([customer.call.media.listen(1000), seat.media.listen(1000)]);
    await nodes.startAgain('media-1');
    await world.eventually('the agent to be able to act', async () => {
      const { status } = await agent.api.request('POST', `/v1/contacts/${customer.contactId}/unmute`, {});
      return status === 200 || undefined;
    });
    expect((await agent.status()).status).toBe('busy');
    await Promise.all([customer.call.media.listen(1000), seat.media.listen(1000)]);
    heardWithoutGap(customer.call, marks[0], 'agent');
    heardWithoutGap(seat, marks[1], 'caller');

    await agent.act(customer, 'hold');
    await customer.call.media.hears();
    await agent.act(customer, 'retrieve');
    await customer.call.media.hears('agent');
    await agent.act(customer, 'mute');
    await customer.call.media.hears();
    await agent.act(customer, 'unmute');
    await customer.call.media.hears('agent');
    await agent.act(customer, 'hang-up');
    await Promise.all([seat.ended, customer.call.ended]);
    const result = await world.result(action);
    expect(result).toMatchObject({ verb: 'enqueue', queueResult: 'connected', agentId: agent.id });
    await endedOnce([customer]);
    const contact = await centre.finished(customer);
    expect(contact).toMatchObject({ endCode: 'ok', endedBy: 'agent', recordingIds: [result.recordingId] });
    expect(contact.participants.map(({ endCode }) => endCode)).toEqual(['ok', 'ok']);
    for (const { callId } of contact.participants) {
      await world.cdr(callId!);
      expect(world.eventsOf(callId!).filter(({ type }) => type === 'cdr.created')).toHaveLength(1);
    }
    await agent.is('afterCallWork');
    expect(agent.rung).toBe(1);
  });

  it('loses no customer who waits: each keeps its place and its time, and an agent whose talk goes on is asked after it', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const agent = await centre.agent([group]);
    const talking = await centre.call(line);
    const talk = await agent.answers();
    await talking.call.media.hears('agent');
    const waiting = [await centre.waits(line), await centre.waits(line)];
    const queuedAt = (await centre.contact(waiting[0]!, () => true)).queuedAt;
    await restart();
    await talking.call.bye();
    await talk.ended;
    for (const customer of waiting) {
      const seat = await agent.answers();
      await customer.call.media.hears('agent');
      await seat.media.hears('caller');
      await customer.call.bye();
      await seat.ended;
    }
    expect(agent.rung).toBe(3);
    await endedOnce([talking, ...waiting]);
    expect((await centre.finished(waiting[0]!)).queuedAt).toBe(queuedAt);
    expect((await centre.finished(talking)).participants.map(({ endCode }) => endCode)).toEqual(['ok', 'ok']);
    await agent.is('free');
  });

  it('ends the contact of a customer who hung up while nobody listened, and lets its agent go', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const agent = await centre.agent([group]);
    const customer = await centre.call(line);
    const seat = await agent.answers();
    await customer.call.media.hears('agent');
    await nodes.kill('media-1');
    const gone = customer.call.bye();
    await nodes.startAgain('media-1');
    await gone;
    await seat.ended;
    await endedOnce([customer]);
    expect(await centre.finished(customer)).toMatchObject({ endCode: 'ok', endedBy: 'customer' });
    await agent.is('free');
  });

  it('holds who was on hold, and lets a third party and a supervisor stay in the talk', async () => {
    const { centre } = on;
    const { world } = centre;
    const { api, firstAccount } = world;
    await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const boss = await centre.agent([], { party: 'supervisor', more: { role: 'supervisor' } });
    const customer = await centre.call(await centre.line(group));
    const seat = await agent.answers();
    await customer.call.media.hears('agent');
    const number = world.newNumber('a');
    await agent.act(customer, 'invite', { to: { type: 'number', number } });
    const third = await world.carried('a', number);
    await third.answer();
    await third.media.hears('caller', 'agent');
    await boss.act(customer, 'supervise', { mode: 'listen' });
    const listening = await boss.answers();
    await listening.media.hears('caller', 'agent', 'callee');
    await agent.act(customer, 'hold');
    await customer.call.media.hears();
    await third.media.hears('agent');
    const marks = [sinceNow(third), sinceNow(seat)] as const;
    await restart();
    await Promise.all([customer.call, third, seat, listening].map(({ media }) => media.listen(1000)));
    noPacketMissing(third, marks[0]);
    noPacketMissing(seat, marks[1]);
    await customer.call.media.hears();
    await third.media.hears('agent');
    await listening.media.hears('agent', 'callee');
    await agent.act(customer, 'retrieve');
    await customer.call.media.hears('agent', 'callee');
    await listening.media.hears('caller', 'agent', 'callee');
    await boss.act(customer, 'supervise', { mode: 'barge' });
    await customer.call.media.hears('agent', 'callee', 'supervisor');
    await boss.act(customer, 'leave-supervision');
    await agent.act(customer, 'hang-up');
    await seat.ended;
    await Promise.all([customer.call.media.hears('callee'), third.media.hears('caller')]);
    await customer.call.bye();
    await third.ended;
    const { endCode, participants } = await centre.finished(customer);
    expect([endCode, participants[0]!.heldSeconds > 0]).toEqual(['ok', true]);
  });
});
