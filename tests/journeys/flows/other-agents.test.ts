import { beforeAll, describe, expect, it } from 'vitest';
import { useCentre } from '../contact-centre/centre.js';
import { FlowCentre } from './flow-centre.js';

const on = useCentre({ name: 'flows_other_agents', redisDatabase: 71 });
let flows: FlowCentre;
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  flows = new FlowCentre(on.centre);
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
  await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0, ringTimeoutSeconds: null });
});

describe('IVR-20 overflow', () => {
  it('rings an idle agent of the second group where all of the first are busy; the record has both groups', async () => {
    const [first, second] = [await on.centre.group(), await on.centre.group()];
    const busy = await on.centre.agent([first]);
    const idle = await on.centre.agent([second], { party: 'supervisor' });
    const line = await flows.line([
      { id: 'agents', kind: 'toSkillGroup', skillGroupId: first.id, overflowSkillGroupIds: [second.id] },
    ]);
    const served = await flows.call(line);
    const call = await busy.answers();
    await served.call.media.hears('agent');
    expect(idle.rung).toBe(0);
    const overflown = await flows.call(line);
    const other = await idle.answers();
    await Promise.all([overflown.call.media.hears('supervisor'), other.media.hears('caller')]);
    expect(busy.rung).toBe(1);
    await other.bye();
    const record = await flows.finished(overflown);
    expect(record).toMatchObject({ skillGroupId: first.id, endCode: 'ok' });
    expect(record.participants.find(({ agentId }) => agentId === idle.id)).toMatchObject({ skillGroupId: second.id });
    await call.bye();
    await flows.finished(served);
  });

  it('waits for both groups where both are busy, and is served by whoever is free first', async () => {
    const [first, second] = [await on.centre.group(), await on.centre.group()];
    const one = await on.centre.agent([first]);
    const other = await on.centre.agent([second], { party: 'supervisor' });
    await one.ask('notReady');
    await other.ask('notReady');
    const music = await flows.tone('music');
    const node = { skillGroupId: first.id, overflowSkillGroupIds: [second.id], waitPrompts: [music] };
    const customer = await flows.call(await flows.line([{ id: 'agents', kind: 'toSkillGroup', ...node }]));
    await customer.call.media.hears('music');
    await other.ask('free');
    await other.answers();
    await customer.call.media.hears('supervisor');
    await customer.call.bye();
  });

  it('says that nobody is there only where nobody of any group is', async () => {
    const [first, second] = [await on.centre.group(), await on.centre.group()];
    const agent = await on.centre.agent([second]);
    const nobody = await flows.tone('prompt');
    const node = { skillGroupId: first.id, overflowSkillGroupIds: [second.id], noSeatPrompts: [nobody] };
    const line = await flows.line([{ id: 'agents', kind: 'toSkillGroup', ...node }]);
    const customer = await flows.call(line);
    await agent.answers();
    await customer.call.media.hears('agent');
    await customer.call.bye();
    await flows.finished(customer);
    await agent.ask('offline');
    const late = await flows.call(line);
    await late.call.media.hears('prompt');
    expect(await flows.finished(late)).toMatchObject({ endCode: 'noSeatOnline' });
  });
});

describe('IVR-21 agents that the business names', () => {
  /** Two agents, of whom `second` is asked first where nothing else is said, and a line that asks the business. */
  async function asking(answer: object | { status: number; body: string } | string) {
    const { world } = on.centre;
    const group = await on.centre.group({ strategy: 'priority' });
    const first = await on.centre.agent([group], { priority: 5 });
    const second = await on.centre.agent([group], { party: 'supervisor', priority: 1 });
    const path = world.newPath('seats');
    const reply =
      typeof answer === 'string' ? { body: answer } : 'status' in answer ? answer : { body: JSON.stringify(answer) };
    world.backend.answer(path, reply);
    const node = { skillGroupId: group.id, specifiedAgentsUrl: world.backend.url(path) };
    return { first, second, path, group, line: await flows.line([{ id: 'agents', kind: 'toSkillGroup', ...node }]) };
  }

  it('asks by the published contract, and rings the first available one of the list', async () => {
    const { world } = on.centre;
    const made = await asking({ ErrCode: 0, SeatEmails: [] });
    const third = await on.centre.agent([made.group], { online: false });
    world.backend.answer(made.path, {
      body: JSON.stringify({ ErrCode: 0, SeatEmails: [third.record.email, made.first.record.email] }),
    });
    const customer = await flows.call(made.line);
    await made.first.answers();
    await customer.call.media.hears('agent');
    expect(made.second.rung).toBe(0);
    const body = await world.backend.request(made.path);
    const request = world.backend.requests.all.find(({ path }) => path === made.path)!;
    expect([request.method, String(request.query)]).toEqual(['POST', 'action=specifiedSeat&version=1']);
    expect(body).toMatchObject({
      RequestId: expect.any(String),
      Timestamp: expect.any(Number),
      SdkAppId: expect.any(String),
      SessionType: 'tel',
      User: `00${customer.from.slice(1)}`,
    });
    await customer.call.bye();
  });

  it('queues for the group that the answer names', async () => {
    const { world } = on.centre;
    const made = await asking({ ErrCode: 0, SeatEmails: [] });
    const other = await on.centre.group();
    const expert = await on.centre.agent([other]);
    world.backend.answer(made.path, { body: JSON.stringify({ ErrCode: 0, SeatEmails: [], SkillGroup: other.name }) });
    const customer = await flows.call(made.line);
    await expert.answers();
    await customer.call.media.hears('agent');
    await customer.call.bye();
    expect(await flows.finished(customer)).toMatchObject({ skillGroupId: other.id });
  });

  it.each([
    ['answers an error', { ErrCode: 7, ErrMsg: 'no', SeatEmails: ['x@example.com'] }],
    ['fails', { status: 500, body: '{}' }],
    ['answers no JSON', '<html>'],
    ['names nobody who exists, and a group that does not', { SeatEmails: ['nobody@example.com'], SkillGroup: 'None' }],
  ])('goes on as usual where it %s', async (_what, answer) => {
    const { second, line } = await asking(answer);
    const customer = await flows.call(line);
    await second.answers();
    await customer.call.media.hears('supervisor');
    await customer.call.bye();
  });

  it('goes on as usual where none of them is available', async () => {
    const { first, second, path, line } = await asking({ SeatEmails: [] });
    on.centre.world.backend.answer(path, { body: JSON.stringify({ SeatEmails: [first.record.email] }) });
    await first.ask('notReady');
    const customer = await flows.call(line);
    await second.answers();
    await customer.call.media.hears('supervisor');
    await customer.call.bye();
  });
});

describe('to an agent', () => {
  it('rings the agent that a variable names, by staff number, and nobody else', async () => {
    const group = await on.centre.group();
    const boss = await on.centre.agent([group], { more: { staffNumber: '7007' } });
    const other = await on.centre.agent([group], { party: 'supervisor' });
    const line = await flows.line([
      { id: 'set', kind: 'setVariable', variables: [{ name: 'who', value: '7007' }], exits: { next: 'boss' } },
      { id: 'boss', kind: 'toAgent', agent: '${who}' },
    ]);
    const customer = await flows.call(line);
    await boss.answers();
    await customer.call.media.hears('agent');
    expect(other.rung).toBe(0);
    await customer.call.bye();
  });

  it('leaves by `failed` where there is no such agent', async () => {
    const failed = await flows.tone('prompt');
    const line = await flows.line([
      { id: 'boss', kind: 'toAgent', agent: '9999', exits: { failed: 'bye' } },
      { id: 'bye', kind: 'end', prompts: [failed] },
    ]);
    const customer = await flows.call(line);
    await customer.call.media.hears('prompt');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
  });
});
