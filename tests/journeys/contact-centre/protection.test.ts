import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordingHttpServer, type Reply } from '../../peers/recording-http-server.js';
import { writeSip } from '../../peers/tone-phone/sip-text.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { type CentreAgent, type ContactView, useCentre } from './centre.js';

/** The company's interface that maps numbers; what it answers is what a case says. */
let mapping: RecordingHttpServer;
let answer: (asked: { Numbers: string[]; Mode: string }) => Reply = () => ({ status: 500 });

const on = useCentre({ name: 'centre_protection', redisDatabase: 46 });
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
  await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
  mapping = await RecordingHttpServer.start('mapping', {}, ({ body }) => answer(JSON.parse(body)));
});
afterAll(() => mapping.close());

const results = (key: string, value: string): Reply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ Code: 0, Results: [{ Key: key, Value: value }] }),
});
const map = () => ({
  numberProtection: {
    inbound: 'map',
    outbound: 'map',
    mapping: { url: mapping.url('/numbers'), username: 'us', password: 'them' },
  },
});
const mask = { numberProtection: { inbound: 'mask', outbound: 'mask' } };
const masked = (number: string) => `${number.slice(0, -8)}****${number.slice(-4)}`;

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}
/** Answers without an end, or without text. */
const notRead =
  /^\/v1\/(agents\/\{agentId\}|contact-centre)\/events$|\/(media|picture)$|^\/(metrics|healthz|readyz|livez)$/;

/** An id for each kind of thing that has to do with this contact, or of any thing of that kind, by the name of its parameter. */
async function idsAround(contactId: string): Promise<Record<string, string | undefined>> {
  const { api } = on.centre.world;
  const { participants, recordingIds, skillGroupId } = await api.get<ContactView>(`/v1/contacts/${contactId}`);
  const any = async (path: string) => {
    const { status, body } = await api.request<{ items: { id: string }[] }>('GET', path);
    return status === 200 ? body.items[0]?.id : undefined;
  };
  return {
    contactId,
    callId: participants[0]!.callId ?? undefined,
    recordingId: recordingIds[0],
    skillGroupId: skillGroupId ?? undefined,
    eventId: (
      await on.centre.world.event('contact.completed', ({ data }) => (data.contact as ContactView).id === contactId)
    ).id,
    wecomTaskId: await any('/v1/wecom-tasks'),
    blacklistEntryId: await any('/v1/blacklist'),
    numberId: await any('/v1/numbers'),
    applicationId: await any('/v1/applications'),
    trunkId: await any('/v1/trunks'),
    endpointId: await any('/v1/endpoints'),
    webhookEndpointId: await any('/v1/webhook-endpoints'),
    accountId: on.centre.staff.accountId,
  };
}

/** All that an agent's session can read of the API with these ids, as text by path; what it may not read is left out. */
async function readable(agent: CentreAgent, contactId: string): Promise<Map<string, string>> {
  const ids: Record<string, string | undefined> = { ...(await idsAround(contactId)), agentId: agent.id };
  const found = new Map<string, string>();
  const asked: string[] = [];
  const document = await agent.api.get<Documented>('/openapi.json');
  for (const [template, methods] of Object.entries(document.paths)) {
    if (!methods.get || notRead.test(template)) continue;
    const path = template.replace(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);
    if (path.includes('{')) continue;
    asked.push(template);
    const { status, text } = await read(agent, path);
    if (status === 200) found.set(template, text);
  }
  expect(asked).toEqual(
    expect.arrayContaining([
      ...['/v1/calls/{callId}', '/v1/calls/{callId}/timeline', '/v1/cdrs', '/v1/cdrs/{callId}', '/v1/cdrs.csv'],
      ...[
        '/v1/events',
        '/v1/events/{eventId}',
        '/v1/blacklist',
        '/v1/wecom-tasks',
        '/v1/notifications',
        '/v1/audit-log',
      ],
      ...['/v1/webhook-endpoints/{webhookEndpointId}/attempts', '/v1/agents/{agentId}/messages'],
    ]),
  );
  return found;
}

async function read(agent: CentreAgent, path: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${agent.grant.accessToken}` };
  const response = await fetch(`${agent.api.baseUrl}${path}`, { headers });
  return { status: response.status, text: `${JSON.stringify([...response.headers])} ${await response.text()}` };
}

/** All that the API answers this agent from now on, refusals included. */
function answersOf(agent: CentreAgent): readonly string[] {
  const heard: string[] = [];
  const request = agent.api.request.bind(agent.api);
  agent.api.request = async <Body>(...given: Parameters<typeof request>) => {
    const answer = await request<Body>(...given);
    const asked = `${given[0]} ${given[1].replace(/\?.*/, '')}`;
    heard.push(`${asked} ${answer.status} ${JSON.stringify([[...answer.headers], answer.body])}`);
    return answer;
  };
  return heard;
}

/** The number stands nowhere that the agent can look: API, its stream, the messages to its phone, and not in the logs. */
async function hiddenFrom(agent: CentreAgent, contactId: string, number: string): Promise<void> {
  const digits = number.replace('+', '');
  const seen = await readable(agent, contactId);
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining(['/v1/contacts', '/v1/contacts/{contactId}', '/v1/contacts/{contactId}/trail']),
  );
  for (const [path, text] of seen) expect([path, text.includes(digits)]).toEqual([path, false]);
  expect(JSON.stringify(agent.client.events.all)).not.toContain(digits);
  expect(agent.client.events.all.some(({ data }) => data.sessionId === contactId)).toBe(true);
  expect(messagesTo(agent.phone).length).toBeGreaterThan(0);
  for (const message of messagesTo(agent.phone)) expect(message).not.toContain(digits);
  expect(on.centre.world.platform.output.join('\n')).not.toContain(digits);
  const probe = await agent.api.request('GET', `/v1/contacts?customer=${encodeURIComponent(number)}`);
  expect(probe.status).toBe(400);
}

const messagesTo = (phone: TonePhone) => phone.messages.all.map(({ message }) => String(writeSip(message)));

/** A customer calls from that number and talks to the agent; resolves when it is over. */
async function visit(agent: CentreAgent, groupId: string, from: string) {
  const line = await on.centre.line({ id: groupId, name: '', updatedAt: '' });
  const { call, contactId } = await on.centre.call(line, from);
  await agent.answers();
  await call.media.hears('agent');
  const live = await agent.api.get<ContactView>(`/v1/contacts/${contactId}`);
  await call.bye();
  await on.centre.finished({ contactId });
  await agent.event('sessionCompleted', ({ sessionId }) => sessionId === contactId);
  return {
    contactId,
    live,
    line,
    callIn: (await agent.event('callIn', ({ sessionId }) => sessionId === contactId)).data,
  };
}

describe('numbers as agents see them', () => {
  it('SOFTIN-04 SOFTIN-06 whole where protection is off, with the place it is from', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const from = '+493012345678';
    const { contactId, callIn, line, live } = await visit(agent, group.id, from);
    expect(callIn).toMatchObject({ callerPhoneNumber: from, calleePhoneNumber: line.number, callerLocation: 'Berlin' });
    expect(live).toMatchObject({ customer: from, location: { country: 'DE', city: 'Berlin' } });
    const record = await on.centre.world.api.get<{ location: object }>(`/v1/contacts/${contactId}`);
    expect(record.location).toMatchObject({ country: 'DE', city: 'Berlin' });
    await expect(hiddenFrom(agent, contactId, from)).rejects.toThrow();
    const found = `/v1/contacts?customer=${encodeURIComponent(from)}`;
    expect((await agent.api.get<{ items: ContactView[] }>(found)).items.map(({ id }) => id)).toEqual([contactId]);
    // A country code that no country has, and no number at all.
    for (const number of ['+9991234567890', 'anna']) {
      const unknown = await visit(agent, group.id, number);
      expect(unknown.callIn).toMatchObject({ callerPhoneNumber: number });
      expect(unknown.callIn.callerLocation ?? '').toBe('');
      expect((await on.centre.world.api.get<ContactView>(`/v1/contacts/${unknown.contactId}`)).endCode).toBe('ok');
    }
  });

  it('INSET-03 SOFTIN-04 masked: in callIn, lists and records; nowhere whole; whole for administrators', async () => {
    await on.centre.settings(mask);
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const from = '+442071838750';
    const { contactId, callIn, live } = await visit(agent, group.id, from);
    expect(callIn.callerPhoneNumber).toBe(masked(from));
    expect(live.customer).toBe(masked(from));
    const { items } = await agent.api.get<{ items: ContactView[] }>('/v1/contacts');
    expect(items.map(({ customer }) => customer)).toEqual([masked(from)]);
    await hiddenFrom(agent, contactId, from);
    expect((await on.centre.world.api.get<ContactView>(`/v1/contacts/${contactId}`)).customer).toBe(from);
    const boss = await on.centre.agent([], { more: { role: 'admin' }, phone: false });
    expect((await boss.api.get<ContactView>(`/v1/contacts/${contactId}`)).customer).toBe(from);
  });

  it('OUTSET-03 masked: in callOuted, lists and records of outbound calls', async () => {
    await on.centre.settings(mask);
    const agent = await on.centre.agent([await on.centre.group()]);
    const to = on.centre.world.newNumber('a');
    const placed = await on.centre.world.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
    expect(placed.customer).toBe(to);
    const own = await agent.answers();
    const customer = await on.centre.world.carried('a', to);
    await customer.answer();
    await own.media.hears('callee');
    await customer.bye();
    await on.centre.finished({ contactId: placed.id });
    expect((await agent.event('callOuted')).data.calleePhoneNumber).toBe(masked(to));
    await agent.event('sessionCompleted');
    await hiddenFrom(agent, placed.id, to);
  });

  it('INSET-03 OUTSET-03 masked: nothing that agents do in a call, are refused, or hear of it shows the number', async () => {
    const { centre } = on;
    const { world } = centre;
    const wecom = await RecordingHttpServer.start('WeCom', {}, () => ({ status: 500, body: 'No such member' }));
    centre.atEnd(() => wecom.close());
    await centre.settings({
      ...mask,
      wecomTaskUrl: wecom.url('/tasks'),
      calleeLimits: [{ calls: 1, withinSeconds: 60 }],
    });
    const [group, other] = [await centre.group(), await centre.group()];
    const mobile = world.newNumber('b');
    const agent = await centre.agent([group]);
    const second = await centre.agent([other], {
      party: 'supervisor',
      more: { phone: mobile, mobileAnswer: 'always' },
    });
    const heard = [answersOf(agent), answersOf(second)];
    const from = '+442071838759';
    const customer = await centre.call(await centre.line(group), from);
    await agent.answers();
    await customer.call.media.hears('agent');
    const { contactId } = customer;
    const outside = world.newNumber('a');
    const does = (who: CentreAgent, act: string, body: object = {}) =>
      who.api.request<{ code?: string }>('POST', `/v1/contacts/${contactId}/${act}`, body);
    for (const [act, body, status] of [
      ['hold', {}, 200],
      ['retrieve', {}, 200],
      ['mute', {}, 200],
      ['unmute', {}, 200],
      ['send-digits', { digits: '1' }, 200],
      ['play', { url: world.backend.url('/prompt.wav') }, 200],
      ['recording', { status: 'in-progress' }, 200],
      ['recording', { status: 'stopped' }, 200],
      ['accept', {}, 409],
      ['decline', {}, 409],
      ['complete-consult', {}, 409],
      ['take-back', {}, 200],
      ['transfer', { to: { type: 'agent', agentId: `AG${'0'.repeat(32)}` } }, 409],
      ['redial', {}, 409],
    ] as const) {
      expect([act, (await does(agent, act, body)).status]).toEqual([act, status]);
    }
    await agent.api.patch(`/v1/contacts/${contactId}`, { remark: 'Wants a refund' });
    await agent.api.post('/v1/wecom-tasks', { member: 'zhang.san', contactId });
    await wecom.requests.first('the task', ({ body }) => body.includes(from));
    await agent.api.post(`/v1/agents/${agent.id}/messages`, { to: second.id, text: 'Yours?' });
    await does(agent, 'invite', { to: { type: 'number', number: outside } });
    await (await world.carried('a', outside)).answer();
    await does(agent, 'transfer', { to: { type: 'group', skillGroupId: other.id } });
    const onMobile = await world.carried('b', mobile);
    await onMobile.answer();
    await centre.contact(customer, ({ participants }) => participants.some(({ agentId }) => agentId === second.id));
    await second.event('userAccessed', ({ sessionId }) => sessionId === contactId);
    await does(second, 'blacklist', {});
    await customer.call.bye();
    await onMobile.bye();
    await centre.finished(customer);
    await agent.is('free');
    const again = await agent.api.post<ContactView>(`/v1/contacts/${contactId}/redial`, {});
    await agent.act({ contactId: again.id }, 'hang-up');
    await agent.is('free');
    expect(await agent.api.post(`/v1/contacts/${contactId}/redial`, {})).toMatchObject({ endCode: 'tooManyRequest' });
    await second.event('sessionCompleted', ({ sessionId }) => sessionId === contactId);
    await hiddenFrom(agent, contactId, from);
    await hiddenFrom(second, contactId, from);
    for (const answers of heard) {
      expect(answers.length).toBeGreaterThan(0);
      for (const answer of answers) expect(answer).not.toContain(from.slice(1));
    }
    const toMobile = messagesTo(world.carriers.b).filter((message) => message.includes(mobile));
    expect(toMobile.length).toBeGreaterThan(0);
    for (const message of toMobile) expect(message).not.toContain(from.slice(1));
  });

  it('INSET-04 mapped: the interface is asked once, with Basic authentication; the agent sees the id and nothing else', async () => {
    await on.centre.settings(map());
    answer = ({ Numbers, Mode }) => (Mode === 'PhoneToUID' ? results(Numbers[0]!, 'customer-17') : { status: 500 });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const from = '+442071838751';
    const asked = mapping.requests.all.length;
    const { contactId, callIn, live } = await visit(agent, group.id, from);
    const [request, ...more] = mapping.requests.all.slice(asked);
    expect(more).toEqual([]);
    expect(request!.headers.authorization).toBe(`Basic ${Buffer.from('us:them').toString('base64')}`);
    expect(JSON.parse(request!.body)).toEqual({ Numbers: ['00442071838751'], Mode: 'PhoneToUID' });
    expect(callIn).toMatchObject({ callerPhoneNumber: '', protectedCaller: 'customer-17' });
    expect(live).toMatchObject({ customer: '', protectedCustomer: 'customer-17' });
    await hiddenFrom(agent, contactId, from);
    expect(await on.centre.world.api.get(`/v1/contacts/${contactId}`)).toMatchObject({
      customer: from,
      protectedCustomer: 'customer-17',
    });
  });

  it.each<[string, Reply]>([
    ['down', { drop: true }],
    ['wrong', { body: '{"Code":1}' }],
    ['silent', { hang: true }],
    ['slow', { delayMs: 30_000, body: '{"Code":0}' }],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' }],
    ['10 MB long', { body: JSON.stringify({ Code: 0, Results: [{ Key: 'x'.repeat(10_000_000), Value: 'y' }] }) }],
    ['moved elsewhere', { status: 307, headers: { location: '/elsewhere' } }],
    ['moved to a private address', { status: 307, headers: { location: 'http://169.254.169.254/numbers' } }],
  ])('INSET-04 an interface that is %s holds up no phone, and the number is masked', async (_how, reply) => {
    await on.centre.settings(map());
    answer = () => reply;
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const from = on.centre.world.newNumber('b');
    const { call, contactId } = await on.centre.call(await on.centre.line(group), from);
    const rung = await agent.rings();
    await rung.answer();
    await call.media.hears('agent');
    expect((await agent.event('callIn')).data).toMatchObject({ callerPhoneNumber: masked(from) });
    await call.bye();
    await agent.event('sessionCompleted');
    await hiddenFrom(agent, contactId, from);
    expect(mapping.requests.all.filter(({ path }) => path !== '/numbers')).toEqual([]);
  });

  it('OUTSET-04 mapped: an id is dialled, the number behind it called; the agent sees the id only', async () => {
    await on.centre.settings(map());
    const to = on.centre.world.newNumber('a');
    answer = ({ Numbers, Mode }) =>
      Mode === 'UIDToPhone' ? results(Numbers[0]!, to.replace('+', '00')) : { status: 500 };
    const agent = await on.centre.agent([await on.centre.group()]);
    const asked = mapping.requests.all.length;
    const path = `/v1/agents/${agent.id}/calls`;
    const placed = await agent.api.post<ContactView>(path, { to: '139abc' });
    expect(placed).toMatchObject({ customer: '', protectedCustomer: '139abc' });
    const own = await agent.answers();
    const customer = await on.centre.world.carried('a', to);
    await customer.answer();
    await own.media.hears('callee');
    await customer.bye();
    await on.centre.finished({ contactId: placed.id });
    const requests = mapping.requests.all.slice(asked).map(({ body }) => JSON.parse(body) as object);
    expect(requests).toEqual([{ Numbers: ['139abc'], Mode: 'UIDToPhone' }]);
    expect((await agent.event('callOuted')).data).toMatchObject({ calleePhoneNumber: '', protectedCallee: '139abc' });
    await agent.event('sessionCompleted');
    await hiddenFrom(agent, placed.id, to);
    await agent.is('free');
    answer = () => ({ body: '{"Code":1}' });
    const failed = await agent.api.request<{ code: string }>('POST', path, { to: 'unknown-id' });
    expect([failed.status, failed.body.code]).toEqual([502, 'number-mapping-failed']);
    expect((await agent.status()).status).toBe('free');
    const typed = on.centre.world.newNumber('a');
    const before = mapping.requests.all.length;
    const byNumber = await agent.api.post<ContactView>(path, { to: typed, phoneEncodeType: 'number' });
    expect(byNumber.customer).toBe(masked(typed));
    expect(mapping.requests.all.slice(before).filter(({ body }) => body.includes('UIDToPhone'))).toEqual([]);
    await agent.answers();
    (await on.centre.world.carried('a', typed)).reject(486);
    await on.centre.finished({ contactId: byNumber.id });
  });

  it('SOFTIN-14 a redial of a mapped customer keeps its id and asks for nothing', async () => {
    await on.centre.settings(map());
    answer = ({ Numbers }) => results(Numbers[0]!, 'customer-18');
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const from = on.centre.world.newNumber('a');
    const { contactId } = await visit(agent, group.id, from);
    await agent.is('free');
    const asked = mapping.requests.all.length;
    const again = await agent.api.post<ContactView>(`/v1/contacts/${contactId}/redial`, {});
    expect(again).toMatchObject({ customer: '', protectedCustomer: 'customer-18' });
    await agent.answers();
    (await on.centre.world.carried('a', from)).reject(486);
    await on.centre.finished({ contactId: again.id });
    expect(mapping.requests.all.length).toBe(asked);
    await hiddenFrom(agent, again.id, from);
  });
});
