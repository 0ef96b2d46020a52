import { beforeAll, describe, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { quiet, toneWav, useWorld } from '../world.js';
import { type ContactView, Desk } from './desk.js';

const on = useWorld({ name: 'waiting', redisDatabase: 97 });
let desk: Desk;
beforeAll(async () => {
  desk = new Desk(on.world);
  const waiting = await on.world.api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('prompt', 1));
  await on.world.api.patch('/v1/contact-centre', { waitingAudioId: waiting.id, afterCallWorkSeconds: 0 });
});

/** A group whose only agent is not ready: calls wait for it. */
async function waitingGroup() {
  const group = await desk.group();
  const seat = await desk.seat('agent', [group]);
  await desk.status(seat.agent, 'notReady');
  return { group, seat };
}

/** The contact of whoever called that line last. */
async function contactOf(customer: ToneCall, line: { number: string }): Promise<ContactView> {
  await customer.answered();
  return on.world.eventually('the contact', async () => {
    const { items } = await on.world.api.get<{ items: ContactView[] }>('/v1/contacts?limit=100');
    return items.find((contact) => contact.line === line.number);
  });
}

describe('a customer who waits for an agent', () => {
  it('IVR-13 is offered to agents of its group only, and the record says which and when', async () => {
    const [group, other] = [await desk.group(), await desk.group()];
    const [seat, bystander] = [await desk.seat('agent', [group]), await desk.seat('supervisor', [other])];
    const { customer, contactId } = await desk.talk(await desk.line(group), seat);
    expect(bystander.phone.incoming.all).toHaveLength(0);
    await customer.bye();
    expect(await desk.record(contactId)).toMatchObject({ skillGroupId: group.id, queuedAt: expect.any(String) });
  });

  it('IVR-14 hears the transfer prompt once, then the waiting audio', async () => {
    const { group } = await waitingGroup();
    const line = await on.world.line([
      { verb: 'play', url: '/music.wav' },
      { verb: 'enqueue', skillGroup: group.name },
    ]);
    const customer = await on.world.call(line);
    await customer.media.hears('music');
    await customer.media.hears('prompt');
    await customer.bye();
  });

  it('IVR-15 hears music until answered, and its place gets smaller when a caller ahead leaves', async () => {
    const { group, seat } = await waitingGroup();
    const waitUrl = on.world.script([{ verb: 'play', url: '/music.wav' }], 'wait');
    const first = await on.world.call(await desk.line(group));
    await first.media.hears('prompt');
    const second = await on.world.call(await desk.line(group));
    await second.media.hears('prompt');
    const third = await on.world.call(await desk.line(group, { waitUrl }));
    await third.media.hears('music');
    const asking = async (position: number) =>
      on.world.eventually(`place ${position}`, async () => {
        const asked = await Promise.all(
          Array.from({ length: on.world.backend.count(waitUrl) }, (_, at) => on.world.result(waitUrl, at + 1)),
        );
        return asked.find(({ queuePosition }) => queuePosition === position);
      });
    expect(await asking(3)).toMatchObject({ queueResult: 'waiting', queueSize: 3 });
    await first.bye();
    expect(await asking(2)).toMatchObject({ queueSize: 2 });
    await second.bye();
    await desk.status(seat.agent, 'free');
    const call = await seat.phone.nextCall();
    await third.media.hears('music');
    await call.answer();
    await Promise.all([third.media.hears('agent'), call.media.hears('caller')]);
    await third.bye();
  });

  it('IVR-16 IVR-17 hears the time-out prompt; any key stays, # leaves as waitingGiveUp', async () => {
    const { group } = await waitingGroup();
    const line = await desk.line(group, {
      timeout: 1,
      timeoutGrace: 30,
      timeoutPrompts: [{ verb: 'play', url: '/music.wav', loop: 3 }],
    });
    const customer = await on.world.call(line);
    await customer.media.hears('prompt');
    await customer.media.hears('music');
    await customer.media.sendDigits('5');
    await customer.media.hears('prompt');
    await customer.media.hears('music');
    await customer.media.sendDigits('#');
    expect(await customer.ended).toEqual({ by: 'them', how: 'BYE' });
    const { id } = await contactOf(customer, line);
    expect(await desk.record(id)).toMatchObject({ endCode: 'waitingGiveUp', endCodeNumber: 103 });
  });

  it('IVR-18 is told at once that nobody is there: noSeatOnline', async () => {
    const { group, seat } = await waitingGroup();
    await desk.status(seat.agent, 'offline');
    const action = on.world.script([{ verb: 'play', url: '/music.wav' }], 'failed');
    const line = await desk.line(group, { action });
    const customer = await on.world.call(line);
    await customer.media.hears('music');
    expect(await on.world.result(action)).toMatchObject({ queueResult: 'noSeatOnline' });
    expect(await customer.ended).toEqual({ by: 'them', how: 'BYE' });
    const { id } = await contactOf(customer, line);
    expect(await desk.record(id)).toMatchObject({ endCode: 'noSeatOnline', endCodeNumber: 105 });
  });

  it('IVR-19 hears a prompt on connect, which the agent does not, before the talk', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const line = await desk.line(group, { connectPrompts: [{ verb: 'play', url: '/music.wav', loop: 2 }] });
    const customer = await on.world.call(line);
    const call = await seat.phone.nextCall();
    await call.answer();
    await customer.media.hears('music');
    expect(await call.media.listen(300)).toEqual([]);
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    await customer.bye();
  });

  it('goes on with its script when the agent hangs up, and the talk is in a recording', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const action = on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }], 'survey');
    const line = await desk.line(group, { action, record: 'record-from-answer-dual' });
    const { customer, call, contactId } = await desk.talk(line, seat);
    await call.bye();
    await customer.media.hears('music');
    const { queueResult, agentId, recordingId } = await on.world.result(action);
    expect([queueResult, agentId]).toEqual(['connected', seat.agent.id]);
    await customer.bye();
    const record = await desk.record(contactId);
    expect(record).toMatchObject({ endedBy: 'agent', recordingIds: [recordingId] });
  });

  it('that hangs up is out of the queue at once', async () => {
    const { group, seat } = await waitingGroup();
    const line = await desk.line(group);
    const customer = await on.world.call(line);
    await customer.media.hears('prompt');
    await customer.bye();
    const { id } = await contactOf(customer, line);
    expect(await desk.record(id)).toMatchObject({ endCode: 'waitingGiveUp', endedBy: 'customer' });
    await desk.status(seat.agent, 'free');
    await quiet(customer);
    expect(seat.phone.incoming.all).toHaveLength(0);
  });
});
