import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultCentreSettings } from '../../contact-centre/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { type CallbackRequestStore, callbackRequestCollection } from '../callback-request.js';
import { createCallbackRequest } from '../create-callback-request.js';
import { callbackRequestOperations } from './index.js';

const path = '/v1/callback-requests';
const number = '+8613812345678';

describe('callback requests over HTTP', () => {
  let api: TestApi;
  let store: CallbackRequestStore;
  beforeEach(async () => {
    let people: ReturnType<typeof testPeople>;
    store = new MemoryTenantCollection(callbackRequestCollection);
    api = await createTestApi({
      operations: (core) => {
        people = testPeople(core);
        return {
          ...people.operations,
          ...callbackRequestOperations({
            ...core,
            callbackRequests: store,
            agents: people.agents,
            skillGroups: people.skillGroups,
            centreSettingsOf: async (accountId) => ({
              accountId,
              ...defaultCentreSettings,
              numberProtection: { inbound: 'mask', outbound: 'mask' },
            }),
          }),
        };
      },
      authenticator: (keys) => people.authenticator(keys),
    });
  });
  afterEach(() => api.close());

  const owner = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const group = async (name: string) =>
    (await owner().post('/v1/skill-groups').send({ name }).expect(201)).body.id as string;
  const agent = async (name: string, skillGroupId: string, role = 'agent') => {
    const skillGroups = [{ skillGroupId }];
    const agents = [{ email: `${name}@example.com`, name, staffNumber: name, role, skillGroups }];
    const [{ id }] = (await owner().post('/v1/agents').send({ agents }).expect(200)).body.agents;
    const { body: minted } = await owner().post(`/v1/agents/${id}/tokens`).send({}).expect(201);
    const login = await supertest(api.server).post('/v1/agent-sessions').send({ token: minted.token }).expect(201);
    const authorization = `Bearer ${login.body.accessToken}`;
    return { id: id as string, http: () => supertest.agent(api.server).set('Authorization', authorization) };
  };
  const asked = async (skillGroupId: string) =>
    (await owner().post(path).send({ number, skillGroupId, note: 'Order 4711' }).expect(201)).body.id as string;

  it('are open, then an agent’s of the group, then done, and say who did what', async () => {
    const sales = await group('Sales');
    const ann = await agent('ann', sales);
    const id = await asked(sales);
    expect((await owner().get(`${path}/${id}`).expect(200)).body).toMatchObject({ status: 'open', number });
    const { body: taken } = await ann.http().post(`${path}/${id}/take`).send({}).expect(200);
    expect(taken).toMatchObject({ status: 'taken', agentId: ann.id, note: 'Order 4711' });
    expect(taken.takenAt).not.toBeNull();
    await ann.http().post(`${path}/${id}/take`).send({}).expect(200);
    const { body: closed } = await ann.http().post(`${path}/${id}/close`).send({ note: 'Reached' }).expect(200);
    expect(closed).toMatchObject({ status: 'done', closingNote: 'Reached', agentId: ann.id });
    await ann.http().post(`${path}/${id}/take`).send({}).expect(409);
    await owner().post(`${path}/${id}/close`).send({}).expect(409);
  });

  it('are listed by how they stand, by group, agent and contact', async () => {
    const [sales, service] = [await group('Sales'), await group('Service')];
    const [first, second] = [await asked(sales), await asked(service)];
    const contactId = `CN${'1'.repeat(32)}`;
    const inContact = await createCallbackRequest(
      { callbackRequests: store, newId: () => `CB${'2'.repeat(32)}`, clock: api.clock },
      { accountId: api.tenant.account.id, number, skillGroupId: sales, contactId },
    );
    const ann = await agent('ann', sales);
    await owner().post(`${path}/${first}/take`).send({ agentId: ann.id }).expect(200);
    const list = async (query: object) =>
      (await owner().get(path).query(query).expect(200)).body.items.map(({ id }: { id: string }) => id).sort();
    expect(await list({ status: 'open' })).toEqual([second, inContact.id].sort());
    expect(await list({ skillGroupId: service })).toEqual([second]);
    expect(await list({ agentId: ann.id })).toEqual([first]);
    expect(await list({ contactId })).toEqual([inContact.id]);
  });

  it('are seen by agents of the group only, without the number that is hidden from them', async () => {
    const [sales, service] = [await group('Sales'), await group('Service')];
    const [ann, bob] = [await agent('ann', sales), await agent('bob', service)];
    const id = await asked(sales);
    const { body, text } = await ann.http().get(`${path}/${id}`).expect(200);
    expect(body.number).toContain('*');
    expect(text).not.toContain(number.slice(4));
    expect((await ann.http().get(path).expect(200)).body.items).toEqual([body]);
    expect((await bob.http().get(path).expect(200)).body.items).toEqual([]);
    expect((await bob.http().get(path).query({ skillGroupId: sales }).expect(200)).body.items).toEqual([]);
    await bob.http().get(`${path}/${id}`).expect(404);
    await bob.http().post(`${path}/${id}/take`).send({}).expect(404);
    await bob.http().post(`${path}/${id}/close`).send({}).expect(404);
    await ann.http().post(path).send({ number, skillGroupId: sales }).expect(403);
  });

  it('that one agent took are no other agent’s, unless a supervisor says so', async () => {
    const sales = await group('Sales');
    const [ann, ben] = [await agent('ann', sales), await agent('ben', sales)];
    const sue = await agent('sue', sales, 'supervisor');
    const id = await asked(sales);
    const [first, second] = await Promise.all([
      ann.http().post(`${path}/${id}/take`).send({}),
      ben.http().post(`${path}/${id}/take`).send({}),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 409]);
    const [winner, other] = first.status === 200 ? [ann, ben] : [ben, ann];
    await other.http().post(`${path}/${id}/close`).send({}).expect(409);
    const { body } = await sue.http().post(`${path}/${id}/take`).send({ agentId: other.id }).expect(200);
    expect(body.agentId).toBe(other.id);
    await winner.http().post(`${path}/${id}/close`).send({}).expect(409);
    await other.http().post(`${path}/${id}/close`).send({}).expect(200);
  });

  it.each([{ number: '12', skillGroupId: 'SG' }, { number }, { number, skillGroupId: `SG${'9'.repeat(32)}` }])(
    'need a number and a group of the account: not %j',
    async (body) => {
      await owner().post(path).send(body).expect(400);
    },
  );

  it('are taken by an agent who exists', async () => {
    const id = await asked(await group('Sales'));
    await owner().post(`${path}/${id}/take`).send({}).expect(400);
    await owner()
      .post(`${path}/${id}/take`)
      .send({ agentId: `AG${'9'.repeat(32)}` })
      .expect(400);
    await owner()
      .post(`${path}/CB${'9'.repeat(32)}/take`)
      .send({})
      .expect(404);
  });
});
