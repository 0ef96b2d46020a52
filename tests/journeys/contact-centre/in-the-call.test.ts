import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { ourNumber, quiet, toneWav, useWorld } from '../world.js';
import { Desk } from './desk.js';

const on = useWorld({ name: 'in_the_call', redisDatabase: 33 });
let desk: Desk;
beforeAll(async () => {
  desk = new Desk(on.world);
  const upload = async (party: 'music' | 'prompt') =>
    (await on.world.api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav(party, 2))).id;
  const [holdAudioId, waitingAudioId] = [await upload('music'), await upload('prompt')];
  await on.world.api.patch('/v1/contact-centre', { holdAudioId, waitingAudioId, afterCallWorkSeconds: 0 });
  await on.world.api.patch(`/v1/accounts/${on.world.firstAccount.accountId}`, { edition: 'premium' });
});

/** An agent and a customer in a call. */
async function talk() {
  const group = await desk.group();
  const seat = await desk.seat('agent', [group]);
  return { agentId: seat.agent.id, ...(await desk.talk(await desk.line(group), seat)) };
}

/** The agent has somebody outside join the call. */
async function outsiderJoins(contactId: string, agentId: string): Promise<ToneCall> {
  const number = on.world.newNumber('a');
  await desk.act(contactId, 'invite', { agentId, to: { type: 'number', number, callerId: ourNumber } });
  const third = await on.world.carried('a', number);
  await third.answer();
  return third;
}

describe('an agent in a call', () => {
  it('SOFTIN-08 puts the customer on hold, who hears the hold audio and not the agent, and takes it back', async () => {
    const { agentId, customer, call, contactId } = await talk();
    await desk.act(contactId, 'hold', { agentId });
    await customer.media.hears('music');
    expect(await call.media.listen(500)).toEqual([]);
    await desk.act(contactId, 'retrieve', { agentId });
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    expect((await desk.trail(contactId)).slice(-2)).toEqual(['hold', 'unhold']);
    await customer.bye();
    expect((await desk.record(contactId)).participants[0]!.heldSeconds).toBeGreaterThan(0);
  });

  it('SOFTIN-09 mutes: the customer hears nothing, the agent hears the customer', async () => {
    const { agentId, customer, call, contactId } = await talk();
    const muted = async () => (await desk.get(contactId)).participants.map((participant) => participant.muted);
    await desk.act(contactId, 'mute', { agentId });
    await quiet(customer);
    await call.media.hears('caller');
    expect(await muted()).toEqual([false, true]);
    await desk.act(contactId, 'unmute', { agentId });
    await customer.media.hears('agent');
    expect(await muted()).toEqual([false, false]);
    expect((await desk.trail(contactId)).slice(-2)).toEqual(['mute', 'unmute']);
    await customer.bye();
  });

  it('SOFTIN-10 transfers to a group: one record with both agents', async () => {
    const [group, other] = [await desk.group(), await desk.group()];
    const [seat, target] = [await desk.seat('agent', [group]), await desk.seat('supervisor', [other])];
    const { customer, call, contactId } = await desk.talk(await desk.line(group), seat);
    await desk.act(contactId, 'transfer', { agentId: seat.agent.id, to: { type: 'group', skillGroupId: other.id } });
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    await customer.media.hears('prompt');
    const second = await target.phone.nextCall();
    expect(headerOf(second.invitation, 'From')).toContain('+15550199');
    await second.answer();
    await Promise.all([customer.media.hears('supervisor'), second.media.hears('caller')]);
    await customer.bye();
    expect(await second.ended).toEqual({ by: 'them', how: 'BYE' });
    const { participants, endCode, endCodeNumber } = await desk.record(contactId);
    expect([endCode, endCodeNumber]).toEqual(['ok', 1]);
    expect(participants).toMatchObject([
      { type: 'customer' },
      { agentId: seat.agent.id, transferTo: 2, endCode: 'seatForward' },
      { agentId: target.agent.id, transferFrom: 1, endCode: 'ok' },
    ]);
  });

  it('SOFTIN-11 transfers to an agent: nobody else rings', async () => {
    const [group, other] = [await desk.group(), await desk.group()];
    const seat = await desk.seat('agent', [group]);
    const target = await desk.seat('supervisor', [other]);
    const bystander = await desk.seat('callee', [other]);
    const { customer, contactId } = await desk.talk(await desk.line(group), seat);
    const to = { type: 'agent', agentId: target.agent.id };
    await desk.act(contactId, 'transfer', { agentId: seat.agent.id, to });
    await (await target.phone.nextCall()).answer();
    await customer.media.hears('supervisor');
    expect(bystander.phone.incoming.all).toHaveLength(0);
    await customer.bye();
  });

  it('SOFTIN-11 says that an agent cannot take the call, and the talk goes on', async () => {
    const group = await desk.group();
    const [seat, away] = [await desk.seat('agent', [group]), await desk.seat('supervisor', [await desk.group()])];
    await desk.status(away.agent, 'notReady');
    const { customer, contactId } = await desk.talk(await desk.line(group), seat);
    const { status, body } = await on.world.api.request<{ code: string }>(
      'POST',
      `/v1/contacts/${contactId}/transfer`,
      {
        agentId: seat.agent.id,
        to: { type: 'agent', agentId: away.agent.id },
      },
    );
    expect([status, body.code]).toEqual([409, 'agent-unavailable']);
    await customer.media.hears('agent');
    await customer.bye();
  });

  it('SOFTIN-12 transfers to an outside line, which sees a number of ours', async () => {
    const { agentId, customer, call, contactId } = await talk();
    const number = on.world.newNumber('a');
    await desk.act(contactId, 'transfer', {
      agentId,
      to: { type: 'number', number, callerId: ourNumber },
    });
    const outside = await on.world.carried('a', number);
    expect(headerOf(outside.invitation, 'From')).toContain(ourNumber);
    await customer.media.hears('prompt');
    await outside.answer();
    await Promise.all([customer.media.hears('callee'), outside.media.hears('caller')]);
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    await customer.bye();
    expect(await outside.ended).toEqual({ by: 'them', how: 'BYE' });
    const { participants } = await desk.record(contactId);
    expect(participants).toMatchObject([
      {},
      { endCode: 'outboundForward', transferTo: 2 },
      { type: 'outboundSeat', phone: number, transferFrom: 1 },
    ]);
    expect(await on.world.cdr(participants[2]!.callId!)).toMatchObject({ from: ourNumber, to: number });
  });

  it('SOFTIN-16 three talk, all hear each other, and the customer may leave', async () => {
    const { agentId, customer, call, contactId } = await talk();
    const third = await outsiderJoins(contactId, agentId);
    await Promise.all([
      customer.media.hears('agent', 'callee'),
      call.media.hears('caller', 'callee'),
      third.media.hears('caller', 'agent'),
    ]);
    await customer.bye();
    await Promise.all([call.media.hears('callee'), third.media.hears('agent')]);
    await third.bye();
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    const { participants, status } = await desk.record(contactId);
    expect([status, participants.length]).toEqual(['finished', 3]);
  });

  it('SOFTIN-16 the third may leave first, and the other two go on', async () => {
    const { agentId, customer, call, contactId } = await talk();
    const third = await outsiderJoins(contactId, agentId);
    await customer.media.hears('agent', 'callee');
    await third.bye();
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    await customer.bye();
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await desk.record(contactId)).participants).toHaveLength(3);
  });

  it('SOFTIN-16 two agents and a customer talk, and an agent may leave', async () => {
    const group = await desk.group();
    const [seat, other] = [await desk.seat('agent', [group]), await desk.seat('supervisor', [await desk.group()])];
    const { customer, call, contactId } = await desk.talk(await desk.line(group), seat);
    const to = { type: 'agent', agentId: other.agent.id };
    await desk.act(contactId, 'invite', { agentId: seat.agent.id, to });
    const second = await other.phone.nextCall();
    await second.answer();
    await Promise.all([customer.media.hears('agent', 'supervisor'), second.media.hears('caller', 'agent')]);
    await call.bye();
    await Promise.all([customer.media.hears('supervisor'), second.media.hears('caller')]);
    await customer.bye();
    await desk.record(contactId);
  });

  it('asks a colleague while the customer hears the hold audio, and hands the customer over', async () => {
    const group = await desk.group();
    const [seat, other] = [await desk.seat('agent', [group]), await desk.seat('supervisor', [await desk.group()])];
    const { customer, call, contactId } = await desk.talk(await desk.line(group), seat);
    const [agentId, to] = [seat.agent.id, { type: 'agent', agentId: other.agent.id }];
    await desk.act(contactId, 'consult', { agentId, to });
    await customer.media.hears('music');
    const asked = await other.phone.nextCall();
    await asked.answer();
    await Promise.all([call.media.hears('supervisor'), asked.media.hears('agent'), customer.media.hears('music')]);
    await desk.act(contactId, 'complete-consult', { agentId });
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    await Promise.all([customer.media.hears('supervisor'), asked.media.hears('caller')]);
    await customer.bye();
    const { participants } = await desk.record(contactId);
    expect(participants.map(({ transferTo, transferFrom }) => [transferTo, transferFrom])).toEqual([
      [null, null],
      [2, null],
      [null, 1],
    ]);
  });

  it('sends the customer through a script, takes it back, and neither phone was dropped', async () => {
    const { agentId, customer, call, contactId } = await talk();
    const path = on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }], 'self-service');
    await desk.act(contactId, 'script', { agentId, scriptUrl: on.world.backend.url(path) });
    await customer.media.hears('music');
    expect(await call.media.listen(300)).toEqual([]);
    await desk.act(contactId, 'take-back', { agentId });
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    const short = on.world.script([{ verb: 'play', url: '/music.wav' }], 'self-service');
    await desk.act(contactId, 'script', { agentId, scriptUrl: on.world.backend.url(short) });
    await customer.media.hears('music');
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    await customer.bye();
  });

  it('SOFTIN-17 has digits collected: the customer hears the prompt, the digits reach the callback, the talk goes on', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const prompt = await on.world.api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('music', 1));
    const path = on.world.newPath('digits');
    on.world.backend.answer(path, {});
    const { id: digitTemplateId } = await on.world.api.post<{ id: string }>('/v1/digit-templates', {
      name: path,
      prompt: { audioId: prompt.id },
      digits: 8,
      callbackUrl: on.world.backend.url(path),
    });
    const { customer, call, contactId } = await desk.talk(await desk.line(group), seat);
    await desk.act(contactId, 'collect-digits', { agentId: seat.agent.id, digitTemplateId });
    await customer.media.hears('music');
    await customer.media.sendDigits('4711#');
    expect(await on.world.backend.request(path)).toMatchObject({ contactId, digits: '4711', reason: 'complete' });
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    await customer.bye();
  });

  it('MON-03 is listened to without a trace, whispered to, barged in on and taken over', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const boss = await desk.seat('supervisor', [], { role: 'supervisor' });
    const { customer, call, contactId } = await desk.talk(await desk.line(group), seat);
    const supervise = (mode: string) => desk.act(contactId, 'supervise', { agentId: boss.agent.id, mode });
    await supervise('listen');
    const listening = await boss.phone.nextCall();
    expect(headerOf(listening.invitation, 'Call-Info')).toContain('answer-after=0');
    await listening.answer();
    await listening.media.hears('caller', 'agent');
    await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
    await supervise('whisper');
    await Promise.all([call.media.hears('caller', 'supervisor'), customer.media.hears('agent')]);
    await supervise('barge');
    await Promise.all([call.media.hears('caller', 'supervisor'), customer.media.hears('agent', 'supervisor')]);
    await desk.act(contactId, 'take-over', { agentId: boss.agent.id });
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    await Promise.all([customer.media.hears('supervisor'), listening.media.hears('caller')]);
    await customer.bye();
    const trail = await desk.trail((await desk.record(contactId)).id);
    expect(trail).toEqual(expect.arrayContaining(['listen', 'whisper', 'barge', 'takeOver']));
  });
});
