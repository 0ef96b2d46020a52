import { beforeAll, describe, expect, it } from 'vitest';
import { toneLevel } from '../../ear/tone-level.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { ourNumber, toneWav } from '../world.js';
import { type CentreAgent, type ContactView, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_outbound', redisDatabase: 44 });
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
  const { id: music } = await api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('music', 2));
  await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0, holdAudioId: music, waitingAudioId: music });
});

/** Places a call for the agent, in its own name. */
const place = (agent: CentreAgent, to: string, more: object = {}) =>
  agent.api.post<ContactView & { uui: string | null; remark: string | null }>(`/v1/agents/${agent.id}/calls`, {
    to,
    ...more,
  });

/** An agent calls a new number at carrier A: the agent has answered its own phone, and the customer's rings. */
async function rings(agent: CentreAgent, more: object = {}) {
  const to = on.centre.world.newNumber('a');
  const contact = await place(agent, to, more);
  const own = await agent.answers();
  const customer = await on.centre.world.carried('a', to);
  customer.ring();
  return { to, contact, contactId: contact.id, own, customer };
}

/** The same, and both hear each other. */
async function talks(agent: CentreAgent, more: object = {}) {
  const call = await rings(agent, more);
  await call.customer.answer();
  await Promise.all([call.customer.media.hears('agent'), call.own.media.hears('callee')]);
  return call;
}

/** A number of ours that calls out may show already. */
async function ours(more: object = {}): Promise<string> {
  const { world } = on.centre;
  const number = world.newNumber();
  const { id } = await world.api.post<{ id: string }>('/v1/numbers', { number, ...more });
  on.centre.atEnd(() => world.api.do('DELETE', `/v1/numbers/${id}`));
  const madeAt = Date.now();
  await world.eventually('the number to count', async () => (Date.now() - madeAt > 1_050 ? true : undefined));
  return number;
}

/** What a client makes of a deep link, as the guide says: it logs in with the token, and calls. */
async function openedLink({ searchParams: given }: URL) {
  const accessToken = (await on.centre.staff.logIn({ token: given.get('token')! })).accessToken;
  const groups = given.get('servingNumberGroupIds')?.split(',');
  const all = {
    participantType: 'miniProgramSeat',
    to: given.get('calleePhone')!,
    remark: given.get('calleeRemark'),
    uui: given.get('uui'),
    skillGroupId: given.get('skillGroupId'),
    callerPhoneNumber: given.get('callerPhoneNumber'),
    numberGroupIds: groups ?? null,
  };
  const call = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return { api: on.centre.staff.client(accessToken), agentId: given.get('userId')!, call };
}

/** What the trail says that the agent did in the call, in order. */
async function doneBy(agent: CentreAgent, contactId: string): Promise<readonly string[]> {
  const { items } = await on.centre.world.api.get<{ items: { what: string; agentId: string | null }[] }>(
    `/v1/contacts/${contactId}/trail`,
  );
  return items.filter(({ agentId }) => agentId === agent.id).map(({ what }) => what);
}

type Muted = { readonly participants: readonly { readonly muted: boolean }[] };

const types = (agent: CentreAgent) =>
  agent.client.events.all.filter(({ data }) => 'sessionId' in data).map(({ type }) => type);

const shownTo = (call: ToneCall) => headerOf(call.invitation, 'From') ?? '';

describe('calls that agents place', () => {
  it('SOFTOUT-02 SOFTOUT-03 the agent’s phone rings first, then the customer’s; both talk; the record has it all', async () => {
    const agent = await on.centre.agent([await on.centre.group()], { client: false });
    await agent.follow();
    await on.centre.world.eventually('its client to be there', async () =>
      (await agent.status()).clients > 0 ? true : undefined,
    );
    const to = on.centre.world.newNumber('a');
    const contact = await place(agent, ` ${to.slice(0, 5)} ${to.slice(5)} `, { uui: 'öäü-17', remark: 'Order 17' });
    expect(contact).toMatchObject({
      direction: 'outbound',
      customer: to,
      line: ourNumber,
      status: 'ringing',
      uui: 'öäü-17',
      remark: 'Order 17',
    });
    expect((await agent.is('busy')).contactId).toBe(contact.id);
    const own = await agent.rings();
    expect(on.centre.world.carriers.a.incoming.all.some(({ invitation }) => invitation.uri!.includes(to))).toBe(false);
    await own.answer();
    const customer = await on.centre.world.carried('a', to);
    expect(shownTo(customer)).toContain(ourNumber);
    customer.ring();
    await on.centre.contact({ contactId: contact.id }, ({ status }) => status === 'ringing');
    await customer.answer();
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    await on.centre.contact({ contactId: contact.id }, ({ status }) => status === 'inProgress');
    await customer.bye();
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await on.centre.finished({ contactId: contact.id });
    expect(record).toMatchObject({ endCode: 'ok', endCodeNumber: 1, endedBy: 'customer', uui: 'öäü-17' });
    expect(record.participants).toMatchObject([
      { sequence: 0, type: 'customer', endCode: 'ok' },
      { sequence: 1, type: 'staffSeat', agentId: agent.id, endCode: 'ok' },
    ]);
    const completed = await on.centre.world.event(
      'contact.completed',
      ({ data }) => (data.contact as ContactView).id === contact.id,
    );
    expect(completed.data.contact).toMatchObject({ direction: 'outbound', customer: to, uui: 'öäü-17' });
    await agent.event('sessionCompleted');
    expect(types(agent)).toEqual(['callOuted', 'calloutAccepted', 'sessionEnded', 'sessionCompleted']);
    expect((await agent.event('callOuted')).data).toMatchObject({
      sessionId: contact.id,
      callerPhoneNumber: ourNumber,
      calleePhoneNumber: to,
    });
    expect((await agent.event('sessionEnded')).data).toMatchObject({ closeBy: 'client' });
    await agent.is('free');
  });

  it('SOFTOUT-03 an invalid number ends at once as numberInvalid; no phone rings', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const contact = await place(agent, '123');
    expect(contact).toMatchObject({ status: 'finished', endCode: 'numberInvalid', endCodeNumber: 215 });
    expect(agent.rung).toBe(0);
    expect((await agent.status()).status).toBe('free');
  });

  it('SOFTOUT-02 uui longer than 1,024 bytes is refused', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const refused = await agent.api.request('POST', `/v1/agents/${agent.id}/calls`, {
      to: on.centre.world.newNumber('a'),
      uui: 'ä'.repeat(513),
    });
    expect(refused.status).toBe(400);
  });

  it('SOFTOUT-02 a program calls for the agent: the id at once, and 1,024 bytes of uui unchanged in the push of the record', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const to = on.centre.world.newNumber('a');
    const uui = `${'ä'.repeat(500)}"\\</>\n${' '.repeat(18)}`;
    expect(Buffer.byteLength(uui)).toBe(1024);
    const { id, status } = await on.centre.world.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to, uui });
    expect([id, status]).toEqual([expect.stringMatching(/^CN/), 'ringing']);
    await agent.answers();
    await (await on.centre.world.carried('a', to)).reject(486);
    const pushed = await on.centre.world.event(
      'contact.completed',
      ({ data }) => (data.contact as ContactView).id === id,
    );
    expect(pushed.data.contact).toMatchObject({ uui, endCode: 'busy', direction: 'outbound', customer: to });
  });

  it('the agent hears ringing, then what the far end sends before it answers', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, customer } = await rings(agent);
    await own.media.packets.until('the agent to hear ringing', () => {
      const last = own.media.ear.samples(Math.max(0, own.media.ear.length - 800));
      return last.length === 800 && toneLevel(last, 440) > -30 && toneLevel(last, 480) > -30 ? true : undefined;
    });
    customer.earlyMedia();
    await own.media.hears('callee');
    await customer.answer();
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    await own.bye();
    expect(await customer.ended).toEqual({ by: 'them', how: 'BYE' });
  });

  it.each([
    [486, 'busy', 206, 'client'],
    [603, 'userReject', 203, 'client'],
    [404, 'numberNotExist', 205, 'timer'],
    [480, 'notAnswer', 202, 'timer'],
    [503, 'operatorError', 208, 'timer'],
  ])('a callee that answers %i ends as %s', async (sip, endCode, endCodeNumber, closeBy) => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, customer, contactId } = await rings(agent);
    customer.reject(sip);
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await on.centre.finished({ contactId })).toMatchObject({ endCode, endCodeNumber });
    expect((await agent.event('sessionEnded')).data).toMatchObject({ closeBy });
    await agent.is('free');
  });

  it('the agent gives up while it rings: callerCancelWhileRing, and no after-call work', async () => {
    await on.centre.settings({ afterCallWorkSeconds: 30 });
    const agent = await on.centre.agent([await on.centre.group()]);
    const { customer, contactId } = await rings(agent);
    await on.centre.contact(
      { contactId },
      ({ participants }) => (participants[0] as { ringingAt?: string | null }).ringingAt != null,
    );
    await agent.act({ contactId }, 'hang-up');
    expect(await customer.ended).toEqual({ by: 'them', how: 'CANCEL' });
    expect(await on.centre.finished({ contactId })).toMatchObject({
      endCode: 'callerCancelWhileRing',
      endCodeNumber: 220,
      endedBy: 'agent',
    });
    await agent.is('free');
  });

  it('the agent’s phone is asked to answer by itself where the request says so; of two requests at once one is placed', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const path = `/v1/agents/${agent.id}/calls`;
    const both = await Promise.all(
      [1, 2].map(() =>
        agent.api.request<{ id: string; code?: string }>('POST', path, {
          to: on.centre.world.newNumber('a'),
          automaticAnswer: true,
        }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const own = await agent.rings();
    expect(headerOf(own.invitation, 'Call-Info')).toContain('answer-after=0');
    own.reject(486);
    const contactId = both.find(({ status }) => status === 201)!.body.id;
    expect(await on.centre.finished({ contactId })).toMatchObject({ endCode: 'callerCancel', endCodeNumber: 209 });
    await agent.is('free');
    expect(agent.rung).toBe(1);
  });

  it('an agent whose phone is not registered: clientError, and the agent is free again', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    await agent.phone.unregister();
    const { id: contactId } = await place(agent, on.centre.world.newNumber('a'));
    expect(await on.centre.finished({ contactId })).toMatchObject({ endCode: 'clientError', endCodeNumber: 211 });
    await agent.is('free');
  });

  it('an agent in a call, or offline, cannot place another', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own } = await talks(agent);
    const path = `/v1/agents/${agent.id}/calls`;
    const body = { to: on.centre.world.newNumber('a') };
    const refused = await agent.api.request<{ code: string }>('POST', path, body);
    expect([refused.status, refused.body.code]).toEqual([409, 'agent-status-not-allowed']);
    await own.bye();
    await agent.is('free');
    await agent.ask('offline');
    expect((await agent.api.request('POST', path, body)).status).toBe(409);
  });

  it('SOFTOUT-05 over the mobile: it rings first, sees the number for mobiles, and the customer rings after its answer', async () => {
    const { world } = on.centre;
    const forMobiles = await ours({ forAgentMobiles: true });
    const mobile = world.newNumber('b');
    const agent = await on.centre.agent([await on.centre.group()], { more: { phone: mobile, mobileCallOut: true } });
    const to = world.newNumber('a');
    const contact = await place(agent, to, { callerPhoneNumber: ourNumber });
    const own = await world.carried('b', mobile);
    expect(shownTo(own)).toContain(forMobiles);
    own.ring();
    await on.centre.contact({ contactId: contact.id }, ({ status }) => status === 'ringing');
    expect(world.carriers.a.incoming.all.some(({ invitation }) => invitation.uri!.includes(to))).toBe(false);
    await own.answer();
    const customer = await world.carried('a', to);
    expect(shownTo(customer)).toContain(ourNumber);
    await customer.answer();
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    expect(agent.rung).toBe(0);
    await own.bye();
    const { participants } = await on.centre.finished({ contactId: contact.id });
    expect(participants[1]).toMatchObject({ type: 'staffPhoneSeat', phone: mobile });
  });

  it('SOFTOUT-05 an agent who does not take its mobile: the customer is never called', async () => {
    const { world } = on.centre;
    const mobile = world.newNumber('b');
    const agent = await on.centre.agent([await on.centre.group()], { more: { phone: mobile, mobileCallOut: true } });
    const to = world.newNumber('a');
    const { id: contactId } = await place(agent, to);
    (await world.carried('b', mobile)).reject(486);
    expect((await on.centre.finished({ contactId })).endCode).toBe('callerCancel');
    expect(world.carriers.a.incoming.all.some(({ invitation }) => invitation.uri!.includes(to))).toBe(false);
    await agent.is('free');
  });

  it('SOFTOUT-05 caller numbers are tried in turn: the next where the network refuses one, and none where the callee does', async () => {
    const { world } = on.centre;
    const [first, second, third] = [await ours(), await ours(), await ours()];
    const mobile = world.newNumber('b');
    const agent = await on.centre.agent([await on.centre.group()], { more: { phone: mobile } });
    const to = world.newNumber('a');
    const callsTo = () => world.carriers.a.incoming.all.filter(({ invitation }) => invitation.uri!.includes(to));
    const numbered = (count: number) => world.carriers.a.incoming.until(`call ${count}`, () => callsTo()[count - 1]);
    const callerPhoneNumbers = [first, second, third];
    const contact = await place(agent, to, { callerPhoneNumbers, useMobile: true });
    expect(contact.line).toBe(first);
    const own = await world.carried('b', mobile);
    await own.answer();
    const refused = await numbered(1);
    expect(shownTo(refused)).toContain(first);
    refused.reject(403);
    const taken = await numbered(2);
    expect(shownTo(taken)).toContain(second);
    await taken.answer();
    await Promise.all([taken.media.hears('agent'), own.media.hears('callee')]);
    await own.bye();
    expect(await on.centre.finished({ contactId: contact.id })).toMatchObject({ line: second, endCode: 'ok' });
    const { items } = await world.api.get<{ items: object[] }>(`/v1/contacts/${contact.id}/trail`);
    expect(items).toContainEqual(
      expect.objectContaining({ what: 'callerRefused', detail: { callerId: first, endCode: 'callRestricted' } }),
    );
    await agent.is('free');
    const { id: contactId } = await place(agent, to, { callerPhoneNumbers, useMobile: true });
    const again = await world.carriers.b.incoming.until('the mobile again', () =>
      world.carriers.b.incoming.all.filter(({ invitation }) => invitation.uri!.includes(mobile)).at(1),
    );
    await again.answer();
    (await numbered(3)).reject(486);
    expect(await on.centre.finished({ contactId })).toMatchObject({ line: first, endCode: 'busy' });
    expect(callsTo()).toHaveLength(3);
  });

  it('SOFTOUT-05 of the caller numbers each must be ours; where none is taken, the last refusal is how it ends', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const [first, second] = [await ours(), await ours()];
    const to = on.centre.world.newNumber('a');
    const path = `/v1/agents/${agent.id}/calls`;
    for (const [body, pointer] of [
      [{ callerPhoneNumbers: [first, '+15559999999'] }, '/callerPhoneNumbers/1'],
      [{ callerPhoneNumbers: [first], callerPhoneNumber: second }, '/callerPhoneNumbers'],
      [{ callerPhoneNumbers: [] }, '/callerPhoneNumbers'],
    ] as const) {
      const refused = await agent.api.request<{ errors: object[] }>('POST', path, { to, ...body });
      expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer }]]);
    }
    const { id: contactId } = await place(agent, to, { callerPhoneNumbers: [first, second] });
    await agent.answers();
    const { incoming } = on.centre.world.carriers.a;
    for (const [at, sip] of [503, 403].entries()) {
      const call = await incoming.until('the call', () =>
        incoming.all.filter(({ invitation }) => invitation.uri!.includes(to)).at(at),
      );
      call.reject(sip);
    }
    expect(await on.centre.finished({ contactId })).toMatchObject({ line: second, endCode: 'callRestricted' });
    await agent.is('free');
  });

  it('SOFTOUT-04 what opens the path of the guide with its parameters calls as a mini-program: they are in the call and its record', async () => {
    const { centre } = on;
    const [first, group] = [await centre.group(), await centre.group()];
    const agent = await centre.agent([first, group]);
    const to = centre.world.newNumber('a');
    const { token } = await centre.world.api.post<{ token: string }>(`/v1/agents/${agent.id}/tokens`);
    const link = new URL('https://phone.example/call-out');
    for (const [name, value] of Object.entries({
      sdkAppId: centre.staff.accountId,
      userId: agent.id,
      token,
      calleePhone: to,
      calleeRemark: 'Order 17',
      uui: 'from the link',
      skillGroupId: group.id,
      callerPhoneNumber: ourNumber,
    })) {
      link.searchParams.set(name, value);
    }
    const { api, agentId, call } = await openedLink(link);
    const placed = await api.post<ContactView>(`/v1/agents/${agentId}/calls`, call);
    const own = await agent.answers();
    const customer = await centre.world.carried('a', to);
    expect(shownTo(customer)).toContain(ourNumber);
    await customer.answer();
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    await own.bye();
    const record = await centre.finished({ contactId: placed.id });
    expect(record).toMatchObject({ uui: 'from the link', remark: 'Order 17', skillGroupId: group.id, customer: to });
    expect(record.participants[1]).toMatchObject({ type: 'miniProgramSeat', agentId: agent.id });
  });
});

describe('acts in a call that an agent placed', () => {
  it('SOFTOUT-06 digits reach the far end in order, each once', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { customer, contactId } = await talks(agent);
    await agent.act({ contactId }, 'send-digits', { digits: '123#' });
    await customer.media.hearsDigits('123#');
    await customer.bye();
  });

  it('SOFTOUT-07 hold and retrieve', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, customer, contactId } = await talks(agent);
    await agent.act({ contactId }, 'hold');
    await customer.media.hears('music');
    await on.centre.world.eventually('the agent to hear nobody', async () =>
      (await own.media.listen(300)).length === 0 ? true : undefined,
    );
    await agent.act({ contactId }, 'retrieve');
    await Promise.all([customer.media.hears('agent'), own.media.hears('callee')]);
    await customer.bye();
    const { participants } = await on.centre.finished({ contactId });
    expect(participants[0]!.heldSeconds).toBeGreaterThan(0);
    expect(await doneBy(agent, contactId)).toEqual(['hold', 'unhold', 'left']);
  });

  it('SOFTOUT-08 mute and unmute', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own, customer, contactId } = await talks(agent);
    await agent.act({ contactId }, 'mute');
    await on.centre.world.eventually('the customer to hear nobody', async () =>
      (await customer.media.listen(300)).length === 0 ? true : undefined,
    );
    await own.media.hears('callee');
    expect((await agent.api.get<Muted>(`/v1/contacts/${contactId}`)).participants[1]!.muted).toBe(true);
    await agent.act({ contactId }, 'unmute');
    await customer.media.hears('agent');
    expect((await agent.api.get<Muted>(`/v1/contacts/${contactId}`)).participants[1]!.muted).toBe(false);
    await customer.bye();
    await on.centre.finished({ contactId });
    expect(await doneBy(agent, contactId)).toEqual(['mute', 'unmute', 'left']);
  });

  it('SOFTOUT-09 transfer to a skill group; the contact stays outbound', async () => {
    const other = await on.centre.group();
    const agent = await on.centre.agent([await on.centre.group()]);
    const second = await on.centre.agent([other], { party: 'supervisor' });
    const { own, customer, contactId, to } = await talks(agent, { remark: 'Order 17' });
    await agent.act({ contactId }, 'transfer', { to: { type: 'group', skillGroupId: other.id } });
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const rung = await second.rings();
    await customer.media.hears('music');
    expect((await second.event('callIn', ({ sessionId }) => sessionId === contactId)).data).toMatchObject({
      callerPhoneNumber: to,
      calleePhoneNumber: ourNumber,
      remark: 'Order 17',
      ivrPath: [],
    });
    await rung.answer();
    await Promise.all([customer.media.hears('supervisor'), rung.media.hears('callee')]);
    await rung.bye();
    expect(await customer.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await on.centre.finished({ contactId });
    expect(record).toMatchObject({ direction: 'outbound', callType: 1 });
    expect(
      record.participants.map(({ agentId, endCode, transferFrom, transferTo }) => ({
        ...{ agentId, endCode, transferFrom, transferTo },
      })),
    ).toEqual([
      { agentId: null, endCode: 'ok', transferFrom: null, transferTo: null },
      { agentId: agent.id, endCode: 'seatForward', transferFrom: null, transferTo: 2 },
      { agentId: second.id, endCode: 'ok', transferFrom: 1, transferTo: null },
    ]);
  });

  it('SOFTOUT-10 transfer to an agent', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const group = await on.centre.group();
    const second = await on.centre.agent([group], { party: 'supervisor' });
    const beside = await on.centre.agent([group]);
    const { own, customer, contactId } = await talks(agent);
    const { items } = await agent.api.get<{ items: { agentId: string; status: string }[] }>(
      `/v1/colleagues?skillGroupId=${group.id}`,
    );
    expect(Object.fromEntries(items.map(({ agentId, status }) => [agentId, status]))).toEqual({
      [second.id]: 'free',
      [beside.id]: 'free',
    });
    await agent.act({ contactId }, 'transfer', { to: { type: 'agent', agentId: second.id } });
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const taken = await second.answers();
    await Promise.all([customer.media.hears('supervisor'), taken.media.hears('callee')]);
    await customer.bye();
    const record = await on.centre.finished({ contactId });
    expect(record.direction).toBe('outbound');
    expect(record.participants).toMatchObject([
      { type: 'customer' },
      { agentId: agent.id, transferTo: 2 },
      { agentId: second.id, transferFrom: 1 },
    ]);
    expect(beside.rung).toBe(0);
  });

  it('SOFTOUT-11 transfer to an external line', async () => {
    const agent = await on.centre.agent([await on.centre.group()], { party: 'supervisor' });
    const to = on.centre.world.newNumber('a');
    const { id: contactId } = await place(agent, to);
    const own = await agent.answers();
    const customer = await on.centre.world.carried('a', to);
    await customer.answer();
    await customer.media.hears('supervisor');
    const outside = on.centre.world.newNumber('b');
    await agent.act({ contactId }, 'transfer', { to: { type: 'number', number: outside, callerId: ourNumber } });
    const line = await on.centre.world.carried('b', outside);
    expect(shownTo(line)).toContain(ourNumber);
    await line.answer();
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    await Promise.all([customer.media.hears('agent'), line.media.hears('callee')]);
    await customer.bye();
    const record = await on.centre.finished({ contactId });
    expect(record.direction).toBe('outbound');
    expect(record.participants.at(-1)).toMatchObject({ type: 'outboundSeat', phone: outside, callerId: ourNumber });
  });

  it('SOFTOUT-12 after-call work after an answered call; nothing is offered until it ends', async () => {
    await on.centre.settings({ afterCallWorkSeconds: 60 });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const { customer, contactId } = await talks(agent);
    await customer.bye();
    await agent.is('afterCallWork');
    const rungBefore = agent.rung;
    const waiting = await on.centre.waits(await on.centre.line(group));
    expect([agent.rung, (await on.centre.contact(waiting, () => true)).status]).toEqual([rungBefore, 'queued']);
    await agent.api.post(`/v1/agents/${agent.id}/after-call-work/end`);
    await agent.answers();
    await waiting.call.media.hears('agent');
    const { participants } = await on.centre.finished({ contactId });
    expect(participants[1]!.afterCallWorkSeconds).toBeGreaterThan(0);
  });

  it.each([
    ['agent', ['customer', 'third']],
    ['customer', ['agent', 'third']],
    ['third', ['agent', 'customer']],
  ] as const)('SOFTOUT-15 three talk; when the %s leaves, the other two talk on', async (leaves, stay) => {
    const agent = await on.centre.agent([await on.centre.group()], { party: 'supervisor' });
    const to = on.centre.world.newNumber('a');
    const { id: contactId } = await place(agent, to);
    const own = await agent.answers();
    const customer = await on.centre.world.carried('a', to);
    await customer.answer();
    await customer.media.hears('supervisor');
    const outside = on.centre.world.newNumber('b');
    await agent.act({ contactId }, 'invite', { to: { type: 'number', number: outside, callerId: ourNumber } });
    const third = await on.centre.world.carried('b', outside);
    await third.answer();
    await Promise.all([
      customer.media.hears('supervisor', 'agent'),
      own.media.hears('callee', 'agent'),
      third.media.hears('callee', 'supervisor'),
    ]);
    const calls = { agent: own, customer, third };
    const sounds = { agent: 'supervisor', customer: 'callee', third: 'agent' } as const;
    await calls[leaves].bye();
    const [one, other] = stay;
    await Promise.all([calls[one].media.hears(sounds[other]), calls[other].media.hears(sounds[one])]);
    await calls[one].bye();
    expect(await calls[other].ended).toEqual({ by: 'them', how: 'BYE' });
    const { participants } = await on.centre.finished({ contactId });
    expect(participants).toMatchObject([
      { type: 'customer' },
      { type: 'staffSeat', agentId: agent.id },
      { type: 'outboundSeat', phone: outside, callerId: ourNumber },
    ]);
  });
});
