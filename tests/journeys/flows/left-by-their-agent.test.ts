import { beforeAll, describe, expect, it } from 'vitest';
import { type ContactView, useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';
import { FlowCentre, type FlowNode } from './flow-centre.js';

const options = { name: 'left_by_agent', redisDatabase: 219, nodes: 1, ownSound: true };
const nodes = new SeveralNodes(options);
const on = useCentre(options, () => nodes.start());
let flows: FlowCentre;
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
  flows = new FlowCentre(on.centre);
});

async function restart(): Promise<void> {
  await nodes.kill('media-1');
  await nodes.startAgain('media-1');
}

/** A survey: its guidance is `prompt`, its thanks is `music`. */
async function survey(): Promise<FlowNode> {
  const [guidance, thanks] = [await flows.tone('prompt'), await flows.tone('music')];
  const keys = [{ key: '1', label: 'satisfied' }];
  return { id: 'survey', kind: 'survey', prompts: [guidance], keys, endPrompts: [thanks], timeout: 60 };
}

const rated = ({ ratings }: { ratings: readonly { key: string; label: string }[] }) =>
  ratings.map(({ key, label }) => [key, label]);

describe('customers whom their agent has left, when their node is killed and comes back', () => {
  it('go on in their flow: they are asked for a rating again, and the record has one', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const line = await flows.line([
      { id: 'agents', kind: 'toSkillGroup', skillGroupId: group.id, exits: { ended: 'survey' } },
      await survey(),
    ]);
    const customer = await flows.call(line);
    const { media } = customer.call;
    const seat = await agent.answers();
    await media.hears('agent');
    await seat.bye();
    await media.hears('prompt');
    await media.hears();
    await restart();
    await media.hears('prompt');
    await media.sendDigits('1');
    await media.hears('music');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(rated(record)).toEqual([['1', 'satisfied']]);
    expect(record).toMatchObject({ endCode: 'ok', endedBy: 'agent' });
    expect(record.participants.map(({ endCode }) => endCode)).toEqual(['ok', 'ok']);
    expect(agent.rung).toBe(1);
  });

  it('are asked by the centre’s own survey again, and not queued again', async () => {
    await on.centre.settings({ inboundSurveyFlowId: await flows.flow([await survey()]) });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const customer = await on.centre.call(await on.centre.line(group, { afterTalk: 'hangup' }));
    const { media } = customer.call;
    const seat = await agent.answers();
    await media.hears('agent');
    await seat.bye();
    await media.hears('prompt');
    await media.hears();
    await restart();
    await media.hears('prompt');
    await media.sendDigits('1');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(rated(await flows.finished(customer))).toEqual([['1', 'satisfied']]);
    expect(agent.rung).toBe(1);
  });

  it('wait on for the group to which their script sent them next, as long as they have waited', async () => {
    const { world } = on.centre;
    const [first, second] = [await on.centre.group(), await on.centre.group()];
    const [one, two] = [await on.centre.agent([first]), await on.centre.agent([second], { party: 'supervisor' })];
    await two.ask('notReady');
    const after = world.script(
      [
        {
          verb: 'enqueue',
          skillGroup: second.id,
          whenNoSeat: 'wait',
          waitPrompts: [{ verb: 'play', url: '/music.wav' }],
        },
      ],
      'second',
    );
    const customer = await on.centre.call(await on.centre.line(first, { action: after }));
    const seat = await one.answers();
    await customer.call.media.hears('agent');
    await seat.bye();
    await customer.call.media.hears('music');
    expect(await world.result(after)).toMatchObject({ queueResult: 'connected', agentId: one.id });
    await restart();
    await customer.call.media.hears('music');
    await two.ask('free');
    const next = await two.answers();
    await Promise.all([customer.call.media.hears('supervisor'), next.media.hears('caller')]);
    await customer.call.bye();
    await next.ended;
    const { participants } = await on.centre.finished(customer);
    expect(participants.map(({ agentId, endCode }) => [agentId, endCode])).toEqual([
      [null, 'ok'],
      [one.id, 'ok'],
      [two.id, 'ok'],
    ]);
    expect(one.rung).toBe(1);
  });

  it('OUTSET-05 are asked again whom an agent had called', async () => {
    await on.centre.settings({ surveyFlowId: await flows.flow([await survey()]), afterCallWorkSeconds: 300 });
    const agent = await on.centre.agent([await on.centre.group()]);
    const to = on.centre.world.newNumber('a');
    const { id: contactId } = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
    const own = await agent.answers();
    const call = await on.centre.world.carried('a', to);
    await call.answer();
    await Promise.all([call.media.hears('agent'), own.media.hears('callee')]);
    await own.bye();
    await call.media.hears('prompt');
    await call.media.hears();
    await restart();
    await call.media.hears('prompt');
    await call.media.sendDigits('1');
    await call.media.hears('music');
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(rated(await flows.finished({ contactId }))).toEqual([['1', 'satisfied']]);
    await agent.is('afterCallWork');
  });
});
