import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testAgentStatus } from '../../test-api/test-agent-status.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { statusChangeRecord } from '../history/status-change-record.js';

describe('agents at work over HTTP', () => {
  let api: TestApi;
  let people: ReturnType<typeof testPeople>;
  let status: ReturnType<typeof testAgentStatus>;
  let agentId: string;
  beforeEach(async () => {
    api = await createTestApi({
      operations: (core) => {
        people = testPeople(core);
        status = testAgentStatus({ clock: core.clock, agents: people.agents });
        return { ...people.operations, ...status.operations };
      },
      authenticator: (keys) => people.authenticator(keys),
    });
    agentId = await addAgent('ann');
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const addAgent = async (name: string) => {
    const body = { agents: [{ email: `${name}@example.com`, name, staffNumber: name }] };
    return (await http().post('/v1/agents').send(body).expect(200)).body.agents[0].id as string;
  };
  const logIn = async (id: string) => {
    const { body } = await http().post(`/v1/agents/${id}/tokens`).send({}).expect(201);
    const { body: grant } = await supertest(api.server)
      .post('/v1/agent-sessions')
      .send({ token: body.token })
      .expect(201);
    return supertest.agent(api.server).set('Authorization', `Bearer ${grant.accessToken}`);
  };
  const change = (body: object, id = agentId) => http().post(`/v1/agents/${id}/status`).send(body);
  const call = { contactId: `CN${'1'.repeat(32)}`, nodeId: 'n1' };
  const signal = async (...signals: Parameters<typeof import('../agent-state.js').nextAgent>[1][]) => {
    const { signalAgent } = await import('../decide-and-commit.js');
    await signalAgent(status.live, api.tenant.account.id, agentId, signals, api.clock.now());
  };

  it('AGENT-01 go online, rest for a reason, return and go offline', async () => {
    expect((await http().get(`/v1/agents/${agentId}/status`).expect(200)).body).toMatchObject({
      status: 'offline',
      since: null,
    });
    expect((await change({ status: 'online' }).expect(200)).body).toMatchObject({ status: 'free', restReason: null });
    expect((await change({ status: 'rest', restReason: 'meal' }).expect(200)).body).toMatchObject({
      status: 'rest',
      restReason: 'meal',
      idleSince: null,
    });
    expect((await change({ status: 'free' }).expect(200)).body.idleSince).not.toBeNull();
    expect((await change({ status: 'offline' }).expect(200)).body.status).toBe('offline');
  });

  it('SOFTIN-11 AGENT-05 are found by their colleagues, with what they do at the moment', async () => {
    const [ann, bob] = [await logIn(agentId), await addAgent('bob')];
    const other = await api.newTenant();
    const stranger = { agents: [{ email: 'bob@example.org', name: 'bob', staffNumber: 'bob' }] };
    await supertest(api.server).post('/v1/agents').set('Authorization', other.authorization).send(stranger).expect(200);
    const found = async (query: object) =>
      (await ann.get('/v1/colleagues').query(query).expect(200)).body.items as { agentId: string }[];
    const ids = async (query: object) => (await found(query)).map((colleague) => colleague.agentId);
    expect(await ids({})).toEqual([bob, agentId]);
    for (const query of [{ name: 'BO' }, { email: 'Bob@example.com' }, { staffNumber: 'bob' }])
      expect(await ids(query)).toEqual([bob]);
    expect((await found({ name: 'bob' }))[0]).toMatchObject({ status: 'offline', available: false });
    await change({ status: 'online' }, bob).expect(200);
    expect((await found({ name: 'bob' }))[0]).toMatchObject({ status: 'free', available: true });
    expect(await ids({ available: true })).toEqual([bob]);
    await change({ status: 'rest', restReason: 'meal' }, bob).expect(200);
    expect((await found({ name: 'bob' }))[0]).toMatchObject({ status: 'rest', restReason: 'meal', available: false });
    expect(await ids({ available: true })).toEqual([]);
    await ann.get('/v1/agents').expect(403);
  });

  it('AGENT-01 refuse rest for an unknown reason and a status while offline', async () => {
    expect((await change({ status: 'free' }).expect(409)).body.code).toBe('agent-status-not-allowed');
    await change({ status: 'online' }).expect(200);
    const refused = (await change({ status: 'rest', restReason: 'sleep' }).expect(400)).body;
    expect(refused).toMatchObject({ code: 'rest-reason-unknown', errors: [{ pointer: '/restReason' }] });
    expect((await change({ status: 'rest' }).expect(400)).body.code).toBe('rest-reason-unknown');
    await change({ status: 'busy' }).expect(400);
    await change({ status: 'free' }, `AG${'0'.repeat(32)}`).expect(404);
  });

  it('AGENT-01 keep what is asked for during a call', async () => {
    await change({ status: 'online' }).expect(200);
    await signal({ type: 'placeCall', ...call });
    expect((await change({ status: 'rest', restReason: 'meal' }).expect(200)).body).toMatchObject({
      status: 'busy',
      contactId: call.contactId,
      reserved: { status: 'rest', restReason: 'meal' },
    });
  });

  it('SOFTIN-13 end after-call work, or continue it', async () => {
    const end = () => http().post(`/v1/agents/${agentId}/after-call-work/end`);
    const goOn = () => http().post(`/v1/agents/${agentId}/after-call-work/continue`);
    await change({ status: 'online' }).expect(200);
    expect((await end().expect(409)).body.code).toBe('agent-status-not-allowed');
    await signal({ type: 'placeCall', ...call }, { type: 'callEnded', ...call, afterCallWorkSeconds: 10 });
    const { body } = await http().get(`/v1/agents/${agentId}/status`).expect(200);
    expect(Date.parse(body.afterCallWorkUntil) - Date.parse(body.since)).toBe(10_000);
    expect((await goOn().expect(200)).body).toMatchObject({ status: 'afterCallWork', afterCallWorkUntil: null });
    expect((await end().expect(200)).body).toMatchObject({ status: 'free' });
  });

  it('are not brought online while forced offline, and go offline when they are', async () => {
    await change({ status: 'online' }).expect(200);
    const agent = (await people.agents.get(api.tenant.account.id, agentId))!;
    const blocked = { ...agent, blockedAt: api.clock.now() };
    await status.atWork.recordChanged(agent.accountId, agentId, blocked);
    expect((await http().get(`/v1/agents/${agentId}/status`)).body.status).toBe('offline');
    await people.agents.replace(blocked);
    expect((await change({ status: 'online' }).expect(403)).body.code).toBe('agent-blocked');
  });

  it('are gone with their records', async () => {
    await change({ status: 'online' }).expect(200);
    const { id: accountId } = api.tenant.account;
    await status.atWork.recordChanged(accountId, agentId, undefined);
    expect(await status.live.get(accountId, 'agent', agentId)).toBeUndefined();
    await change({ status: 'online' }).expect(200);
    await signal({ type: 'placeCall', ...call });
    await status.atWork.recordChanged(accountId, agentId, undefined);
    expect(await status.live.get(accountId, 'agent', agentId)).toMatchObject({ status: 'busy', skillGroups: [] });
    await signal({ type: 'callEnded', ...call, afterCallWorkSeconds: 0 });
    expect(await status.live.get(accountId, 'agent', agentId)).toMatchObject({ status: 'offline' });
  });

  it('follow their records: groups and phones', async () => {
    await change({ status: 'online' }).expect(200);
    const agent = (await people.agents.get(api.tenant.account.id, agentId))!;
    const skillGroupId = `SG${'1'.repeat(32)}`;
    const changed = { ...agent, skillGroups: [{ skillGroupId, priority: 2 }], endpointId: `SE${'1'.repeat(32)}` };
    await status.atWork.recordChanged(agent.accountId, agentId, changed);
    expect((await http().get(`/v1/agents/${agentId}/status`)).body).toMatchObject({
      skillGroupIds: [skillGroupId],
      reachableWithoutClient: true,
    });
    const listed = await http().get(`/v1/agent-statuses?skillGroupId=${skillGroupId}&status=free`).expect(200);
    expect(listed.body.items).toHaveLength(1);
    expect((await http().get('/v1/agent-statuses?status=rest').expect(200)).body.items).toEqual([]);
  });

  it('are listed in pages', async () => {
    const ids = [agentId, await addAgent('bob'), await addAgent('cid')].sort();
    for (const id of ids) await change({ status: 'online' }, id).expect(200);
    const first = (await http().get('/v1/agent-statuses?limit=2').expect(200)).body;
    const rest = (await http().get(`/v1/agent-statuses?limit=2&cursor=${first.nextCursor}`).expect(200)).body;
    expect([...first.items, ...rest.items].map((item: { agentId: string }) => item.agentId)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    expect((await http().get('/v1/agent-statuses?cursor=x').expect(400)).body.code).toBe('invalid-cursor');
  });

  it('act for themselves only', async () => {
    const other = await addAgent('bob');
    for (const id of [agentId, other]) await change({ status: 'online' }, id).expect(200);
    const ann = await logIn(agentId);
    const answer = await ann.post(`/v1/agents/${agentId}/status`).send({ status: 'notReady' }).expect(200);
    expect(answer.body.status).toBe('notReady');
    await ann.post(`/v1/agents/${other}/status`).send({ status: 'offline' }).expect(403);
    await ann.get(`/v1/agents/${other}/status`).expect(403);
    await ann.get(`/v1/agents/${other}/status-history`).expect(403);
    const { body } = await ann.get('/v1/agent-statuses').expect(200);
    expect(body.items.map((item: { agentId: string }) => item.agentId)).toEqual([agentId]);
    const live = await status.live.get(api.tenant.account.id, 'agent', agentId);
    expect(live!.lastChange).toMatchObject({ by: 'agent', byId: agentId });
    expect((await status.live.get(api.tenant.account.id, 'agent', other))!.lastChange.by).toBe('admin');
  });

  it('AGENT-01 show their history, newest first, less than 7 days at a time', async () => {
    await change({ status: 'online' }).expect(200);
    const history = (query = '') => http().get(`/v1/agents/${agentId}/status-history${query}`);
    const at = (ms: number) => new Date(api.clock.now() + ms).toISOString();
    for (let number = 1; number <= 3; number++) {
      const live = (await status.live.get(api.tenant.account.id, 'agent', agentId))!;
      await status.statusChanges.insert(
        statusChangeRecord({ ...live, lastChange: { ...live.lastChange, number } }, number),
      );
    }
    const first = (await history('?limit=2').expect(200)).body;
    expect(first.items.map(({ sequence }: { sequence: number }) => sequence)).toEqual([3, 2]);
    expect(first.items[0]).toMatchObject({
      from: 'offline',
      to: 'free',
      why: 'wentOnline',
      by: 'admin',
      restReason: null,
    });
    const rest = (await history(`?limit=2&cursor=${first.nextCursor}`).expect(200)).body;
    expect(rest.items.map(({ sequence }: { sequence: number }) => sequence)).toEqual([1]);
    expect((await history(`?to=${at(0)}`).expect(200)).body.items).toEqual([]);
    for (const [from, to] of [
      [at(-7 * 86_400_000), at(0)],
      [at(0), at(0)],
      [at(1), at(0)],
    ]) {
      expect((await history(`?from=${from}&to=${to}`).expect(400)).body.code).toBe('status-range-too-long');
    }
    await history(`?from=${at(-7 * 86_400_000 + 1)}&to=${at(0)}`).expect(200);
    await history('?from=yesterday').expect(400);
  });
});
