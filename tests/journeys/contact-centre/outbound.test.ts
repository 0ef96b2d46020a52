import { describe, expect, it } from 'vitest';
import { toneLevel } from '../../ear/tone-level.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { ourNumber } from '../world.js';
import type { CentreAgent, ContactView } from './centre.js';
import { shownTo, useOutbound } from './placed-calls.js';

const on = useOutbound({ name: 'centre_outbound', redisDatabase: 44 });

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

const types = (agent: CentreAgent) =>
  agent.client.events.all.filter(({ data }) => 'sessionId' in data).map(({ type }) => type);

describe('calls that agents place', () => {
  it('SOFTOUT-02 SOFTOUT-03 the agent’s phone rings first, then the customer’s; both talk; the record has it all', async () => {
    const agent = await on.centre.agent([await on.centre.group()], { client: false });
    await agent.follow();
    await on.centre.world.eventually('its client to be there', async () =>
      (await agent.status()).clients > 0 ? true : undefined,
    );
    const to = on.centre.world.newNumber('a');
    const contact = await on.calls.place(agent, ` ${to.slice(0, 5)} ${to.slice(5)} `, {
      uui: 'öäü-17',
      remark: 'Order 17',
    });
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
    const contact = await on.calls.place(agent, '123');
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
    const { own, customer } = await on.calls.rings(agent);
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
    const { own, customer, contactId } = await on.calls.rings(agent);
    customer.reject(sip);
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await on.centre.finished({ contactId })).toMatchObject({ endCode, endCodeNumber });
    expect((await agent.event('sessionEnded')).data).toMatchObject({ closeBy });
    await agent.is('free');
  });

  it('the agent gives up while it rings: callerCancelWhileRing, and no after-call work', async () => {
    await on.centre.settings({ afterCallWorkSeconds: 30 });
    const agent = await on.centre.agent([await on.centre.group()]);
    const { customer, contactId } = await on.calls.rings(agent);
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
    const { id: contactId } = await on.calls.place(agent, on.centre.world.newNumber('a'));
    expect(await on.centre.finished({ contactId })).toMatchObject({ endCode: 'clientError', endCodeNumber: 211 });
    await agent.is('free');
  });

  it('an agent in a call, or offline, cannot place another', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { own } = await on.calls.talks(agent);
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
    const contact = await on.calls.place(agent, to, { callerPhoneNumber: ourNumber });
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
    const { id: contactId } = await on.calls.place(agent, to);
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
    const contact = await on.calls.place(agent, to, { callerPhoneNumbers, useMobile: true });
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
    const { id: contactId } = await on.calls.place(agent, to, { callerPhoneNumbers, useMobile: true });
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
    const { id: contactId } = await on.calls.place(agent, to, { callerPhoneNumbers: [first, second] });
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
