import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { type Line, ourNumber } from '../world.js';
import { type CentreAgent, type ContactView, useCentre } from './centre.js';
import type { GroupView } from './staff.js';

const on = useCentre({ name: 'centre_calls_back', redisDatabase: 45 });
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
  await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
});

/** The agent calls a new customer, who answers; both hang up. */
async function calledOnce(agent: CentreAgent, to = on.centre.world.newNumber('a')) {
  const contact = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });
  const own = await agent.answers();
  const customer = await on.centre.world.carried('a', to);
  await customer.answer();
  await customer.media.hears('agent');
  await own.bye();
  await on.centre.finished({ contactId: contact.id });
  await agent.is('free');
  return { to, contactId: contact.id };
}

/** Somebody calls the line from that number; resolves with how its INVITE was answered in the end. */
async function refusedFrom(number: string, line: Line): Promise<number | undefined> {
  const phone = await on.centre.world.phone({ user: number });
  return (await (await phone.dial(line.number)).final).status;
}

/** The first blacklist entry of an account, and a new number, count within a second. */
async function itCounts(): Promise<void> {
  const addedAt = Date.now();
  await on.centre.world.eventually('it to count', async () => (Date.now() - addedAt > 1_050 ? true : undefined));
}

const contactsOf = async (customer: string) =>
  (await on.centre.world.api.get<{ items: ContactView[] }>(`/v1/contacts?customer=${encodeURIComponent(customer)}`))
    .items;

describe('calling a customer again', () => {
  it('SOFTOUT-13 redial after an outbound call reaches the same number in a new contact', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    const { to, contactId } = await calledOnce(agent);
    const before = on.centre.world.carriers.a.incoming.all.length;
    const again = await agent.api.post<ContactView>(`/v1/contacts/${contactId}/redial`, {});
    expect(again.id).not.toBe(contactId);
    await agent.answers();
    const customer = await on.centre.world.carriers.a.incoming.first(
      'the second call',
      (call) => call.invitation.uri!.includes(to),
      {
        from: before,
      },
    );
    await customer.answer();
    await customer.media.hears('agent');
    await customer.bye();
  });

  it('SOFTIN-14 redial after an inbound call, also while the number is masked', async () => {
    await on.centre.settings({ numberProtection: { inbound: 'mask', outbound: 'mask' } });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const from = on.centre.world.newNumber('a');
    const { call, contactId } = await on.centre.call(await on.centre.line(group), from);
    await agent.answers();
    await call.media.hears('agent');
    const early = await agent.api.request<{ code: string }>('POST', `/v1/contacts/${contactId}/redial`, {});
    expect([early.status, early.body.code]).toEqual([409, 'contact-act-not-possible']);
    await call.bye();
    await on.centre.finished({ contactId });
    await agent.is('free');
    const again = await agent.api.post<ContactView>(`/v1/contacts/${contactId}/redial`, {});
    expect(again.customer).toBe(`${from.slice(0, -8)}****${from.slice(-4)}`);
    await agent.answers();
    const customer = await on.centre.world.carried('a', from);
    await customer.answer();
    await customer.media.hears('agent');
    await customer.bye();
  });
});

/** A line that greets its callers before they wait for the group. */
const greetedLine = (group: GroupView) =>
  on.centre.line(group, {}, [{ verb: 'play', url: on.centre.world.backend.url('/prompt.wav') }]);

describe('outbound memory', () => {
  it('OUTSET-06 a call back goes to the agent who called, and nobody hears the script of the number', async () => {
    await on.centre.settings({ outboundMemory: 'fixed' });
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const other = await on.centre.agent([group], { party: 'supervisor' });
    const { to } = await calledOnce(agent);
    const line = await greetedLine(group);
    const call = await (await on.centre.world.phone({ user: to })).dial(line.number);
    await agent.answers();
    await call.media.hears('agent');
    expect(on.centre.world.backend.count(line.path)).toBe(0);
    expect(other.rung).toBe(0);
    await call.bye();
  });

  it('OUTSET-06 when the time is over, three days where nothing is set, a call back hears the script and anybody may take it', async () => {
    const { centre } = on;
    expect(await centre.world.api.get('/v1/contact-centre')).toMatchObject({ outboundMemorySeconds: 72 * 3600 });
    await centre.settings({ outboundMemory: 'fixed' });
    const [caller, group] = [await centre.agent([await centre.group()]), await centre.group()];
    const other = await centre.agent([group], { party: 'supervisor' });
    const { to } = await calledOnce(caller);
    const calledAt = Date.now();
    await centre.settings({ outboundMemorySeconds: 1 });
    await centre.world.eventually('the call to be older than that', async () =>
      Date.now() - calledAt > 1_050 ? true : undefined,
    );
    const line = await greetedLine(group);
    const { call } = await centre.call(line, to);
    await call.media.hears('prompt');
    await other.answers();
    await call.media.hears('supervisor');
    expect(caller.rung).toBe(1);
    await call.bye();
  });

  it('OUTSET-06 fixed: waits for a busy agent, or ends, as the settings say', async () => {
    await on.centre.settings({ outboundMemory: 'fixed', outboundMemoryFailure: 'wait' });
    const agent = await on.centre.agent([await on.centre.group()]);
    const { to } = await calledOnce(agent);
    await agent.ask('notReady');
    const line = await on.centre.line(await on.centre.group());
    const call = await (await on.centre.world.phone({ user: to })).dial(line.number);
    await call.answered();
    await agent.ask('free');
    await agent.answers();
    await call.media.hears('agent');
    await call.bye();
    await agent.is('free');
    await agent.ask('notReady');
    await on.centre.settings({ outboundMemoryFailure: 'end' });
    expect(await refusedFrom(to, line)).toBe(486);
    expect(on.centre.world.backend.count(line.path)).toBe(0);
    const [turnedAway] = await contactsOf(to);
    expect(turnedAway).toMatchObject({ endCode: 'noSeatOnline', endCodeNumber: 105 });
    expect(await on.centre.world.cdr(turnedAway!.participants[0]!.callId!)).toMatchObject({
      callType: 2,
      endCode: 'noSeatOnline',
      endCodeNumber: 105,
    });
  });

  it('OUTSET-07 preferred: the agent first; where it is busy, the script of the number', async () => {
    await on.centre.settings({ outboundMemory: 'preferred' });
    const group = await on.centre.group();
    const agent = await on.centre.agent([await on.centre.group()]);
    const other = await on.centre.agent([group], { party: 'supervisor' });
    const { to } = await calledOnce(agent);
    const line = await greetedLine(group);
    const first = await (await on.centre.world.phone({ user: to })).dial(line.number);
    const taken = await agent.answers();
    await first.media.hears('agent');
    await taken.bye();
    expect(await first.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(on.centre.world.backend.count(line.path)).toBe(0);
    await agent.is('free');
    for (const status of ['notReady', 'offline']) {
      await agent.ask(status);
      const { call } = await on.centre.call(line, to);
      await call.media.hears('prompt');
      const talk = await other.answers();
      await call.media.hears('supervisor');
      await call.bye();
      await talk.ended;
      await other.is('free');
    }
    expect(agent.rung).toBe(2);
  });

  it('OUTSET-07 preferred: an agent in a call is busy, and one who does not take it in time is passed over for the script', async () => {
    await on.centre.settings({ outboundMemory: 'preferred', ringTimeoutSeconds: 5 });
    const group = await on.centre.group();
    const agent = await on.centre.agent([await on.centre.group()]);
    const other = await on.centre.agent([group], { party: 'supervisor' });
    const { to } = await calledOnce(agent);
    const line = await greetedLine(group);
    const busyWith = on.centre.world.newNumber('a');
    const { id: contactId } = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to: busyWith });
    await agent.answers();
    await (await on.centre.world.carried('a', busyWith)).answer();
    const { call } = await on.centre.call(line, to);
    await call.media.hears('prompt');
    const talk = await other.answers();
    await call.bye();
    await talk.ended;
    await other.is('free');
    await agent.act({ contactId }, 'hang-up');
    await agent.is('free');
    const later = await (await on.centre.world.phone({ user: to })).dial(line.number);
    const missed = await agent.rings();
    expect(await missed.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await later.media.hears('prompt');
    await other.answers();
    await later.media.hears('supervisor');
    await later.bye();
  });
});

describe('the blacklist', () => {
  it('SOFTIN-15 a caller whom an agent blacklists is refused before anything is heard, until the entry is removed', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const line = await on.centre.line(group);
    const from = on.centre.world.newNumber('b');
    const { call, contactId } = await on.centre.call(line, from);
    await agent.answers();
    await call.media.hears('agent');
    const added = await agent.api.request('POST', `/v1/contacts/${contactId}/blacklist`, { reason: 'Harassing' });
    expect(added.status).toBe(204);
    expect((await agent.api.request('POST', `/v1/contacts/${contactId}/blacklist`, {})).status).toBe(204);
    await call.bye();
    await itCounts();
    expect(await refusedFrom(from, line)).toBe(603);
    const asked = on.centre.world.backend.count(line.path);
    expect(await refusedFrom(from, line)).toBe(603);
    const [refused] = await contactsOf(from);
    expect(refused).toMatchObject({
      status: 'finished',
      endCode: 'blackList',
      endCodeNumber: 100,
      direction: 'inbound',
    });
    const { callId } = refused!.participants[0] as unknown as { callId: string };
    expect(await on.centre.world.cdr(callId)).toMatchObject({
      from,
      talkSeconds: 0,
      endCode: 'blackList',
      endCodeNumber: 100,
      termination: { reason: 'denied', sip: 603 },
    });
    expect(on.centre.world.backend.count(line.path)).toBe(asked);
    const { items } = await on.centre.world.api.get<{
      items: { id: string; number: string; addedBy: string; contactId: string }[];
    }>('/v1/blacklist');
    const entry = items.find(({ number }) => number === from)!;
    expect(entry).toMatchObject({ addedBy: agent.id, contactId, reason: 'Harassing' });
    await on.centre.world.api.do('DELETE', `/v1/blacklist/${entry.id}`);
    const again = await on.centre.call(line, from);
    await agent.answers();
    await again.call.media.hears('agent');
    await again.call.bye();
  });

  it('SOFTOUT-14 the callee of an outbound call', async () => {
    const group = await on.centre.group();
    const agent = await on.centre.agent([group]);
    const { to, contactId } = await calledOnce(agent);
    await agent.api.do('POST', `/v1/contacts/${contactId}/blacklist`, {});
    const line = await on.centre.line(group);
    await itCounts();
    expect(await refusedFrom(to, line)).toBe(603);
    expect((await contactsOf(to))[0]).toMatchObject({ endCode: 'blackList', endCodeNumber: 100, direction: 'inbound' });
  });

  it('SOFTIN-15 an entry for one line keeps the caller out of that line only', async () => {
    const [closed, open] = [
      await on.centre.world.line([{ verb: 'say', text: 'Hello' }]),
      await on.centre.world.line([{ verb: 'say', text: 'Hello' }]),
    ];
    const { items } = await on.centre.world.api.get<{ items: { id: string; number: string }[] }>(
      '/v1/numbers?limit=100',
    );
    const id = items.find(({ number }) => number === closed.number)!.id;
    const from = on.centre.world.newNumber('b');
    await on.centre.world.api.post('/v1/blacklist', { number: from, numberIds: [id] });
    await itCounts();
    expect(await refusedFrom(from, closed)).toBe(603);
    expect(await refusedFrom(from, open)).toBe(200);
  });
});

describe('internal calls', () => {
  it('AGENT-04 an agent calls an agent who is online: it rings as internal, and both talk', async () => {
    const caller = await on.centre.agent([], { more: { extension: '8001' } });
    const callee = await on.centre.agent([], { party: 'supervisor', more: { extension: '8002' } });
    const path = `/v1/agents/${caller.id}/internal-calls`;
    const contact = await caller.api.post<ContactView>(path, { to: callee.id });
    expect(contact).toMatchObject({ direction: 'internal', customer: '8001', line: '8002' });
    const own = await caller.answers();
    const rung = await callee.rings();
    expect(headerOf(rung.invitation, 'From')).toContain('8001');
    expect((await callee.event('callIn')).data).toMatchObject({
      callType: 'internal',
      peerUserId: caller.id,
      callerPhoneNumber: '8001',
    });
    await callee.is('busy');
    await rung.answer();
    await Promise.all([own.media.hears('supervisor'), rung.media.hears('agent')]);
    await caller.event('calloutAccepted');
    await rung.bye();
    expect(await own.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await on.centre.finished({ contactId: contact.id });
    expect(record).toMatchObject({ direction: 'internal', callType: 6, endCode: 'ok' });
    const { callId } = record.participants.find(({ agentId }) => agentId === callee.id)!;
    expect(await on.centre.world.cdr(callId!)).toMatchObject({ callType: 6 });
    await caller.is('free');
    await callee.is('free');
  });

  it('AGENT-04 who declines an internal call is free again, and so is who called', async () => {
    const caller = await on.centre.agent([]);
    const callee = await on.centre.agent([], { party: 'supervisor' });
    const { id: contactId } = await caller.api.post<ContactView>(`/v1/agents/${caller.id}/internal-calls`, {
      to: callee.id,
    });
    await caller.answers();
    const rung = await callee.rings();
    rung.reject(486);
    expect(await on.centre.finished({ contactId })).toMatchObject({ endCode: 'userReject' });
    await caller.is('free');
    await callee.is('free');
  });

  it('AGENT-04 an agent who is offline is refused, or called on its mobile', async () => {
    const mobile = on.centre.world.newNumber('b');
    const caller = await on.centre.agent([], { party: 'supervisor' });
    const callee = await on.centre.agent([], { phone: false, online: false, client: false, more: { phone: mobile } });
    const path = `/v1/agents/${caller.id}/internal-calls`;
    const refused = await caller.api.request<{ code: string }>('POST', path, { to: callee.id });
    expect([refused.status, refused.body.code]).toEqual([409, 'agent-unavailable']);
    const contact = await caller.api.post<ContactView>(path, { to: callee.id, useMobile: true });
    const own = await caller.answers();
    const rung = await on.centre.world.carried('b', mobile);
    await rung.answer();
    await Promise.all([own.media.hears('agent'), rung.media.hears('supervisor')]);
    await own.bye();
    expect(await rung.ended).toEqual({ by: 'them', how: 'BYE' });
    const record = await on.centre.finished({ contactId: contact.id });
    expect(record).toMatchObject({ direction: 'internal', endCode: 'ok' });
    expect(record.participants[1]).toMatchObject({ type: 'staffPhoneSeat', agentId: callee.id });
  });
});

describe('which number calls out show', () => {
  /** The numbers that calls of this agent show, by so many calls that ring nowhere. */
  const shown = async (agent: CentreAgent, calls: number, to = () => on.centre.world.newNumber('a')) => {
    const numbers = new Set<string>();
    for (let count = 0; count < calls; count += 1) {
      const { id: contactId, line } = await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to: to() });
      numbers.add(line);
      await agent.act({ contactId }, 'hang-up');
      await agent.is('free');
    }
    return [...numbers];
  };

  it('OUTSET-01 NUM-03 one that is bound to the agent’s group; with none, any', async () => {
    const { world } = on.centre;
    const [bound, unbound] = [await on.centre.group(), await on.centre.group()];
    const [agent, other] = [await on.centre.agent([bound]), await on.centre.agent([unbound])];
    const number = world.newNumber();
    const { id } = await world.api.post<{ id: string }>('/v1/numbers', { number, outboundSkillGroupIds: [bound.id] });
    await world.eventually('the number to count', async () => {
      const [line] = await shown(agent, 1);
      return line === number ? true : undefined;
    });
    expect(await shown(agent, 5)).toEqual([number]);
    expect((await shown(other, 25)).length).toBeGreaterThan(1);
    await world.api.patch(`/v1/numbers/${id}`, { outboundSkillGroupIds: [] });
    await world.eventually('the number to be unbound', async () =>
      (await shown(agent, 5)).length > 1 ? true : undefined,
    );
  });

  it('OUTSET-02 one of the callee’s area; with none, any', async () => {
    const { world } = on.centre;
    const agent = await on.centre.agent([await on.centre.group()]);
    await world.api.patch(`/v1/accounts/${world.firstAccount.accountId}`, {
      allowedDestinations: ['+4420', '+4930', '+86'],
    });
    const [shenzhen, beijing] = ['+8675586013388', '+861058230000'];
    for (const number of [shenzhen, beijing]) await world.api.post('/v1/numbers', { number });
    await on.centre.settings({ callerIdRule: 'sameArea' });
    await itCounts();
    expect(await shown(agent, 3, () => '+8613510012345')).toEqual([shenzhen]);
    expect(await shown(agent, 3, () => '+8613810012345')).toEqual([beijing]);
    expect((await shown(agent, 25, () => '+8618980001234')).length).toBeGreaterThan(1);
  });

  it('callee limits and hours: the call is over before any phone rings', async () => {
    const agent = await on.centre.agent([await on.centre.group()]);
    await on.centre.settings({ calleeLimits: [{ calls: 1, withinSeconds: 300 }] });
    const to = on.centre.world.newNumber('a');
    await shown(agent, 1, () => to);
    const rungBefore = agent.rung;
    const place = () =>
      agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to, callerPhoneNumber: ourNumber });
    expect(await place()).toMatchObject({ status: 'finished', endCode: 'tooManyRequest', endCodeNumber: 109 });
    const hour = (shift: number) => new Date(Date.now() + shift * 3_600_000).toISOString().slice(11, 16);
    await on.centre.settings({ callOutHours: { from: hour(2), to: hour(4) } });
    expect(await place()).toMatchObject({ status: 'finished', endCode: 'restrictedTime', endCodeNumber: 111 });
    const elsewhere = { to: '+33142685300' };
    expect(await agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, elsewhere)).toMatchObject({
      endCode: 'restrictedArea',
    });
    expect(agent.rung).toBe(rungBefore);
  });
});
