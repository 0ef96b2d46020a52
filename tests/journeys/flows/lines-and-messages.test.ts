import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { type ContactView, useCentre } from '../contact-centre/centre.js';
import { FlowCentre } from './flow-centre.js';

const on = useCentre({ name: 'flows_lines', redisDatabase: 73 });
let flows: FlowCentre;
beforeAll(async () => {
  flows = new FlowCentre(on.centre);
  await on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
});

describe('IVR-25 to an external line', () => {
  it('plays its audio until the line answers, then both talk; number and caller number are the node’s', async () => {
    const { world } = on.centre;
    const to = world.newNumber('a');
    const shown = world.newNumber();
    const { id: numberId } = await world.api.post<{ id: string }>('/v1/numbers', { number: shown });
    const { id: callInOnly } = await world.api.post<{ id: string }>('/v1/numbers', {
      number: world.newNumber(),
      callOut: false,
    });
    const { id: stopped } = await world.api.post<{ id: string }>('/v1/numbers', { number: world.newNumber() });
    await world.api.patch(`/v1/numbers/${stopped}`, { state: 'stopped' });
    const [music, bye] = [await flows.tone('music'), await flows.tone('prompt')];
    const line = await flows.line([
      {
        id: 'line',
        kind: 'toExternalLine',
        to,
        callerNumberIds: [callInOnly, stopped, numberId],
        waitPrompts: [music],
        record: 'record-from-answer-dual',
        exits: { ended: 'bye' },
      },
      { id: 'bye', kind: 'end', prompts: [bye] },
    ]);
    const customer = await flows.call(line);
    const outside = await world.carried('a', to);
    expect(headerOf(outside.invitation, 'From')).toContain(shown.slice(1));
    await customer.call.media.hears('music');
    await outside.answer();
    await Promise.all([customer.call.media.hears('callee'), outside.media.hears('caller')]);
    await outside.bye();
    await customer.call.media.hears('prompt');
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await flows.finished(customer);
    expect(record).toMatchObject({ endCode: 'outboundForward', queuedAt: null, recordingIds: [expect.any(String)] });
    expect(record.participants[1]).toMatchObject({ type: 'outboundSeat', phone: to, endCode: 'ok' });
  });

  it.each([
    ['busy', 486, 'supervisor'],
    ['noAnswer', undefined, 'callee'],
    ['failed', 503, 'music'],
  ] as const)('leaves by `%s`', async (_exit, status, heard) => {
    const { world } = on.centre;
    const to = world.newNumber('a');
    const says = async (id: string, party: 'supervisor' | 'callee' | 'music') => ({
      id,
      kind: 'end',
      prompts: [await flows.tone(party)],
    });
    const exits = { busy: 'isBusy', noAnswer: 'nobody', failed: 'broken' };
    const line = await flows.line([
      { id: 'line', kind: 'toExternalLine', to, timeout: 3, exits },
      await says('isBusy', 'supervisor'),
      await says('nobody', 'callee'),
      await says('broken', 'music'),
    ]);
    const customer = await flows.call(line);
    const outside = await world.carried('a', to);
    if (status === undefined) outside.ring();
    else outside.reject(status);
    await customer.call.media.hears(heard);
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await flows.finished(customer)).toMatchObject({ endCode: 'ivrEnd' });
  });

  it('stops ringing the line when the caller hangs up', async () => {
    const { world } = on.centre;
    const to = world.newNumber('a');
    const customer = await flows.call(await flows.line([{ id: 'line', kind: 'toExternalLine', to }]));
    const outside = await world.carried('a', to);
    outside.ring();
    await customer.call.bye();
    expect((await outside.ended).how).toBe('CANCEL');
    expect(await flows.finished(customer)).toMatchObject({ endCode: 'ringingGiveUp', endedBy: 'customer' });
  });
});

describe('a voicemail', () => {
  it('is kept with the contact, and its group’s agents and the supervisors are told', async () => {
    const { world } = on.centre;
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const prompt = await flows.tone('prompt');
    const voicemail = { id: 'voicemail', kind: 'voicemail', prompts: [prompt], skillGroupId: group.id };
    const thanks = { id: 'thanks', kind: 'end', prompts: [await flows.tone('music')] };
    const customer = await flows.call(await flows.line([{ ...voicemail, exits: { next: 'thanks' } }, thanks]));
    await customer.call.media.hears('prompt');
    // After the beep.
    await customer.call.media.listen(4000);
    await customer.call.media.sendDigits('#');
    await customer.call.media.hears('music');
    const { data } = await agent.event('voicemailLeft');
    expect(data).toMatchObject({ sessionId: customer.contactId, callerPhoneNumber: customer.from });
    await world.event('contact.voicemail-left', (event) => event.data.contact !== undefined);
    const record = await flows.finished(customer);
    const [message] = record.voicemails;
    expect(message).toMatchObject({ skillGroupId: group.id, recordingId: data.recordingId });
    expect(message!.durationSeconds).toBeGreaterThanOrEqual(2);
    expect(flows.events(customer)).toEqual(['started', 'updated', 'voicemail-left', 'participant-left', 'completed']);
  });

  it('of a caller who hangs up while speaking is kept too', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const prompt = await flows.tone('prompt');
    const voicemail = { id: 'voicemail', kind: 'voicemail', prompts: [prompt], skillGroupId: group.id };
    const customer = await flows.call(await flows.line([voicemail]));
    await customer.call.media.hears('prompt');
    await customer.call.media.listen(4000);
    await customer.call.bye();
    const { data } = await agent.event('voicemailLeft');
    const record = await flows.finished(customer);
    expect(record.voicemails).toMatchObject([{ recordingId: data.recordingId, skillGroupId: group.id }]);
    expect(record).toMatchObject({ endCode: 'ivrGiveUp', endedBy: 'customer' });
  });
});

describe('a callback request', () => {
  it('waits for the group’s agents, one of whom takes it, calls back and closes it', async () => {
    const { world } = on.centre;
    const [group, other] = [await on.centre.group(), await on.centre.group()];
    const agent = await on.centre.agent([group]);
    const bystander = await on.centre.agent([other], { party: 'supervisor' });
    await on.centre.settings({ numberProtection: { inbound: 'mask', outbound: 'mask' } });
    const line = await flows.line([
      {
        id: 'callback',
        kind: 'callback',
        skillGroupId: group.id,
        note: 'Wants an offer',
        prompts: [await flows.tone('prompt')],
      },
    ]);
    const from = world.newNumber('a');
    const customer = await flows.call(line, from);
    await customer.call.media.hears('prompt');
    const { data } = await agent.event('callbackRequested');
    expect(JSON.stringify(data)).not.toContain(from.slice(4));
    const path = `/v1/callback-requests/${data.callbackRequestId}`;
    expect(await agent.api.get(path)).toMatchObject({
      status: 'open',
      note: 'Wants an offer',
      skillGroupId: group.id,
      contactId: customer.contactId,
    });
    expect((await bystander.api.request('GET', path)).status).toBe(404);
    await customer.call.ended;
    const contact = await agent.api.post<ContactView>(`${path}/call`, {});
    expect(JSON.stringify(contact)).not.toContain(from.slice(4));
    const own = await agent.answers();
    const called = await world.carried('a', from);
    await called.answer();
    await Promise.all([called.media.hears('agent'), own.media.hears('callee')]);
    await called.bye();
    await on.centre.finished({ contactId: contact.id });
    expect(await agent.api.post(`${path}/close`, { note: 'Done' })).toMatchObject({
      status: 'done',
      agentId: agent.id,
      callContactId: contact.id,
      closingNote: 'Done',
    });
    expect(flows.events(customer)).toContain('callback-requested');
  });
});
