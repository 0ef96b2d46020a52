import { beforeAll, describe, expect, it } from 'vitest';
import { RecordingHttpServer } from '../../peers/recording-http-server.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { FlowCentre } from '../flows/flow-centre.js';
import { type EventView, ourNumber } from '../world.js';
import { type ContactView, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_desk_work', redisDatabase: 53 });
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
});

/** An agent, and a line of its group. */
async function seat(more: object = {}) {
  const group = await on.centre.group();
  const agent = await on.centre.agent([group], { more });
  return { group, agent, line: await on.centre.line(group) };
}

describe('what an agent sees of a call', () => {
  it('SOFTIN-05 the number that was dialled, on each of two lines', async () => {
    const { centre } = on;
    const { group, agent, line } = await seat();
    for (const dialled of [line, await centre.line(group)]) {
      const from = centre.world.newNumber('b');
      const { call, contactId } = await centre.call(dialled, from);
      const ringing = await agent.rings();
      const { data } = await agent.event('callIn', ({ sessionId }) => sessionId === contactId);
      expect([data.calleePhoneNumber, data.callerPhoneNumber]).toEqual([dialled.number, from]);
      await call.bye();
      await ringing.ended;
    }
  });

  it('SOFTIN-07 the keys that the caller pressed in the flow, with their labels, in order: while it rings, in the talk, and in the record', async () => {
    const { centre } = on;
    const { group, agent } = await seat();
    const flows = new FlowCentre(centre);
    const menu = async (id: string, pressed: { key: string; label: string }, next: string) => ({
      id,
      kind: 'menu',
      prompts: [await flows.tone(id === 'first' ? 'prompt' : 'music', 20)],
      keys: [{ ...pressed, next }],
      timeout: 60,
    });
    const path = [
      { key: '2', label: 'Billing' },
      { key: '1', label: 'An invoice' },
    ] as const;
    const line = await flows.line([
      await menu('first', path[0], 'second'),
      await menu('second', path[1], 'people'),
      { id: 'people', kind: 'toSkillGroup', skillGroupId: group.id },
    ]);
    const customer = await flows.call(line);
    await customer.call.media.hears('prompt');
    await customer.call.media.sendDigits('2');
    await customer.call.media.hears('music');
    await customer.call.media.sendDigits('1');
    const rung = await agent.rings();
    expect((await agent.event('callIn')).data.ivrPath).toEqual(path);
    await rung.answer();
    await customer.call.media.hears('agent');
    expect((await agent.api.get<ContactView>(`/v1/contacts/${customer.contactId}`)).keys).toMatchObject(path);
    await customer.call.bye();
    expect((await flows.finished(customer)).keys).toMatchObject(path);
  });

  it('API-04 a call is listed while it lives, and passes ringing, joining, inProgress and finished', async () => {
    const { centre } = on;
    const { agent, group } = await seat();
    const connectPrompts = [{ verb: 'play', url: centre.world.backend.url('/prompt.wav') }];
    const line = await centre.line(group, { connectPrompts });
    const from = centre.world.newNumber('b');
    const customer = await centre.call(line, from);
    const ringing = await agent.rings();
    await centre.contact(customer, ({ status }) => status === 'ringing');
    await ringing.answer();
    await customer.call.media.hears('prompt');
    const talking = await centre.contact(customer, ({ status }) => status === 'inProgress');
    expect(talking).toMatchObject({ id: customer.contactId, customer: from, line: line.number });
    expect(talking).toMatchObject({
      roomId: expect.stringMatching(/^CF[0-9a-f]{32}$/),
      direction: 'inbound',
      callType: 2,
    });
    const { email: agentEmail, staffNumber } = agent.record;
    expect(talking.participants[1]).toMatchObject({ type: 'staffSeat', agentId: agent.id, agentEmail, staffNumber });
    const to = centre.world.newNumber('a');
    await agent.act(customer, 'invite', { to: { type: 'number', number: to, callerId: ourNumber } });
    const outside = await centre.world.carried('a', to);
    await outside.answer();
    await Promise.all([outside.media.hears('agent', 'caller'), ringing.media.hears('callee', 'caller')]);
    const { participants } = await centre.contact(customer, (contact) => contact.participants.length === 3);
    expect(headerOf(outside.invitation, 'From')).toContain(ourNumber);
    expect(participants[2]).toMatchObject({ agentId: null, phone: to, callerId: ourNumber, type: 'outboundSeat' });
    const live = await centre.world.api.get<{ items: ContactView[] }>('/v1/contacts?live=true&limit=25');
    expect(live.items.map(({ id }) => id)).toContain(customer.contactId);
    expect(live.items.every(({ status }) => status !== 'finished')).toBe(true);
    await centre.world.api.post(`/v1/contacts/${customer.contactId}/end`);
    expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    await outside.ended;
    expect(await centre.finished(customer)).toMatchObject({ endCode: 'ok', endCodeNumber: 1, endedBy: 'admin' });
    const after = await centre.world.api.get<{ items: ContactView[] }>('/v1/contacts?live=true&limit=25');
    expect(after.items.map(({ id }) => id)).not.toContain(customer.contactId);
    await centre.world.event(
      'contact.completed',
      ({ data }) => (data.contact as ContactView).id === customer.contactId,
    );
    const told = (centre.world.sink.events as unknown as EventView[])
      .flatMap(({ sequence, data }) =>
        data.contact ? [{ sequence: sequence!, contact: data.contact as ContactView }] : [],
      )
      .filter(({ contact }) => contact.id === customer.contactId)
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ contact }) => contact.status);
    expect(told.filter((status, at) => status !== told[at - 1])).toEqual([
      ...['ivr', 'queued', 'ringing', 'joining', 'inProgress', 'finished'],
    ]);
  });
});

describe('digits that an agent asks for', () => {
  it.each([
    ['the agent gets what was typed', '4711#', { digits: '4711', reason: 'complete' }],
    ['and where none comes in time is told that', '', { digits: '', reason: 'timeout' }],
  ] as const)('SOFTIN-17 the customer hears the prompt, %s, and the talk goes on', async (_what, typed, got) => {
    const { centre } = on;
    const { agent, line } = await seat();
    const { audioId } = await new FlowCentre(centre).tone('music', 2);
    const { id: digitTemplateId } = await centre.world.api.post<{ id: string }>('/v1/digit-templates', {
      name: `Digits ${typed} ${agent.id}`,
      prompt: { audioId },
      digits: 8,
      timeoutSeconds: typed === '' ? 1 : 60,
    });
    const customer = await centre.call(line);
    const talk = await agent.answers();
    await customer.call.media.hears('agent');
    await agent.act(customer, 'collect-digits', { digitTemplateId });
    await customer.call.media.hears('music');
    if (typed !== '') await customer.call.media.sendDigits(typed);
    expect((await agent.event('digitsCollected')).data).toMatchObject({ sessionId: customer.contactId, ...got });
    await Promise.all([customer.call.media.hears('agent'), talk.media.hears('caller')]);
  });
});

describe("calls to an agent's mobile", () => {
  it('SOFTIN-02 "only when offline": with the client open the phone rings, with it closed the mobile', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const mobile = centre.world.newNumber('a');
    const { agent, line } = await seat({ phone: mobile, mobileAnswer: 'whenOffline' });
    const first = await centre.call(line);
    const sip = await agent.answers();
    await first.call.media.hears('agent');
    await first.call.bye();
    await sip.ended;
    await agent.is('free');
    const reached = () =>
      centre.world.carriers.a.incoming.all.filter(({ invitation }) => invitation.uri?.includes(mobile));
    expect(reached()).toEqual([]);
    agent.client.close();
    await centre.world.eventually('the client to be gone', async () =>
      (await agent.status()).clients === 0 ? true : undefined,
    );
    const second = await centre.call(line);
    const call = await centre.world.carried('a', mobile);
    await call.answer();
    await Promise.all([second.call.media.hears('callee'), call.media.hears('caller')]);
    const { participants } = await centre.contact(second, ({ status }) => status === 'inProgress');
    expect(participants.at(-1)).toMatchObject({ type: 'staffPhoneSeat', phone: mobile });
  });

  it('AGENT-03 after the agent changed its number the new one rings, not the old', async () => {
    const { centre } = on;
    const [before, after] = [centre.staff.phone(), centre.staff.phone()];
    const { agent, line } = await seat({ phone: before, mobileAnswer: 'always' });
    const me = `/v1/agents/${agent.id}`;
    await agent.api.post(`${me}/phone-codes`, { phone: after });
    await agent.api.do('PUT', `${me}/phone`, { phone: after, code: await centre.staff.code(after) });
    const customer = await centre.call(line);
    const call = await centre.world.carried('a', after);
    await call.answer();
    await Promise.all([customer.call.media.hears('callee'), call.media.hears('caller')]);
    const { incoming } = centre.world.carriers.a;
    expect(incoming.all.filter(({ invitation }) => invitation.uri?.includes(before))).toEqual([]);
  });
});

describe('messages between agents', () => {
  it('AGENT-05 a text and a picture arrive on the stream, and once only after a reconnect; they can be read again', async () => {
    const { centre } = on;
    const { agent: ann } = await seat();
    const { agent: ben } = await seat();
    const { name, email } = ben.record;
    const found = await ann.api.get<{ items: { email: string }[] }>(`/v1/colleagues?name=${encodeURIComponent(name)}`);
    expect(found.items.map((one) => one.email)).toContain(email);
    await ann.api.post(`/v1/agents/${ann.id}/messages`, { to: email, text: 'Can you take the next one?' });
    const first = await ben.event('message');
    expect(JSON.stringify(first.data)).toContain('Can you take the next one?');
    const { last } = ben.client;
    ben.client.close();
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const staffNumber = encodeURIComponent(ben.record.staffNumber);
    await ann.api.upload(`/v1/agents/${ann.id}/message-pictures?to=${staffNumber}`, 'image/png', picture);
    await ann.api.post(`/v1/agents/${ann.id}/messages`, { to: ben.id, text: 'Look.' });
    await ben.follow('overWebSocket', last);
    await ben.event('message', (data) => JSON.stringify(data).includes('Look.'));
    expect(ben.client.events.all.filter(({ type }) => type === 'message')).toHaveLength(2);
    expect(ben.client.events.all.some(({ type }) => type === 'missed')).toBe(false);
    const { items } = await ben.api.get<{ items: { id: string; text: string | null; picture: object | null }[] }>(
      `/v1/agents/${ben.id}/messages?with=${ann.id}`,
    );
    expect(items.map(({ text }) => text)).toEqual(['Look.', null, 'Can you take the next one?']);
    expect(await ben.api.download(`/v1/internal-messages/${items[1]!.id}/picture`)).toEqual(picture);
    const { api } = centre.world;
    const { account } = await api.post<{ account: { id: string } }>('/v1/accounts', { name: 'Another centre' });
    const agents = [{ email: 'cem@example.org', name: 'Cem', staffNumber: 'elsewhere' }];
    const elsewhere = await api.request<{ agents: { id: string }[] }>(
      'POST',
      '/v1/agents',
      { agents },
      { 'hookswitch-account': account.id },
    );
    const [stranger] = elsewhere.body.agents;
    for (const to of [`AG${'0'.repeat(32)}`, stranger!.id, 'cem@example.org', 'elsewhere']) {
      const refused = await ann.api.request('POST', `/v1/agents/${ann.id}/messages`, { to, text: 'Hello?' });
      expect([to, refused.status]).toEqual([to, 400]);
    }
    const { items: none } = await ann.api.get<{ items: object[] }>('/v1/colleagues?name=Cem');
    expect(none).toEqual([]);
  });
});

describe('tasks for WeCom members', () => {
  it.each([
    ['SOFTIN-19', 'inbound'],
    ['SOFTOUT-17', 'outbound'],
  ] as const)('%s the member is told of the customer of an %s call, once', async (_row, direction) => {
    const { centre } = on;
    const wecom = await RecordingHttpServer.start('WeCom', {}, () => ({ status: 200 }));
    centre.atEnd(() => wecom.close());
    await centre.settings({ wecomTaskUrl: wecom.url('/tasks') });
    const { agent, line } = await seat();
    const number = centre.world.newNumber('a');
    let contactId: string;
    if (direction === 'inbound') {
      ({ contactId } = await centre.call(line, number));
      await agent.answers();
    } else {
      ({ id: contactId } = await agent.api.post<{ id: string }>(`/v1/agents/${agent.id}/calls`, { to: number }));
      await agent.answers();
      await (await centre.world.carried('a', number)).answer();
    }
    const task = await agent.api.post<{ id: string }>('/v1/wecom-tasks', { member: 'zhang.san', contactId });
    const told = await wecom.requests.first('the task', ({ path }) => path === '/tasks');
    expect(JSON.parse(told.body)).toMatchObject({ taskId: task.id, member: 'zhang.san', number, contactId });
    expect(await agent.api.get(`/v1/wecom-tasks/${task.id}`)).toMatchObject({ status: 'sent', contactId });
    const { agent: colleague } = await seat();
    const request = { member: 'zhang.san', contactId };
    expect((await colleague.api.request('POST', '/v1/wecom-tasks', request)).status).toBe(400);
    expect((await colleague.api.request('GET', `/v1/wecom-tasks/${task.id}`)).status).toBe(404);
    expect(wecom.requests.all).toHaveLength(1);
  });
});

describe('numbers', () => {
  it('LINE-02 a number is applied for, approved, in the list, bound, and takes a call', async () => {
    const { centre } = on;
    const { api } = centre.world;
    const { agent, line } = await seat();
    const asked = await api.post<{ id: string; status: string }>('/v1/number-applications', {
      kind: 'landline',
      area: 'Shenzhen',
      usage: 'Service line of our shop',
    });
    expect(asked.status).toBe('pending');
    const number = centre.world.newNumber();
    const approved = await api.post<{ status: string; numberId: string }>(
      `/v1/number-applications/${asked.id}/approve`,
      { number },
    );
    expect(approved.status).toBe('approved');
    expect(
      (await api.get<{ items: { id: string }[] }>(`/v1/numbers?number=${encodeURIComponent(number)}`)).items,
    ).toMatchObject([{ id: approved.numberId }]);
    await api.patch(`/v1/numbers/${approved.numberId}`, { applicationId: line.applicationId });
    const { call } = await centre.call({ ...line, number });
    await agent.answers();
    await call.media.hears('agent');
    const other = await api.post<{ id: string }>('/v1/number-applications', {
      kind: 'tollFree',
      area: '400',
      usage: 'x',
    });
    expect(
      await api.post(`/v1/number-applications/${other.id}/reject`, { reason: 'Papers are missing.' }),
    ).toMatchObject({
      status: 'rejected',
      reason: 'Papers are missing.',
    });
  });

  it('NUM-01 numbers in a group are listed by it, and a call out shows one of them', async () => {
    const { centre } = on;
    const { api } = centre.world;
    const group = await api.post<{ id: string }>('/v1/number-groups', {
      name: 'Hotline',
      description: 'On the product',
    });
    const [grouped, other] = [centre.world.newNumber(), centre.world.newNumber()];
    await api.post('/v1/numbers', { number: grouped, numberGroupId: group.id });
    await api.post('/v1/numbers', { number: other });
    const { items } = await api.get<{ items: { number: string }[] }>(`/v1/numbers?numberGroupId=${group.id}`);
    expect(items.map(({ number }) => number)).toEqual([grouped]);
    const { agent } = await seat();
    const to = centre.world.newNumber('a');
    await agent.api.post(`/v1/agents/${agent.id}/calls`, { to, numberGroupIds: [group.id] });
    await agent.answers();
    const call = await centre.world.carried('a', to);
    expect(headerOf(call.invitation, 'From')).toContain(grouped);
    expect(grouped).not.toBe(ourNumber);
    await call.answer();
    await call.media.hears('agent');
  });
});
