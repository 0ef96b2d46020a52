import { beforeAll, describe, expect, it } from 'vitest';
import type { EventStreamClient } from '../../peers/event-stream-client.js';
import { type CentreAgent, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_at_work', redisDatabase: 52 });
beforeAll(() => on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 1 }));

/** The agent answers, and the customer hears it. */
async function talk(agent: CentreAgent, { call }: Customer) {
  const seat = await agent.answers();
  await Promise.all([call.media.hears('agent'), seat.media.hears('caller')]);
  return seat;
}

/** Without what streams tell of statuses. */
const events = (agent: CentreAgent) => agent.client.types.filter((type) => type !== 'agent.status-changed');

describe('AGENT-01 who is offered calls', () => {
  it('AGENT-01 a queued call rings nobody who is not ready, at rest, busy or offline; who becomes free gets it', async () => {
    const { centre } = on;
    const group = await centre.group();
    const line = await centre.line(group);
    const busy = await centre.agent([group]);
    await talk(busy, await centre.call(line));
    const others = { notReady: await centre.agent([group]), rest: await centre.agent([group]) };
    const offline = await centre.agent([group], { online: false });
    await others.notReady.ask('notReady');
    await others.rest.ask('rest', { restReason: 'meal' });
    const customer = await centre.waits(line);
    expect(await others.notReady.status()).toMatchObject({ status: 'notReady', offerId: null });
    await others.rest.ask('free');
    const seat = await talk(others.rest, customer);
    expect([busy.rung, others.notReady.rung, others.rest.rung, offline.rung]).toEqual([1, 0, 1, 0]);
    for (const agent of [busy, offline]) {
      const to = centre.world.newNumber('a');
      const { status, body } = await agent.api.request<{ code: string }>('POST', `/v1/agents/${agent.id}/calls`, {
        to,
      });
      expect([status, body.code]).toEqual([409, 'agent-status-not-allowed']);
    }
    const { participants } = await centre.contact(customer, ({ status }) => status === 'inProgress');
    expect(participants.map(({ agentId }) => agentId)).toEqual([null, others.rest.id]);
    await seat.bye();
  });

  it('AGENT-01 rest needs one of the reasons that are in use, and may call out', async () => {
    const { centre } = on;
    await centre.settings({
      restReasons: [
        { name: 'training', enabled: true },
        { name: 'meal', enabled: false },
      ],
      afterCallWorkSeconds: 0,
    });
    const agent = await centre.agent([await centre.group()]);
    for (const restReason of ['meal', 'siesta']) {
      const refused = await agent.api.request<{ code: string }>('POST', `/v1/agents/${agent.id}/status`, {
        status: 'rest',
        restReason,
      });
      expect(refused.body.code).toBe('rest-reason-unknown');
    }
    expect(await agent.ask('rest', { restReason: 'training' })).toMatchObject({ restReason: 'training' });
    const to = centre.world.newNumber('a');
    await agent.api.post(`/v1/agents/${agent.id}/calls`, { to });
    const [own, customer] = [await agent.answers(), await centre.world.carried('a', to)];
    await customer.answer();
    await Promise.all([own.media.hears('callee'), customer.media.hears('agent')]);
    await customer.bye();
    expect(await agent.is('rest')).toMatchObject({ restReason: 'training' });
    const history = await centre.world.eventually('the history to have it all', async () => {
      const path = `/v1/agents/${agent.id}/status-history`;
      const { items } = await centre.world.api.get<{
        items: { to: string; restReason: string | null; changedAt: string }[];
      }>(path);
      return items.length === 4 ? items : undefined;
    });
    for (const [at, { changedAt }] of history.entries()) {
      expect(Date.parse(changedAt)).toBeGreaterThanOrEqual(Date.parse(history[at + 1]?.changedAt ?? changedAt));
    }
    expect(history.map(({ to: status, restReason }) => [status, restReason])).toEqual([
      ['rest', 'training'],
      ['busy', null],
      ['rest', 'training'],
      ['free', null],
    ]);
  });
});

describe('AGENT-02 status on going online', () => {
  it('AGENT-02 not ready stays silent; free rings at once', async () => {
    const { centre } = on;
    await centre.settings({ statusOnline: 'notReady' });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    expect((await agent.status()).status).toBe('notReady');
    const customer = await centre.waits(await centre.line(group));
    const { participants, status } = await centre.contact(customer, () => true);
    expect([participants.length, status, agent.rung]).toEqual([1, 'queued', 0]);
    await agent.ask('free');
    await talk(agent, customer);
  });
});

describe('presence', () => {
  it('a client that connects before its agent goes online counts', async () => {
    const agent = await on.centre.agent([await on.centre.group()], { online: false });
    expect(await agent.ask('online')).toMatchObject({ status: 'free', clients: 1 });
  });

  it('two clients of one agent hear the same; one may go', async () => {
    const { centre } = on;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const first = agent.client;
    const second = await agent.follow('overWebSocket');
    expect((await agent.status()).clients).toBe(2);
    const customer = await centre.call(await centre.line(group));
    const seat = await talk(agent, customer);
    for (const client of [first, second]) await client.event('userAccessed');
    first.close();
    await customer.call.bye();
    await seat.ended;
    await second.event('sessionCompleted');
    await second.event('sessionEnded');
    expect(events(agent)).toEqual(['callIn', 'userAccessed', 'sessionEnded', 'sessionCompleted']);
    expect((await agent.status()).clients).toBe(1);
  });
});

describe('many streams of one agent', () => {
  it('300 at once: 20 stay and get what happens, each of the others is told that it was displaced', async () => {
    const { centre } = on;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const opened = Array.from({ length: 300 }, () => agent.follow('overWebSocket'));
    const clients = [agent.client, ...(await Promise.all(opened))];
    centre.atEnd(() => {
      for (const client of clients) client.close();
    });
    const isDisplaced = (client: EventStreamClient) => client.events.all.some(({ type }) => type === 'displaced');
    await centre.world.eventually('all but 20 to be displaced', async () =>
      clients.filter(isDisplaced).length === clients.length - 20 ? true : undefined,
    );
    await Promise.all(clients.filter(isDisplaced).map((client) => client.over));
    await centre.world.eventually('20 clients to be counted', async () =>
      (await agent.status()).clients === 20 ? true : undefined,
    );
    const customer = await centre.call(await centre.line(group));
    await talk(agent, customer);
    const left = clients.filter((client) => !isDisplaced(client));
    expect(left).toHaveLength(20);
    await Promise.all(left.map((client) => client.event('userAccessed')));
  });
});

describe('INSET-01 ring time-out', () => {
  it('INSET-01 the first stops ringing and is told so, the second rings; the record says seatGiveUp', async () => {
    const { centre } = on;
    const group = await centre.group({ ringTimeoutSeconds: 5 });
    const first = await centre.agent([group]);
    const second = await centre.agent([group]);
    const customer = await centre.call(await centre.line(group));
    const missed = await first.rings();
    expect((await first.event('callIn')).data.timeout).toBe(5);
    expect(await missed.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await first.event('autoTransfer');
    await talk(second, customer);
    const { participants } = await centre.contact(customer, ({ status }) => status === 'inProgress');
    expect(participants[1]).toMatchObject({ agentId: first.id, endCode: 'seatGiveUp' });
    expect(events(first)).toEqual(['callIn', 'autoTransfer']);
    expect((await first.status()).status).toBe('free');
  });

  it('INSET-01 switched off, it rings on: callIn has no time-out', async () => {
    const { centre } = on;
    await centre.settings({ ringTimeoutSeconds: null });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const customer = await centre.call(await centre.line(group));
    const ringing = await agent.rings();
    expect((await agent.event('callIn')).data.timeout).toBe(0);
    await ringing.answer();
    await customer.call.media.hears('agent');
  });

  it('INSET-01 who missed a call is put to rest where the settings say so', async () => {
    const { centre } = on;
    await centre.settings({ afterMissedOffer: 'rest' });
    const group = await centre.group({ ringTimeoutSeconds: 5 });
    const agent = await centre.agent([group]);
    const customer = await centre.call(await centre.line(group));
    await (await agent.rings()).ended;
    await agent.is('rest');
    await centre.contact(customer, ({ status }) => status === 'queued');
  });
});

describe('INSET-02 and SOFTIN-13 after-call work', () => {
  it('INSET-02 AGENT-01 who is not ready may call out; afterwards the status is the one before the call, not free', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 1 });
    const agent = await centre.agent([await centre.group()]);
    await agent.ask('notReady');
    const to = centre.world.newNumber('a');
    await agent.api.post(`/v1/agents/${agent.id}/calls`, { to });
    const own = await agent.answers();
    const customer = await centre.world.carried('a', to);
    await customer.answer();
    await own.media.hears('callee');
    await customer.bye();
    await agent.is('notReady');
    const passed = await agent.client.events.until('the agent to be not ready again', () => {
      const changes = agent.client.events.all.filter(({ type }) => type === 'agent.status-changed');
      const statuses = changes.map(({ data }) => (data.data as { change: { to: string } }).change.to);
      return statuses.at(-1) === 'notReady' && statuses.includes('busy') ? statuses : undefined;
    });
    expect(passed.slice(-4)).toEqual(['notReady', 'busy', 'afterCallWork', 'notReady']);
  });

  it('SOFTIN-13 INSET-02 no call rings in it; "continue" keeps it, "end" ends it and a waiting call rings', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 3 });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const line = await centre.line(group);
    const first = await centre.call(line);
    await talk(agent, first);
    await first.call.bye();
    const working = await agent.is('afterCallWork');
    expect(Date.parse(working.afterCallWorkUntil!)).toBeGreaterThan(0);
    const next = await centre.waits(line);
    await agent.api.post(`/v1/agents/${agent.id}/after-call-work/continue`);
    const due = Date.parse(working.afterCallWorkUntil!);
    await centre.world.eventually('the time to be over', async () => (Date.now() > due + 500 ? true : undefined));
    expect(await agent.status()).toMatchObject({ status: 'afterCallWork', afterCallWorkUntil: null });
    expect(agent.rung).toBe(1);
    await agent.api.post(`/v1/agents/${agent.id}/after-call-work/end`);
    await talk(agent, next);
    const { participants } = await centre.finished(first);
    expect(participants[1]!.afterCallWorkSeconds).toBeGreaterThan(3);
  });

  it('SOFTIN-13 INSET-02 a waiting call rings when its time is over', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 3 });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const line = await centre.line(group);
    const first = await centre.call(line);
    await talk(agent, first);
    await first.call.bye();
    const { afterCallWorkUntil } = await agent.is('afterCallWork');
    const next = await centre.call(line);
    await talk(agent, next);
    const trail = `/v1/contacts/${next.contactId}/trail`;
    const { items } = await centre.world.api.get<{ items: { what: string; at: string }[] }>(trail);
    const offered = items.find(({ what }) => what === 'offered')!;
    expect(Date.parse(offered.at)).toBeGreaterThanOrEqual(Date.parse(afterCallWorkUntil!));
  });

  it('INSET-02 switched off, the agent is free straight away', async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const customer = await centre.call(await centre.line(group));
    await talk(agent, customer);
    await customer.call.bye();
    await agent.is('free');
    const history = agent.client.events.all.filter(({ type }) => type === 'agent.status-changed');
    expect(JSON.stringify(history)).not.toContain('afterCallWork');
  });
});

describe('STAFF-05 forced offline', () => {
  it('STAFF-05 no new call rings; a talk goes on to its end', async () => {
    const { centre } = on;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const line = await centre.line(group);
    const customer = await centre.call(line);
    const seat = await talk(agent, customer);
    await centre.world.api.post(`/v1/agents/${agent.id}/force-offline`);
    await agent.client.over;
    const waiting = await centre.waits(line);
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    await customer.call.bye();
    await agent.is('offline');
    expect((await centre.contact(waiting, () => true)).status).toBe('queued');
    expect(agent.rung).toBe(1);
  });

  it('STAFF-05 a phone that rings stops, and another agent gets the call', async () => {
    const { centre } = on;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const customer = await centre.call(await centre.line(group));
    const ringing = await agent.rings();
    const other = await centre.agent([group]);
    await centre.world.api.post(`/v1/agents/${agent.id}/force-offline`);
    expect(await ringing.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await talk(other, customer);
    expect((await agent.status()).status).toBe('offline');
  });
});
