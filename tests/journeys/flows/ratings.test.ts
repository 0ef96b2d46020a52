import { beforeAll, describe, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { type CentreAgent, type ContactView, useCentre } from '../contact-centre/centre.js';
import { FlowCentre, type FlowNode } from './flow-centre.js';

const on = useCentre({ name: 'flows_ratings', redisDatabase: 72 });
let flows: FlowCentre;
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  flows = new FlowCentre(on.centre);
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
});

const keys = [
  { key: '1', label: 'satisfied' },
  { key: '0', label: 'not satisfied' },
];

/** A survey: its guidance is `prompt`, its thanks is `music`. */
async function survey(more: object = {}): Promise<FlowNode> {
  const [guidance, thanks] = [await flows.tone('prompt', 2), await flows.tone('music')];
  return { id: 'survey', kind: 'survey', prompts: [guidance], keys, endPrompts: [thanks], timeout: 2, ...more };
}

const pressed = ({ key, label }: { key: string; label: string }) => [key, label];

describe('a survey in a flow', () => {
  it('IVR-22 IVR-23 is heard; the key and what it stands for are in the record', async () => {
    const customer = await flows.call(await flows.line([await survey()]));
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1');
    await customer.call.media.hears('music');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(record.ratings.map(pressed)).toEqual([['1', 'satisfied']]);
    expect(Date.parse(record.ratings[0]!.pressedAt)).toBeGreaterThan(Date.parse(record.startedAt));
  });

  it('IVR-23 is noInput where no key comes, and where the caller hangs up meanwhile', async () => {
    const line = await flows.line([await survey()]);
    const [silent, gone] = [await flows.call(line), await flows.call(line)];
    await gone.call.media.hears('prompt');
    await gone.call.bye();
    expect(await silent.call.ended).toEqual({ by: 'them', how: 'BYE' });
    for (const customer of [silent, gone]) {
      expect((await flows.finished(customer)).ratings.map(pressed)).toEqual([['noInput', '']]);
    }
  });

  it('IVR-24 sends key and label, kept in variables, to an API that follows', async () => {
    const { world } = on.centre;
    const path = world.newPath('rating');
    world.backend.answer(path, { body: '{}' });
    const line = await flows.line([
      await survey({ variable: 'rating', exits: { next: 'tell' } }),
      {
        id: 'tell',
        kind: 'callApi',
        url: world.backend.url(path),
        inputs: [
          { name: 'key', value: '${rating}' },
          { name: 'label', value: '${ratingLabel}' },
        ],
        exits: { next: 'end' },
      },
      { id: 'end', kind: 'end' },
    ]);
    const customer = await flows.call(line);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('0');
    expect(await world.backend.request(path)).toEqual({ key: '0', label: 'not satisfied' });
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
  });

  it('follows a talk by the exit `ended`, once, also where the centre has a survey of its own', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const own = await flows.flow([{ id: 'other', kind: 'survey', prompts: [await flows.tone('supervisor')], keys }]);
    await on.centre.settings({ inboundSurveyFlowId: own });
    const line = await flows.line([
      { id: 'agents', kind: 'toSkillGroup', skillGroupId: group.id, exits: { ended: 'survey' } },
      await survey(),
    ]);
    const customer = await flows.call(line);
    const call = await agent.answers();
    await customer.call.media.hears('agent');
    await call.bye();
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('1');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(record.ratings.map(pressed)).toEqual([['1', 'satisfied']]);
    expect(record).toMatchObject({ endCode: 'ok', endedBy: 'agent' });
  });
});

describe('OUTSET-05 a survey after a talk', () => {
  /** The agent calls a customer, and both talk. */
  async function callOut(agent: CentreAgent): Promise<{ own: ToneCall; call: ToneCall; contactId: string }> {
    const to = on.centre.world.newNumber('a');
    const contact = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
    const own = await agent.answers();
    const call = await on.centre.world.carried('a', to);
    await call.answer();
    await Promise.all([call.media.hears('agent'), own.media.hears('callee')]);
    return { own, call, contactId: contact.id };
  }

  it('asks the customer of a call out when the agent hangs up: guidance, key, thanks, BYE; the agent works on at once', async () => {
    await on.centre.settings({ surveyFlowId: await flows.flow([await survey()]), afterCallWorkSeconds: 300 });
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, call, contactId } = await callOut(agent);
    await own.bye();
    await call.media.hears('prompt');
    await agent.is('afterCallWork');
    await call.media.sendDigits('1');
    await call.media.hears('music');
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished({ contactId });
    expect(record.ratings.map(pressed)).toEqual([['1', 'satisfied']]);
    expect(record).toMatchObject({ endCode: 'ok', endedBy: 'agent', direction: 'outbound' });
  });

  it('asks nobody who hangs up first', async () => {
    await on.centre.settings({ surveyFlowId: await flows.flow([await survey()]), afterCallWorkSeconds: 0 });
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, call, contactId } = await callOut(agent);
    await call.bye();
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished({ contactId });
    expect(record).toMatchObject({ endedBy: 'customer', ratings: [] });
  });

  it('asks a customer who called in, where its script has nothing to do after the talk', async () => {
    await on.centre.settings({ inboundSurveyFlowId: await flows.flow([await survey()]), afterCallWorkSeconds: 0 });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const flow = await flows.line([{ id: 'agents', kind: 'toSkillGroup', skillGroupId: group.id }]);
    const script = await on.centre.line(group, { afterTalk: 'hangup' });
    const byFlow = await flows.call(flow);
    const call = await agent.answers();
    await byFlow.call.media.hears('agent');
    await call.bye();
    await byFlow.call.media.hears('prompt');
    await byFlow.call.media.sendDigits('1');
    expect(await byFlow.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await flows.finished(byFlow)).ratings.map(pressed)).toEqual([['1', 'satisfied']]);
    await agent.is('free');
    const caller = await on.centre.call(script);
    const second = await agent.answers();
    await caller.call.media.hears('agent');
    await second.bye();
    await caller.call.media.hears('prompt');
    await caller.call.media.sendDigits('0');
    expect(await caller.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await flows.finished(caller)).ratings.map(pressed)).toEqual([['0', 'not satisfied']]);
  });
});
