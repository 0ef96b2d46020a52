import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';

describe('NUM-01 number groups over HTTP', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi({ operations: (core) => testResources(core).operations });
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('hold numbers, which are listed by group', async () => {
    const agent = as(api.tenant);
    const group = { name: 'Hotline', description: 'On the box' };
    const { body: made } = await agent.post('/v1/number-groups').send(group).expect(201);
    expect(made).toMatchObject(group);
    const put = (number: string, more: object) => agent.post('/v1/numbers').send({ number, ...more });
    const { body: inside } = await put('+14155550100', { numberGroupId: made.id }).expect(201);
    await put('+14155550101', {}).expect(201);
    const listed = await agent.get('/v1/numbers').query({ numberGroupId: made.id }).expect(200);
    expect(listed.body.items).toEqual([inside]);
    expect((await agent.delete(`/v1/number-groups/${made.id}`).expect(409)).body.code).toBe('number-group-in-use');
    await agent.patch(`/v1/numbers/${inside.id}`).send({ numberGroupId: null }).expect(200);
    await agent.delete(`/v1/number-groups/${made.id}`).expect(204);
  });

  it('have a name each, and are our own', async () => {
    const { body: made } = await as(api.tenant).post('/v1/number-groups').send({ name: 'Hotline' }).expect(201);
    await as(api.tenant).post('/v1/number-groups').send({ name: 'Hotline' }).expect(409);
    const other = as(await api.newTenant());
    await other.get(`/v1/number-groups/${made.id}`).expect(404);
    const { body } = await other
      .post('/v1/numbers')
      .send({ number: '+14155550100', numberGroupId: made.id, outboundSkillGroupIds: [made.id] })
      .expect(400);
    expect(body.errors).toMatchObject([{ pointer: '/numberGroupId' }]);
  });

  it('NUM-03, NUM-04 numbers name the skill groups that call with them, and whether mobiles see them', async () => {
    const { body } = await as(api.tenant)
      .post('/v1/numbers')
      .send({ number: '+14155550100', forAgentMobiles: true, callOut: false })
      .expect(201);
    expect(body).toMatchObject({ outboundSkillGroupIds: [], forAgentMobiles: true, callOut: false });
    const wrong = await as(api.tenant)
      .patch(`/v1/numbers/${body.id}`)
      .send({ outboundSkillGroupIds: ['SG0192f0c1a2b37c3d8e4f5a6b7c8d9e0f'] })
      .expect(400);
    expect(wrong.body.errors).toMatchObject([{ pointer: '/outboundSkillGroupIds/0' }]);
  });
});
