import { beforeAll, describe, expect, it } from 'vitest';
import { useCentre } from '../contact-centre/centre.js';
import { quiet, toneWav, wavReply } from '../world.js';
import { FlowCentre } from './flow-centre.js';

const on = useCentre({ name: 'flows_to_a_group', redisDatabase: 70 });
let flows: FlowCentre;
beforeAll(async () => {
  flows = new FlowCentre(on.centre);
  await on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
});

/** An agent of a group of its own, who is not ready: calls wait for it. */
async function awayFromDesk() {
  const group = await on.centre.group();
  const agent = await on.centre.agent([group]);
  await agent.ask('notReady');
  return { group, agent };
}
const toGroup = (skillGroupId: string, more: object = {}) => ({
  id: 'agents',
  kind: 'toSkillGroup',
  skillGroupId,
  ...more,
});

describe.concurrent('a flow that puts callers through', () => {
  it('IVR-13 rings only agents of its group; the record says which group it was and when it was queued', async () => {
    const [group, other] = [await on.centre.group(), await on.centre.group()];
    const agent = await on.centre.agent([group]);
    const bystander = await on.centre.agent([other], { party: 'supervisor' });
    const customer = await flows.call(await flows.line([toGroup(group.id)]));
    const call = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), call.media.hears('caller')]);
    expect(bystander.rung).toBe(0);
    await call.bye();
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(record).toMatchObject({ skillGroupId: group.id, endCode: 'ok', endedBy: 'agent' });
    expect(Date.parse(record.queuedAt!)).toBeGreaterThanOrEqual(Date.parse(record.startedAt));
    expect(flows.events(customer)).toEqual([
      'started',
      'queued',
      'offered',
      'accepted',
      'participant-joined',
      'participant-left',
      'participant-left',
      'completed',
    ]);
  });

  it('IVR-14 plays its prompt once as the transfer starts, before the waiting audio', async () => {
    const { group } = await awayFromDesk();
    const [prompt, music] = [await flows.tone('prompt', 2), await flows.tone('music')];
    const line = await flows.line([toGroup(group.id, { prompts: [prompt], waitPrompts: [music] })]);
    const customer = await flows.call(line);
    await customer.call.media.hears('prompt');
    expect((await flows.now(customer)).queuedAt).toBeNull();
    await customer.call.media.hears('music');
    expect((await flows.now(customer)).status).toBe('queued');
    expect(await customer.call.media.listen(2500)).toEqual(['music']);
    await customer.call.bye();
    expect(await flows.finished(customer)).toMatchObject({ endCode: 'waitingGiveUp', endedBy: 'customer' });
  });

  it('IVR-15 says how many are ahead, fewer after one has left, and goes on until answered', async () => {
    const { world } = on.centre;
    const { group, agent } = await awayFromDesk();
    const music = await flows.tone('music');
    const first = await flows.call(await flows.line([toGroup(group.id, { waitPrompts: [music] })]));
    await first.call.media.hears('music');
    const second = await flows.call(await flows.line([toGroup(group.id, { waitPrompts: [music] })]));
    await second.call.media.hears('music');
    world.backend.answer('/ahead-2.wav', wavReply(toneWav('prompt', 1)));
    world.backend.answer('/ahead-1.wav', wavReply(toneWav('supervisor', 1)));
    const url = `${world.backend.url('/ahead-')}\${WaitNo}.wav`;
    const third = await flows.call(await flows.line([toGroup(group.id, { waitPrompts: [{ verb: 'play', url }] })]));
    await third.call.media.hears('prompt');
    await first.call.bye();
    await third.call.media.hears('supervisor');
    await second.call.bye();
    await agent.ask('free');
    const call = await agent.answers();
    await Promise.all([third.call.media.hears('agent'), call.media.hears('caller')]);
    await third.call.bye();
  });

  it('IVR-15 runs a waiting flow again and again; its key leaves the queue', async () => {
    const { group } = await awayFromDesk();
    const [prompt, bye] = [await flows.tone('prompt'), await flows.tone('supervisor')];
    const waitFlowId = await flows.flow([
      {
        id: 'menu',
        kind: 'menu',
        prompts: [prompt],
        keys: [{ key: '9', label: 'Leave', next: 'out' }],
        timeout: 1,
        exits: { timeout: 'on' },
      },
      { id: 'on', kind: 'end' },
      { id: 'out', kind: 'end', leave: true },
    ]);
    const nodes = [
      toGroup(group.id, { waitFlowId, exits: { left: 'bye' } }),
      { id: 'bye', kind: 'end', prompts: [bye] },
    ];
    const customer = await flows.call(await flows.line(nodes));
    await customer.call.media.hears('prompt');
    await quiet(customer.call);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('9');
    await customer.call.media.hears('supervisor');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(record).toMatchObject({ endCode: 'waitingGiveUp', keys: [{ key: '9', label: 'Leave' }] });
  });

  it('IVR-16 IVR-17 plays exactly its prompt at the time-out; 5 keeps the place, # leaves with 103', async () => {
    const { group, agent } = await awayFromDesk();
    const [music, prompt] = [await flows.tone('music'), await flows.tone('prompt', 3)];
    const node = toGroup(group.id, { waitPrompts: [music], timeout: 2, timeoutPrompts: [prompt], timeoutGrace: 30 });
    const line = await flows.line([node]);
    const customer = await flows.call(line);
    await customer.call.media.hears('music');
    await customer.call.media.hears('prompt');
    expect(await customer.call.media.listen(500)).toEqual(['prompt']);
    const { queuedAt } = await flows.now(customer);
    await customer.call.media.sendDigits('5');
    await customer.call.media.hears('music');
    const later = await flows.call(await flows.line([toGroup(group.id, { waitPrompts: [music] })]));
    await later.call.media.hears('music');
    expect(await flows.now(customer)).toMatchObject({ status: 'queued', queuedAt });
    await customer.call.media.hears('prompt');
    await agent.ask('free');
    // Its place was kept: it is served first.
    const call = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), call.media.hears('caller')]);
    await agent.ask('notReady');
    await call.bye();
    await later.call.bye();
    const leaver = await flows.call(line);
    await leaver.call.media.hears('prompt');
    await leaver.call.media.sendDigits('#');
    expect(await leaver.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await flows.finished(leaver)).toMatchObject({ endCode: 'waitingGiveUp', endCodeNumber: 103 });
  });

  it('IVR-16 hangs up some time after the time-out prompt where no key comes', async () => {
    const { group } = await awayFromDesk();
    const prompt = await flows.tone('prompt');
    const line = await flows.line([toGroup(group.id, { timeout: 1, timeoutPrompts: [prompt], timeoutGrace: 1 })]);
    const customer = await flows.call(line);
    await customer.call.media.hears('prompt');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await flows.finished(customer)).toMatchObject({ endCode: 'waitingGiveUp', endedBy: 'system' });
  });

  it('IVR-18 tells at once that nobody is online, without queueing, then goes its failure path: 105', async () => {
    const { group, agent } = await awayFromDesk();
    await agent.ask('offline');
    const [transfer, nobody, failed] = [
      await flows.tone('music'),
      await flows.tone('prompt'),
      await flows.tone('supervisor'),
    ];
    const nodes = [
      toGroup(group.id, { prompts: [transfer], noSeatPrompts: [nobody], exits: { noSeatOnline: 'bye' } }),
      { id: 'bye', kind: 'end', prompts: [failed] },
    ];
    const customer = await flows.call(await flows.line(nodes));
    await customer.call.media.hears('prompt');
    await customer.call.media.hears('supervisor');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(record).toMatchObject({
      endCode: 'noSeatOnline',
      endCodeNumber: 105,
      skillGroupId: group.id,
      queuedAt: null,
    });
    expect(flows.events(customer)).toEqual(['started', 'participant-left', 'completed']);
  });

  it('IVR-18 keeps a caller in the queue while the agents are busy or not ready', async () => {
    const { group, agent } = await awayFromDesk();
    const customer = await flows.call(
      await flows.line([toGroup(group.id, { waitPrompts: [await flows.tone('music')] })]),
    );
    await customer.call.media.hears('music');
    await agent.ask('free');
    const call = await agent.answers();
    await call.media.hears('caller');
    await customer.call.bye();
  });

  it('IVR-19 tells the customer the staff number of the agent who answers, who does not hear it, then they talk', async () => {
    const { world } = on.centre;
    const group = await on.centre.group();
    const agent = await on.centre.agent([group], { more: { staffNumber: '1005' } });
    world.backend.answer('/staff-1005.wav', wavReply(toneWav('prompt', 2)));
    const url = `${world.backend.url('/staff-')}\${StaffNo}.wav`;
    const line = await flows.line([toGroup(group.id, { connectPrompts: [{ verb: 'play', url }] })]);
    const customer = await flows.call(line);
    const call = await agent.answers();
    await customer.call.media.hears('prompt');
    expect(await call.media.listen(300)).toEqual([]);
    await Promise.all([customer.call.media.hears('agent'), call.media.hears('caller')]);
    await customer.call.bye();
  });

  it('a caller who hangs up before it is queued, and one who only heard an announcement, have whole records', async () => {
    const prompt = await flows.tone('prompt', 2);
    const line = await flows.line([{ id: 'end', kind: 'end', prompts: [prompt] }]);
    const [gone, patient] = [await flows.call(line), await flows.call(line)];
    await gone.call.media.hears('prompt');
    expect(await flows.now(gone)).toMatchObject({ status: 'ivr', queuedAt: null, customer: gone.from });
    await gone.call.bye();
    expect(await flows.finished(gone)).toMatchObject({ endCode: 'ivrGiveUp', endCodeNumber: 102, endedBy: 'customer' });
    expect(await patient.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(patient);
    expect(record).toMatchObject({ endCode: 'ivrEnd', endCodeNumber: 107, endedBy: 'system', direction: 'inbound' });
    expect(record).toMatchObject({ line: line.number, participants: [{ type: 'customer', endCode: 'ivrEnd' }] });
    expect(flows.events(patient)).toEqual(['started', 'participant-left', 'completed']);
    const { callId } = record.participants[0]!;
    expect(await on.centre.world.cdr(callId!)).toMatchObject({ from: patient.from, to: line.number });
  });
});
