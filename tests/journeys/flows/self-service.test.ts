import { beforeAll, describe, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { type CentreAgent, type ContactView, useCentre } from '../contact-centre/centre.js';
import { FlowCentre } from './flow-centre.js';

const on = useCentre({ name: 'flows_self_service', redisDatabase: 74 });
let flows: FlowCentre;
const edition = async (name: string) => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: name });
};
beforeAll(async () => {
  flows = new FlowCentre(on.centre);
  await edition('premium');
  await on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
});

describe('SOFTIN-07 the keys a caller pressed', () => {
  it('are seen by the agent whom it rings, in order, and stand in the record with when', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const prompt = await flows.tone('prompt');
    const menu = (id: string, key: string, label: string, next: string) => ({
      id,
      kind: 'menu',
      prompts: [prompt],
      keys: [{ key, label, next }],
      timeout: 30,
    });
    const line = await flows.line([
      menu('main', '2', 'Service', 'sub'),
      menu('sub', '1', 'Repair', 'agents'),
      { id: 'agents', kind: 'toSkillGroup', skillGroupId: group.id },
    ]);
    const customer = await flows.call(line);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('2');
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1');
    const { data } = await agent.event('callIn');
    expect(data.ivrPath).toEqual([
      { key: '2', label: 'Service' },
      { key: '1', label: 'Repair' },
    ]);
    await agent.answers();
    await customer.call.media.hears('agent');
    expect((await flows.now(customer)).keys).toHaveLength(2);
    await customer.call.bye();
    const { keys, startedAt, queuedAt } = await flows.finished(customer);
    expect(keys.map(({ key, label }) => [key, label])).toEqual([
      ['2', 'Service'],
      ['1', 'Repair'],
    ]);
    const times = [startedAt, ...keys.map(({ pressedAt }) => pressedAt), queuedAt!].map((at) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

interface Talk {
  readonly agent: CentreAgent;
  readonly own: ToneCall;
  readonly customer: ToneCall;
  readonly contactId: string;
  readonly customerIs: 'caller' | 'callee';
}

async function inbound(): Promise<Talk> {
  const group = await on.centre.group();
  const agent = await on.centre.agent([group]);
  const { call: customer, contactId } = await flows.call(
    await flows.line([{ id: 'agents', kind: 'toSkillGroup', skillGroupId: group.id }]),
  );
  const own = await agent.answers();
  await Promise.all([customer.media.hears('agent'), own.media.hears('caller')]);
  return { agent, own, customer, contactId, customerIs: 'caller' };
}

async function outbound(): Promise<Talk> {
  const agent = await on.centre.agent([await on.centre.group()]);
  const to = on.centre.world.newNumber('a');
  const { id: contactId } = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
  const own = await agent.answers();
  const customer = await on.centre.world.carried('a', to);
  await customer.answer();
  await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
  return { agent, own, customer, contactId, customerIs: 'callee' };
}

describe.each([
  ['SOFTIN-18', inbound],
  ['SOFTOUT-16', outbound],
] as const)('%s a customer whom the agent sends to a flow', (id, talk) => {
  const selfService = async () =>
    flows.flow(
      [
        {
          id: 'menu',
          kind: 'menu',
          prompts: [await flows.tone('prompt')],
          keys: [{ key: '3', label: 'Contract sent', next: 'end' }],
          timeout: 60,
        },
        { id: 'end', kind: 'end' },
      ],
      { selfService: true },
    );
  const together = ({ customer, own, customerIs }: Talk) =>
    Promise.all([customer.media.hears('agent'), own.media.hears(customerIs)]);

  it(`${id} hears it, presses a key that is kept, and talks to the agent again when it ends`, async () => {
    const made = await talk();
    const { agent, own, customer, contactId } = made;
    await agent.act({ contactId }, 'script', { flowId: await selfService() });
    await customer.media.hears('prompt');
    expect(await own.media.listen(400)).toEqual([]);
    await customer.media.sendDigits('3');
    await together(made);
    expect((await flows.now({ contactId })).keys).toMatchObject([{ key: '3', label: 'Contract sent' }]);
    await own.bye();
    expect((await flows.finished({ contactId })).keys).toHaveLength(1);
  });

  it(`${id} is taken back by the agent, whose leg was not dropped`, async () => {
    const made = await talk();
    const { agent, own, customer, contactId } = made;
    await agent.act({ contactId }, 'script', { flowId: await selfService() });
    await customer.media.hears('prompt');
    await agent.act({ contactId }, 'take-back');
    await together(made);
    await own.bye();
    const { participants } = await flows.finished({ contactId });
    expect(participants.filter(({ agentId }) => agentId === agent.id)).toHaveLength(1);
  });
});

describe('sending a customer to a flow', () => {
  it('is for agents only to flows for self-service, which they find in their list', async () => {
    const { agent, customer, contactId } = await inbound();
    const nodes = [{ id: 'end', kind: 'end' }];
    const [other, offered] = [await flows.flow(nodes), await flows.flow(nodes, { selfService: true })];
    const { items } = await agent.api.get<{ items: { id: string; selfService: boolean }[] }>('/v1/flows?limit=100');
    expect(items.map(({ id }) => id)).toContain(offered);
    expect(items.every(({ selfService }) => selfService)).toBe(true);
    expect((await agent.api.request('GET', `/v1/flows/${offered}`)).status).toBe(403);
    const reply = await agent.api.request('POST', `/v1/contacts/${contactId}/script`, { flowId: other });
    expect(reply.status).toBe(400);
    await on.centre.world.api.post(`/v1/contacts/${contactId}/script`, { flowId: other, agentId: agent.id });
    await customer.media.hears('agent');
    await customer.bye();
  });

  it('needs the premium edition, and a flow of the account that is published', async () => {
    const { agent, customer, contactId } = await inbound();
    const send = async (body: object) => {
      const reply = await agent.api.request<{ code: string }>('POST', `/v1/contacts/${contactId}/script`, body);
      return [reply.status, reply.body.code];
    };
    const { id: draft } = await on.centre.world.api.post<{ id: string }>('/v1/flows', {
      name: 'Only a draft',
      selfService: true,
      draft: {
        nodes: [
          { id: 'start', kind: 'start', exits: { next: 'end' } },
          { id: 'end', kind: 'end' },
        ],
      },
    });
    expect(await send({ flowId: `FL${'0'.repeat(32)}` })).toEqual([400, 'invalid-request']);
    expect(await send({ flowId: draft })).toEqual([409, 'flow-not-published']);
    expect(await send({})).toEqual([400, 'invalid-request']);
    await edition('standard');
    const flowId = await flows.flow([{ id: 'end', kind: 'end' }], { selfService: true });
    // The account may have been read a moment ago.
    await on.centre.world.eventually('the edition to count', async () =>
      (await send({ flowId })).join() === '403,edition-required' ? true : undefined,
    );
    await edition('premium');
    await customer.media.hears('agent');
    await customer.bye();
  });
});
