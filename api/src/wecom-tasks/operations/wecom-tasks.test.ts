import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultCentreSettings } from '../../contact-centre/index.js';
import type { Participant } from '../../contacts/contact.js';
import { ScriptedOutboundHttp } from '../../outbound-http/scripted-outbound-http.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { wecomTaskCollection } from '../wecom-task.js';
import { wecomTaskOperations } from './index.js';

describe('SOFTIN-19, SOFTOUT-17 WeCom tasks over HTTP', () => {
  const wecomTaskUrl = 'https://crm.example/wecom';
  const contactId = 'CN0192f0c1a2b37c3d8e4f5a6b7c8d9e0f';
  const path = '/v1/wecom-tasks';
  let api: TestApi;
  let http: ScriptedOutboundHttp;
  let premium: TestTenant;
  let url: string | undefined;
  let participants: Participant[];
  beforeEach(async () => {
    participants = [];
    let people: ReturnType<typeof testPeople>;
    http = new ScriptedOutboundHttp();
    url = wecomTaskUrl;
    api = await createTestApi({
      operations: (core) => {
        people = testPeople(core);
        const operations = wecomTaskOperations({
          ...core,
          wecomTasks: new MemoryTenantCollection(wecomTaskCollection),
          centreSettingsOf: async (accountId) => ({
            accountId,
            ...defaultCentreSettings,
            ...(url === undefined ? {} : { wecomTaskUrl: url }),
          }),
          contactOf: async (_accountId, id) =>
            id === contactId ? { customer: '+8613812345678', participants } : undefined,
          outboundHttp: http,
        });
        return { ...people.operations, ...operations };
      },
      authenticator: (keys) => people.authenticator(keys),
    });
    premium = await api.newTenant({ edition: 'premium' });
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('make one POST with the member, the number and the contact, and never show the number', async () => {
    http.on(wecomTaskUrl, { status: 200 });
    const asked = { member: 'zhang.san', contactId, note: 'Likes tea' };
    const { body: task, text } = await as(premium).post(path).send(asked).expect(201);
    expect(task).toMatchObject({ member: 'zhang.san', contactId, status: 'sent', error: null });
    expect(text).not.toContain('13812345678');
    expect(http.requests.map(({ body }) => JSON.parse(String(body)))).toEqual([
      { taskId: task.id, member: 'zhang.san', number: '+8613812345678', contactId, note: 'Likes tea' },
    ]);
    expect((await as(premium).get(`${path}/${task.id}`).expect(200)).body).toEqual(task);
    expect((await as(premium).get(path).query({ contactId, status: 'sent' }).expect(200)).body.items).toEqual([task]);
  });

  it.each([{ status: 500 }, { failure: 'connect-failed' }] as const)('say so where %j comes back', async (answer) => {
    http.on(wecomTaskUrl, answer);
    const { body } = await as(premium).post(path).send({ member: 'li.si', number: '+8613812345678' }).expect(201);
    expect(body.status).toBe('failed');
    expect(body.error).not.toBe('');
  });

  it('do not say where the interface is, when it cannot be reached', async () => {
    const { body } = await as(premium).post(path).send({ member: 'li.si', number: '+8613812345678' }).expect(201);
    expect(body).toMatchObject({ status: 'failed', error: 'The interface gave no answer: host-not-found.' });
  });

  it.each([{}, { contactId, number: '+8613812345678' }, { contactId: 'CN0000' }])(
    'need one customer: not %j',
    async (customer) => {
      await as(premium)
        .post(path)
        .send({ member: 'li.si', ...customer })
        .expect(400);
      expect(http.requests).toEqual([]);
    },
  );

  it('are an agent’s own: for its contacts, and read by whoever asked', async () => {
    http.on(wecomTaskUrl, { status: 200 });
    const agent = async (name: string, role = 'agent') => {
      const agents = [{ email: `${name}@example.com`, name, staffNumber: name, role }];
      const [{ id }] = (await as(premium).post('/v1/agents').send({ agents }).expect(200)).body.agents;
      const { body: minted } = await as(premium).post(`/v1/agents/${id}/tokens`).send({}).expect(201);
      const login = await supertest(api.server).post('/v1/agent-sessions').send({ token: minted.token }).expect(201);
      return {
        id: id as string,
        http: () => supertest.agent(api.server).set('Authorization', `Bearer ${login.body.accessToken}`),
      };
    };
    const [ann, bob, boss] = [await agent('ann'), await agent('bob'), await agent('boss', 'supervisor')];
    participants.push({ sequence: 1, type: 'staffSeat', agentId: ann.id, startedAt: 0, heldMs: 0 });
    const asked = { member: 'li.si', contactId };
    const { body: task } = await ann.http().post(path).send(asked).expect(201);
    expect(task).toMatchObject({ agentId: ann.id, status: 'sent' });
    await bob.http().post(path).send(asked).expect(400);
    const byNumber = { member: 'li.si', number: '+8613812345678' };
    const refused = await ann.http().post(path).send(byNumber).expect(400);
    expect(refused.body.errors).toMatchObject([{ pointer: '/number' }]);
    expect(http.requests).toHaveLength(1);
    const listed = async ({ http }: typeof ann, query = {}) =>
      (await http().get(path).query(query).expect(200)).body.items.map(({ id }: { id: string }) => id);
    await ann.http().get(`${path}/${task.id}`).expect(200);
    await bob.http().get(`${path}/${task.id}`).expect(404);
    const seen = [await listed(ann), await listed(bob), await listed(bob, { agentId: ann.id }), await listed(boss)];
    expect(seen).toEqual([[task.id], [], [], [task.id]]);
    await boss.http().post(path).send(asked).expect(201);
    await boss.http().post(path).send(byNumber).expect(201);
    expect(await listed(boss, { agentId: boss.id })).toHaveLength(2);
  });

  it('need the premium edition and an interface', async () => {
    const standard = await api.newTenant({ edition: 'standard' });
    const ask = (tenant: TestTenant) => as(tenant).post(path).send({ member: 'li.si', contactId });
    expect((await ask(standard).expect(403)).body.code).toBe('edition-required');
    url = undefined;
    expect((await ask(premium).expect(409)).body.code).toBe('wecom-not-set-up');
  });
});
