import { beforeAll, describe, expect, it } from 'vitest';
import { useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';
import { heardWithoutGap, sinceNow } from '../without-gap.js';
import { FlowCentre } from './flow-centre.js';
import { end, playing, tonesHeardBy } from './flow-line.js';

const options = { name: 'flows_outlive', redisDatabase: 175, nodes: 1, ownSound: true };
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

const toGroup = (skillGroupId: string, more: object = {}) => ({
  id: 'agents',
  kind: 'toSkillGroup',
  skillGroupId,
  ...more,
});

describe('callers in flows whose node is killed and comes back', () => {
  it('go on at the menu at which they were, with their variables and their keys', async () => {
    const [welcome, ask, answer] = [
      await flows.tone('prompt'),
      await flows.tone('supervisor'),
      await flows.tone('music'),
    ];
    const line = await flows.line([
      { id: 'welcome', kind: 'menu', timeout: 60, prompts: [welcome], keys: [{ key: '1', label: 'One', next: 'set' }] },
      { id: 'set', kind: 'setVariable', variables: [{ name: 'vip', value: 'yes' }], exits: { next: 'menu' } },
      { id: 'menu', kind: 'menu', timeout: 60, prompts: [ask], keys: [{ key: '2', label: 'Two', next: 'check' }] },
      {
        id: 'check',
        kind: 'condition',
        rules: [{ all: [{ value: '${vip}', operator: 'equals', operand: 'yes' }], next: 'good' }],
        exits: { default: 'end' },
      },
      playing('good', answer),
      end,
    ]);
    const customer = await flows.call(line);
    const { media } = customer.call;
    await media.hears('prompt');
    await media.sendDigits('1');
    await media.hears('supervisor');
    await media.hears();
    await restart();
    await media.hears('supervisor');
    await media.sendDigits('2');
    await media.hears('music');
    await customer.call.ended;
    expect(tonesHeardBy(customer)).toEqual(['prompt', 'supervisor', 'supervisor', 'music']);
    expect(await flows.finished(customer)).toMatchObject({
      endCode: 'ivrEnd',
      keys: [
        { key: '1', label: 'One' },
        { key: '2', label: 'Two' },
      ],
    });
  });

  it('wait on for their group, as long as they have waited, without its prompt again', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    await agent.ask('notReady');
    const [prompt, wait, bye] = [
      await flows.tone('prompt'),
      await flows.tone('music', 2),
      await flows.tone('supervisor'),
    ];
    const line = await flows.line([
      toGroup(group.id, { prompts: [prompt], waitPrompts: [wait], exits: { ended: 'bye' } }),
      playing('bye', bye),
      end,
    ]);
    const customer = await flows.call(line);
    await customer.call.media.hears('music');
    const { queuedAt } = await flows.now(customer);
    await restart();
    await customer.call.media.hears('music');
    await agent.ask('free');
    const seat = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);

    const marks = [sinceNow(customer.call), sinceNow(seat)] as const;
    await restart();
    await Promise.all([customer.call.media.listen(1000), seat.media.listen(1000)]);
    heardWithoutGap(customer.call, marks[0], 'agent');
    heardWithoutGap(seat, marks[1], 'caller');
    await seat.bye();
    await customer.call.media.hears('supervisor');
    await customer.call.ended;
    expect(tonesHeardBy(customer).filter((party) => party === 'prompt')).toHaveLength(1);
    const record = await flows.finished(customer);
    expect(record).toMatchObject({ endCode: 'ok', endedBy: 'agent', queuedAt });
    expect(record.participants.map(({ endCode }) => endCode)).toEqual(['ok', 'ok']);
  });
});
