import { beforeAll, describe, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { SeveralNodes } from '../several-nodes.js';
import { heardWithoutGap, sinceNow } from '../without-gap.js';
import { toneWav } from '../world.js';
import { type CentreAgent, type Customer, useCentre } from './centre.js';

const options = { name: 'handing_over_outlives', redisDatabase: 218, nodes: 1, ownSound: true };
const nodes = new SeveralNodes(options);
const on = useCentre(options, () => nodes.start());
beforeAll(async () => {
  const { api } = on.centre.world;
  const { id } = await api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('prompt', 2));
  await api.patch('/v1/contact-centre', { waitingAudioId: id, afterCallWorkSeconds: 0 });
});

async function restart(): Promise<void> {
  await nodes.kill('media-1');
  await nodes.startAgain('media-1');
}

/** Restarts the node while these talk to each other: neither misses a packet. */
async function restartUnder(agent: ToneCall, other: ToneCall, sounding: 'supervisor' | 'callee'): Promise<void> {
  const marks = [sinceNow(agent), sinceNow(other)] as const;
  await nodes.kill('media-1');
  await Promise.all([agent.media.listen(1000), other.media.listen(1000)]);
  await nodes.startAgain('media-1');
  await Promise.all([agent.media.listen(1000), other.media.listen(1000)]);
  heardWithoutGap(agent, marks[0], sounding);
  heardWithoutGap(other, marks[1], 'agent');
}

/** A customer who talks to an agent, and a colleague of another group, who is free. */
async function talking() {
  const { centre } = on;
  const [group, other] = [await centre.group(), await centre.group()];
  const agent = await centre.agent([group]);
  const colleague = await centre.agent([other], { party: 'supervisor' });
  const customer = await centre.call(await centre.line(group));
  const seat = await agent.answers();
  await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
  return { group, other, agent, colleague, customer, seat };
}

function to({ id: agentId }: CentreAgent): object {
  return { to: { type: 'agent', agentId } };
}

/** The record of a contact that is over: everybody's stay in it has an end. */
async function recordOf(customer: Customer) {
  const contact = await on.centre.finished(customer);
  expect(contact.participants.filter(({ endCode }) => endCode === null)).toEqual([]);
  return contact;
}

describe('handing over, at a node that is killed and comes back', () => {
  it('SOFTIN-12 two agents consult on without a gap while the customer is on hold; then it is handed over', async () => {
    const { agent, colleague, customer, seat } = await talking();
    await agent.act(customer, 'consult', to(colleague));
    const asked = await colleague.answers();
    await Promise.all([seat.media.hears('supervisor'), asked.media.hears('agent'), customer.call.media.hears()]);
    await restartUnder(seat, asked, 'supervisor');
    expect([(await agent.status()).status, (await colleague.status()).status]).toEqual(['busy', 'busy']);
    expect(await customer.call.media.listen(300)).toEqual([]);
    await agent.act(customer, 'complete-consult');
    await Promise.all([customer.call.media.hears('supervisor'), asked.media.hears('caller')]);
    expect(await seat.ended).toEqual({ by: 'them', how: 'BYE' });
    await agent.is('free');
    expect((await colleague.status()).status).toBe('busy');
    await customer.call.bye();
    await asked.ended;
    expect(await recordOf(customer)).toMatchObject({
      endCode: 'ok',
      endedBy: 'customer',
      participants: [
        { type: 'customer', endCode: 'ok' },
        { agentId: agent.id, transferTo: 2, endCode: 'seatForward' },
        { agentId: colleague.id, transferFrom: 1, endCode: 'ok' },
      ],
    });
    await colleague.is('free');
    expect([agent.rung, colleague.rung]).toEqual([1, 1]);
  });

  it('SOFTIN-12 the customer whose agent consulted somebody outside is taken back after it', async () => {
    const { agent, customer, seat } = await talking();
    const number = on.centre.world.newNumber('a');
    await agent.act(customer, 'consult', { to: { type: 'number', number } });
    const asked = await on.centre.world.carried('a', number);
    await asked.answer();
    await Promise.all([seat.media.hears('callee'), asked.media.hears('agent')]);
    await restartUnder(seat, asked, 'callee');
    await agent.act(customer, 'return-from-consult');
    expect(await asked.ended).toEqual({ by: 'them', how: 'BYE' });
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    await customer.call.bye();
    await seat.ended;
    expect((await recordOf(customer)).participants).toMatchObject([
      { endCode: 'ok', heldSeconds: expect.any(Number) },
      { agentId: agent.id, transferTo: null, endCode: 'ok' },
      { type: 'outboundSeat', phone: number, endCode: 'ok' },
    ]);
    await agent.is('free');
  });

  it('SOFTIN-12 a colleague who rang to be consulted is rung again; the customer stays on hold with its agent', async () => {
    const { agent, colleague, customer, seat } = await talking();
    await agent.act(customer, 'consult', to(colleague));
    await colleague.rings();
    await customer.call.media.hears();
    await restart();
    const asked = await colleague.answers();
    await Promise.all([seat.media.hears('supervisor'), asked.media.hears('agent'), customer.call.media.hears()]);
    await agent.act(customer, 'return-from-consult');
    await asked.ended;
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    await colleague.is('free');
    await customer.call.bye();
    await seat.ended;
    expect((await recordOf(customer)).participants).toMatchObject([
      { endCode: 'ok' },
      { agentId: agent.id, endCode: 'ok' },
      { agentId: colleague.id, endCode: 'unconnected' },
      { agentId: colleague.id, endCode: 'ok' },
    ]);
    await agent.is('free');
  });

  it('SOFTIN-11 a colleague to whom the customer was handed is rung again, and takes it; who handed it over is free', async () => {
    const { agent, colleague, customer, seat } = await talking();
    await agent.act(customer, 'transfer', to(colleague));
    await colleague.rings();
    await seat.ended;
    await customer.call.media.hears('prompt');
    await restart();
    await customer.call.media.hears('prompt');
    await agent.is('free');
    const second = await colleague.answers();
    await Promise.all([customer.call.media.hears('supervisor'), second.media.hears('caller')]);
    expect((await colleague.is('busy')).contactId).toBe(customer.contactId);
    await customer.call.bye();
    await second.ended;
    expect((await recordOf(customer)).participants).toMatchObject([
      { endCode: 'ok' },
      { agentId: agent.id, transferTo: 3, endCode: 'seatForward' },
      { agentId: colleague.id, endCode: 'unconnected' },
      { agentId: colleague.id, transferFrom: 1, endCode: 'ok' },
    ]);
    expect(agent.rung).toBe(1);
    await colleague.is('free');
  });

  it('SOFTIN-11 the customer comes back to the agent who handed it over, where the colleague does not want it after the restart', async () => {
    const { agent, colleague, customer, seat } = await talking();
    await agent.act(customer, 'transfer', to(colleague));
    await colleague.rings();
    await seat.ended;
    await customer.call.media.hears('prompt');
    await restart();
    (await colleague.rings()).reject(486);
    const again = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), again.media.hears('caller')]);
    expect((await agent.status()).contactId).toBe(customer.contactId);
    await customer.call.bye();
    await again.ended;
    const { participants } = await recordOf(customer);
    expect(participants.map(({ agentId, endCode }) => [agentId, endCode])).toEqual([
      [null, 'ok'],
      [agent.id, 'seatForward'],
      [colleague.id, 'unconnected'],
      [colleague.id, expect.any(String)],
      [agent.id, 'ok'],
    ]);
    await agent.is('free');
  });

  it('SOFTIN-12 an outside line that rang ends by name, and the customer is back with its agent, who never left', async () => {
    const { agent, customer, seat } = await talking();
    const number = on.centre.world.newNumber('a');
    await agent.act(customer, 'transfer', { to: { type: 'number', number } });
    (await on.centre.world.carried('a', number)).ring();
    await customer.call.media.hears('prompt');
    await restart();
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    expect(await agent.status()).toMatchObject({ status: 'busy', contactId: customer.contactId });
    await agent.act(customer, 'hang-up');
    await customer.call.ended;
    const { participants } = await recordOf(customer);
    expect(participants).toMatchObject([
      { endCode: 'ok' },
      { agentId: agent.id, transferTo: null, endCode: 'ok' },
      { type: 'outboundSeat', endCode: 'operatorError' },
    ]);
    expect(agent.rung).toBe(1);
  });
});
