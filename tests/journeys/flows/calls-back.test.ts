import { beforeAll, describe, expect, it } from 'vitest';
import { type CentreAgent, type ContactView, useCentre } from '../contact-centre/centre.js';
import { FlowCentre } from './flow-centre.js';

const on = useCentre({ name: 'flows_calls_back', redisDatabase: 75 });
let flows: FlowCentre;
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  flows = new FlowCentre(on.centre);
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
  await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
});

/** The agent calls a new customer, who answers; both hang up. */
async function calledOnce(agent: CentreAgent): Promise<string> {
  const to = on.centre.world.newNumber('a');
  const { id: contactId } = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
  const own = await agent.answers();
  const customer = await on.centre.world.carried('a', to);
  await customer.answer();
  await customer.media.hears('agent');
  await own.bye();
  await on.centre.finished({ contactId });
  await agent.is('free');
  return to;
}

/** A number whose flow plays `prompt`. */
async function line() {
  return flows.line([{ id: 'end', kind: 'end', prompts: [await flows.tone('prompt', 3)] }]);
}

describe('a customer who calls back a number with a flow', () => {
  it('OUTSET-06 skips the flow and rings only the agent who called', async () => {
    await on.centre.settings({ outboundMemory: 'fixed' });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const other = await on.centre.agent([group], { party: 'supervisor' });
    const from = await calledOnce(agent);
    const { number } = await line();
    const call = await (await on.centre.world.phone({ user: from })).dial(number);
    await agent.answers();
    await call.media.hears('agent');
    expect(other.rung).toBe(0);
    await call.bye();
  });

  it.each([
    ['busy', async (agent: CentreAgent) => void (await agent.ask('notReady'))],
    ['offline', async (agent: CentreAgent) => void (await agent.ask('offline'))],
  ])('OUTSET-07 hears the number’s flow where that agent is %s, else rings it', async (_how, away) => {
    await on.centre.settings({ outboundMemory: 'preferred' });
    const agent = await on.centre.agent([await on.centre.group()]);
    const from = await calledOnce(agent);
    const { number } = await line();
    const first = await (await on.centre.world.phone({ user: from })).dial(number);
    await agent.answers();
    await first.media.hears('agent');
    await first.bye();
    await agent.is('free');
    await away(agent);
    const rung = agent.rung;
    const call = await (await on.centre.world.phone({ user: from })).dial(number);
    await call.media.hears('prompt');
    expect(agent.rung).toBe(rung);
    await call.bye();
  });

  it('hears the flow where nobody called it before', async () => {
    await on.centre.settings({ outboundMemory: 'fixed' });
    const call = await on.centre.world.call(await line());
    await call.media.hears('prompt');
    await call.bye();
  });
});
