import { describe, expect, it } from 'vitest';
import { SeveralNodes } from '../several-nodes.js';
import { type ContactView, type Customer, useCentre } from './centre.js';

const options = { name: 'centre_outlives', redisDatabase: 132, nodes: 1, ownSound: true };
const nodes = new SeveralNodes(options);
const on = useCentre(options, () => nodes.start());

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
  it('loses no customer: who waits waits on in line, who talked waits again, and the agent is free to serve them', async () => {
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
    await nodes.kill('media-1');
    await nodes.startAgain('media-1');
    expect((await talk.ended).how).toBe('BYE');
    const inLine = [waiting[0]!, waiting[1]!, talking];
    for (const customer of inLine) {
      const seat = await agent.answers();
      await customer.call.media.hears('agent');
      await seat.media.hears('caller');
      await customer.call.bye();
      await seat.ended;
    }
    expect(agent.rung).toBe(4);
    await endedOnce(inLine);
    expect((await centre.finished(waiting[0]!)).queuedAt).toBe(queuedAt);
    const { participants } = await centre.finished(talking);
    expect(participants.map(({ endCode }) => endCode)).toEqual(['ok', 'error', 'ok']);
    await agent.is('free');
  });
});
