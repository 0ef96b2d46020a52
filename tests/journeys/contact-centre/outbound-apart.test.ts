import { beforeAll, describe, expect, it } from 'vitest';
import { ThreeProcesses } from '../three-processes.js';
import { type ContactView, useCentre } from './centre.js';

const options = { name: 'centre_outbound_apart', redisDatabase: 47 };
const on = useCentre(options, () => new ThreeProcesses(options).start());
beforeAll(() => on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 }));

describe('a skill group that is changed in a process that does not route', () => {
  it('SKILL-01 counts at once for a call that waits: the agents of another group help out', async () => {
    const { centre } = on;
    const [empty, helping] = [await centre.group(), await centre.group()];
    const agent = await centre.agent([helping]);
    const customer = await centre.waits(await centre.line(empty));
    // The record that was read for this call counts for two seconds; after that nothing happens that would have it read.
    await centre.contact(customer, ({ queuedAt }) => queuedAt !== null && Date.now() - Date.parse(queuedAt) > 2500);
    expect(agent.rung).toBe(0);
    const changedAt = Date.now();
    await centre.world.api.patch(`/v1/skill-groups/${empty.id}`, {
      overflow: [{ afterSeconds: 0, skillGroupId: helping.id }],
    });
    await agent.answers();
    await customer.call.media.hears('agent');
    // Found out by chance it would be half a minute after the call came.
    expect(Date.now() - changedAt).toBeLessThan(25_000);
  });
});

describe('a call that an agent places where API and engine are processes of their own', () => {
  it('SOFTOUT-02 is placed on the process with the engine, and acted on there', async () => {
    const { world } = on.centre;
    const agent = await on.centre.agent([await on.centre.group()]);
    const to = world.newNumber('a');
    const contact = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to, uui: 'u' });
    expect(contact).toMatchObject({ direction: 'outbound', customer: to, status: 'ringing' });
    const own = await agent.answers();
    const customer = await world.carried('a', to);
    await customer.answer();
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    await agent.act({ contactId: contact.id }, 'hang-up');
    expect(await customer.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await on.centre.finished({ contactId: contact.id })).toMatchObject({ endCode: 'ok', endedBy: 'agent' });
    await agent.is('free');
  });

  it('what is refused there is refused here: an agent in a call, a number that cannot exist', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const path = `/v1/agents/${agent.id}/calls`;
    expect(await agent.api.post<ContactView>(path, { to: '12' })).toMatchObject({ endCode: 'numberInvalid' });
    await agent.ask('offline');
    const refused = await agent.api.request<{ code: string }>('POST', path, { to: on.centre.world.newNumber('a') });
    expect([refused.status, refused.body.code]).toEqual([409, 'agent-status-not-allowed']);
  });
});
