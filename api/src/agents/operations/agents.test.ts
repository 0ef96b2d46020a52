import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultCentreSettings } from '../../contact-centre/index.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import type { AgentChange } from '../agent-deps.js';

describe('agents over HTTP', () => {
  let api: TestApi;
  let changes: AgentChange[];
  let admitted: (readonly [string, boolean])[];
  let atWork: Set<string>;
  beforeEach(async () => {
    changes = [];
    admitted = [];
    atWork = new Set();
    api = await createTestApi({
      operations: (core) =>
        testPeople(core, {
          agentChanged: async (change) => void changes.push(change),
          isAtWork: async (_accountId, agentId) => atWork.has(agentId),
          settingsOf: async (accountId) => ({ accountId, ...defaultCentreSettings, agentLimit: 12 }),
          access: {
            checkAdmission: () => {},
            admit: async ({ email }, { sendPassword }) => void admitted.push([email, sendPassword]),
            endSessions: async () => {},
            remove: async () => {},
          },
        }).operations,
    });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const person = (n: number, more: object = {}) => ({
    email: `agent-${n}@example.com`,
    name: `Agent ${n}`,
    staffNumber: String(1000 + n),
    ...more,
  });
  const add = async (...agents: object[]) => {
    const { body } = await http().post('/v1/agents').send({ agents }).expect(200);
    expect(body.errors).toEqual([]);
    return body.agents;
  };
  const group = async (name: string) => (await http().post('/v1/skill-groups').send({ name }).expect(201)).body.id;

  it('never become more than the limit, however many are added in the same moment', async () => {
    await add(...Array.from({ length: 10 }, (_, n) => person(n)));
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        http()
          .post('/v1/agents')
          .send({ agents: [person(100 + n)] }),
      ),
    );
    const made = added.filter(({ body }) => body.agents.length > 0).length;
    expect(made).toBeLessThanOrEqual(2);
    const refused = added.flatMap(({ body }) => body.errors);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['agent-limit']));
    const { body } = await http().get('/v1/agents?limit=100').expect(200);
    expect(body.items).toHaveLength(10 + made);
    expect(admitted).toHaveLength(10 + made);
    for (let n = made; n < 2; n += 1) await add(person(200 + n));
  });

  it('are added with what is said of them, and found again', async () => {
    const sales = await group('Sales');
    const [ann] = await add(
      person(1, { email: 'Ann@Example.com', extension: '8001', skillGroups: [{ skillGroupId: sales, priority: 1 }] }),
    );
    expect(ann).toMatchObject({
      email: 'ann@example.com',
      role: 'agent',
      phone: null,
      skillGroups: [{ skillGroupId: sales, name: 'Sales', type: 'phone', priority: 1 }],
      mobileAnswer: 'off',
    });
    expect((await http().get(`/v1/agents/${ann.id}`).expect(200)).body).toEqual(ann);
    expect(changes).toMatchObject([{ agentId: ann.id, after: { skillGroupIds: [sales] } }]);
    expect(admitted).toEqual([['ann@example.com', true]]);
  });

  it('are added one by one: what is wrong with one is told for it alone', async () => {
    await add(person(1, { extension: '1001' }));
    const { body } = await http()
      .post('/v1/agents')
      .send({
        sendPassword: false,
        agents: [
          person(2),
          person(3, { email: 'AGENT-1@example.com' }),
          person(4, { extension: '0001' }),
          person(5, { extension: '1001' }),
          person(6, { skillGroups: [{ skillGroupId: `SG${'0'.repeat(32)}` }] }),
          person(7, { role: 'boss' }),
          person(8, { email: 'nobody' }),
          person(9, { phone: '555' }),
        ],
      })
      .expect(200);
    expect(body.agents.map(({ email }: { email: string }) => email)).toEqual(['agent-2@example.com']);
    expect(body.errors.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
      [1, 'already-exists'],
      [2, 'invalid-request'],
      [3, 'already-exists'],
      [4, 'invalid-request'],
      [5, 'invalid-request'],
      [6, 'invalid-request'],
      [7, 'invalid-request'],
    ]);
    expect(body.errors[0].message).toContain('e-mail');
    expect(admitted.at(-1)).toEqual(['agent-2@example.com', false]);
    await http()
      .post('/v1/agents')
      .send({ agents: Array.from({ length: 11 }, (_, n) => person(n)) })
      .expect(400);
  });

  it.each([
    ['email', 'ann@example.com\u0000'],
    ['email', 'ann\u0007@example.com'],
    ['email', 'ann@example.com\r\nBcc: all@example.com'],
    ['name', 'Ann\r\nYour account was closed. Go to https://evil.example/'],
    ['name', 'Ann \u001b[31m'],
    ['name', 'Ann \u202ecod.exe'],
    ['nickname', 'A\nB'],
  ])('stand on one line in mails, logs and on phones: no %s %j', async (field, value) => {
    const agent = { email: 'ann@example.com', name: 'Ann', staffNumber: '1', [field]: value };
    const added = await http()
      .post('/v1/agents')
      .send({ agents: [agent] });
    expect(added.body.agents ?? []).toEqual([]);
    const line = [agent.email, agent.name, agent.staffNumber, agent.nickname ?? ''].map((cell) => `"${cell}"`);
    const { body } = await http()
      .post('/v1/agents/import')
      .set('Content-Type', 'text/csv')
      .send(`email,name,staffNumber,nickname\n${line.join(',')}`)
      .expect(200);
    expect(body).toMatchObject({ created: 0, failed: 1 });
  });

  it('are no more than the account may have', async () => {
    await add(...Array.from({ length: 10 }, (_, n) => person(n)));
    const agents = [person(11), person(12), person(13)];
    const { body } = await http().post('/v1/agents').send({ agents }).expect(200);
    expect(body.agents).toHaveLength(2);
    expect(body.errors).toMatchObject([{ index: 2, code: 'agent-limit' }]);
  });

  it.each([
    ['staffNumber', '1002', ['Agent 2']],
    ['email', 'AGENT-3@example.com', ['Agent 3']],
    ['name', 'gent 1', ['Agent 1']],
    ['name', '.', []],
    ['phone', '+14155550102', ['Agent 2']],
    ['extension', '8003', ['Agent 3']],
    ['role', 'supervisor', ['Agent 3']],
  ])('are found by %s %s', async (field, value, names) => {
    await add(person(1), person(2, { phone: '+14155550102' }), person(3, { extension: '8003', role: 'supervisor' }));
    const { body } = await http()
      .get('/v1/agents')
      .query({ [field]: value })
      .expect(200);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(body.total).toBe(names.length);
  });

  it('are found by group and by when they were changed, page by page', async () => {
    const sales = await group('Sales');
    const [first, second, third] = await add(person(1), person(2), person(3));
    api.clock.advance(1000);
    const since = new Date(api.clock.now()).toISOString();
    await http().put(`/v1/agents/${second.id}/skill-groups/${sales}`).send({}).expect(200);
    await http().put(`/v1/agents/${first.id}/skill-groups/${sales}`).send({ priority: 5 }).expect(200);
    for (const query of [{ skillGroupId: sales }, { modifiedSince: since }]) {
      const { body } = await http()
        .get('/v1/agents')
        .query({ ...query, limit: 1 })
        .expect(200);
      const next = await http()
        .get('/v1/agents')
        .query({ ...query, limit: 9999, cursor: body.nextCursor })
        .expect(200);
      const items = [...body.items, ...next.body.items];
      expect(items.map(({ id }: { id: string }) => id).sort()).toEqual([first.id, second.id].sort());
      expect(body.total).toBe(2);
    }
    expect((await http().get('/v1/agents').expect(200)).body.total).toBe(3);
    await http().get('/v1/agents?limit=10000').expect(400);
    expect(third.skillGroups).toEqual([]);
  });

  it('change, and routing is told', async () => {
    const [one] = await add(person(1, { phone: '+14155550101' }), person(2, { extension: '8002' }));
    const path = `/v1/agents/${one.id}`;
    const { body } = await http().patch(path).send({ name: 'Bo', mobileAnswer: 'always' }).expect(200);
    expect(body).toMatchObject({ name: 'Bo', mobileAnswer: 'always', revision: 2 });
    expect(changes.at(-1)).toMatchObject({
      before: { name: 'Agent 1' },
      after: { name: 'Bo', mobileAnswer: 'always' },
    });
    expect((await http().patch(path).send({ extension: '8002' }).expect(409)).body.errors[0].pointer).toBe(
      '/extension',
    );
    expect((await http().patch(path).send({ extension: '9000' }).expect(400)).body.errors[0].pointer).toBe(
      '/extension',
    );
    await http()
      .patch(path)
      .send({ endpointId: `SE${'0'.repeat(32)}` })
      .expect(400);
  });

  it('SOFTIN-02 get calls on a mobile only where a phone is bound', async () => {
    const refused = await http()
      .post('/v1/agents')
      .send({ agents: [person(1, { mobileAnswer: 'always' })] })
      .expect(200);
    expect(refused.body).toMatchObject({ agents: [], errors: [{ code: 'invalid-request' }] });
    const [one] = await add(person(2));
    const path = `/v1/agents/${one.id}`;
    const change = async (fields: object, status: number) =>
      (await http().patch(path).send(fields).expect(status)).body;
    expect((await change({ mobileAnswer: 'whenOffline' }, 400)).errors[0].pointer).toBe('/mobileAnswer');
    expect((await change({ mobileCallOut: true }, 400)).errors[0].pointer).toBe('/mobileCallOut');
    await change({ mobileAnswer: 'whenOffline', mobileCallOut: true, phone: '+14155550102' }, 200);
    await change({ phone: null }, 400);
    await change({ phone: null, mobileAnswer: 'off', mobileCallOut: false }, 200);
    await change({ ringing: { order: 'phoneFirst', secondsEach: 4 } }, 400);
    const ringing = { order: 'mobileFirst', secondsEach: 20 };
    expect(await change({ ringing }, 200)).toMatchObject({ ringing });
    expect(await change({ ringing: null }, 200)).toMatchObject({ ringing: null });
  });

  it('are in several groups, each with a priority of its own', async () => {
    const [sales, support] = [await group('Sales'), await group('Support')];
    const [one] = await add(person(1));
    const path = `/v1/agents/${one.id}/skill-groups`;
    await http().put(`${path}/${sales}`).send({ priority: 1 }).expect(200);
    const { body } = await http().put(`${path}/${support}`).send({}).expect(200);
    expect(body.skillGroups.map(({ name, priority }: { name: string; priority: number }) => [name, priority])).toEqual([
      ['Sales', 1],
      ['Support', 3],
    ]);
    for (const priority of [0, 6, 1.5]) await http().put(`${path}/${sales}`).send({ priority }).expect(400);
    await http().delete(`${path}/${sales}`).expect(204);
    await http().delete(`${path}/${sales}`).expect(204);
    await http().delete(`/v1/skill-groups/${support}`).expect(204);
    expect((await http().get(`/v1/agents/${one.id}`).expect(200)).body.skillGroups).toEqual([]);
    expect(changes.at(-1)?.after?.skillGroupIds).toEqual([]);
  });

  it('are deleted, but not at work', async () => {
    const [one] = await add(person(1));
    atWork.add(one.id);
    expect((await http().delete(`/v1/agents/${one.id}`).expect(409)).body.code).toBe('agent-at-work');
    atWork.clear();
    await http().delete(`/v1/agents/${one.id}`).expect(204);
    await http().get(`/v1/agents/${one.id}`).expect(404);
    expect(changes.at(-1)).toMatchObject({ agentId: one.id, after: undefined });
  });
});
