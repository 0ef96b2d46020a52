import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../http/create-test-api.js';
import { testResources } from '../../http/test-resources.js';

describe('numbers over HTTP', () => {
  let api: TestApi;
  let resources: ReturnType<typeof testResources>;
  beforeEach(async () => {
    api = await createTestApi({
      operations: (core) => {
        resources = testResources(core);
        return resources.operations;
      },
    });
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('are made, listed, filtered, bound, unbound and deleted', async () => {
    const agent = as(api.tenant);
    const { body: app } = await agent
      .post('/v1/applications')
      .send({ name: 'Menu', scriptUrl: 'https://example.com/voice' })
      .expect(201);
    const { body: one } = await agent.post('/v1/numbers').send({ number: '+14155550100' }).expect(201);
    expect(one).toMatchObject({ number: '+14155550100', name: '+14155550100', applicationId: null, trunkId: null });
    api.clock.advance(1);
    const { body: two } = await agent
      .post('/v1/numbers')
      .send({ number: '+14155550101', name: 'Sales', applicationId: app.id })
      .expect(201);
    const list = async (query: object) => (await agent.get('/v1/numbers').query(query).expect(200)).body.items;
    expect(await list({})).toEqual([two, one]);
    expect(await list({ number: '+14155550100' })).toEqual([one]);
    expect(await list({ applicationId: app.id })).toEqual([two]);
    const { body: unbound } = await agent.patch(`/v1/numbers/${two.id}`).send({ applicationId: null }).expect(200);
    expect(unbound).toMatchObject({ name: 'Sales', applicationId: null });
    await agent.delete(`/v1/numbers/${one.id}`).expect(204);
    await agent.delete(`/v1/numbers/${one.id}`).expect(404);
  });

  it('belong to one account of the installation, and can be taken again once given up', async () => {
    const other = await api.newTenant();
    const { body: mine } = await as(api.tenant).post('/v1/numbers').send({ number: '+14155550100' }).expect(201);
    const refused = await as(other).post('/v1/numbers').send({ number: '+14155550100' }).expect(409);
    expect(refused.body).toMatchObject({ code: 'already-exists', errors: [{ pointer: '/number' }] });
    await as(api.tenant).delete(`/v1/numbers/${mine.id}`).expect(204);
    await as(other).post('/v1/numbers').send({ number: '+14155550100' }).expect(201);
  });

  it.each(['14155550100', '+04155550100', '+1', '+1 415 555 0100', '+12345678901234567', 'sip:+14155550100@x'])(
    'are no %s',
    async (number) => {
      const { body } = await as(api.tenant).post('/v1/numbers').send({ number }).expect(400);
      expect(body.errors[0].pointer).toBe('/number');
    },
  );

  it('are bound to the account’s own applications and trunks only', async () => {
    const other = await api.newTenant();
    const { body: app } = await as(other)
      .post('/v1/applications')
      .send({ name: 'Theirs', scriptUrl: 'https://example.com' })
      .expect(201);
    const { body: trunk } = await as(other).post('/v1/trunks').send({ name: 'Theirs' }).expect(201);
    const make = (more: object) =>
      as(api.tenant)
        .post('/v1/numbers')
        .send({ number: '+14155550100', ...more });
    expect((await make({ applicationId: app.id }).expect(400)).body.errors[0].pointer).toBe('/applicationId');
    expect((await make({ trunkId: trunk.id }).expect(400)).body.errors[0].pointer).toBe('/trunkId');
    const { body: number } = await make({}).expect(201);
    await as(api.tenant).patch(`/v1/numbers/${number.id}`).send({ applicationId: app.id }).expect(400);
  });
});
