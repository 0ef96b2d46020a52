import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validSigningSecrets } from '../../secrets/index.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';

describe('applications over HTTP', () => {
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
  const menu = { name: 'Menu', scriptUrl: 'https://example.com/voice' };

  it('are made, listed, got, changed and deleted', async () => {
    const agent = as(api.tenant);
    const { body: made } = await agent
      .post('/v1/applications')
      .send({ ...menu, fallbackUrl: 'https://example.com/sorry' })
      .expect(201);
    expect(made).toMatchObject({
      ...menu,
      fallbackUrl: 'https://example.com/sorry',
      statusCallbackUrl: null,
      hasSigningSecret: false,
    });
    expect((await agent.get('/v1/applications').expect(200)).body.items).toEqual([made]);
    const path = `/v1/applications/${made.id}`;
    const { body: changed } = await agent
      .patch(path)
      .send({ fallbackUrl: null, statusCallbackUrl: 'http://10.0.0.1/events' })
      .expect(200);
    expect(changed).toMatchObject({
      ...menu,
      fallbackUrl: null,
      statusCallbackUrl: 'http://10.0.0.1/events',
      revision: 2,
    });
    expect((await agent.get(path).expect(200)).body).toEqual(changed);
    await agent.delete(path).expect(204);
    await agent.get(path).expect(404);
  });

  it.each([
    'ftp://example.com',
    'example.com',
    '',
    'javascript:alert(1)',
    'https://a b',
    `https://${'a'.repeat(2048)}`,
  ])('take no script URL like "%s"', async (scriptUrl) => {
    const { body } = await as(api.tenant)
      .post('/v1/applications')
      .send({ ...menu, scriptUrl })
      .expect(400);
    expect(body.errors[0].pointer).toBe('/scriptUrl');
  });

  it('get a signing secret of their own, which is stored sealed and rotates with an overlap', async () => {
    const { body: made } = await as(api.tenant).post('/v1/applications').send(menu).expect(201);
    const path = `/v1/applications/${made.id}/signing-secret`;
    const first = (await as(api.tenant).post(path).expect(200)).body;
    expect(first.previousValidUntil).toBeNull();
    const second = (await as(api.tenant).post(path).expect(200)).body;
    expect(Date.parse(second.previousValidUntil)).toBe(api.clock.now() + 86_400_000);

    const stored = (await resources.applications.get(api.tenant.account.id, made.id))!;
    expect(JSON.stringify(stored)).not.toContain(first.signingSecret);
    const valid = () => validSigningSecrets(stored.signingSecrets, { ...api, ownerId: made.id });
    expect(valid()).toEqual([second.signingSecret, first.signingSecret]);
    api.clock.advance(86_400_000);
    expect(valid()).toEqual([second.signingSecret]);
    expect((await as(api.tenant).get(`/v1/applications/${made.id}`).expect(200)).body.hasSigningSecret).toBe(true);
  });

  it('are not deleted while a number or a phone uses them', async () => {
    const agent = as(api.tenant);
    const { body: made } = await agent.post('/v1/applications').send(menu).expect(201);
    const { body: number } = await agent
      .post('/v1/numbers')
      .send({ number: '+14155550100', applicationId: made.id })
      .expect(201);
    const { body: phone } = await agent
      .post('/v1/endpoints')
      .send({ username: 'alice', applicationId: made.id })
      .expect(201);
    const refused = await agent.delete(`/v1/applications/${made.id}`).expect(409);
    expect(refused.body).toMatchObject({ code: 'application-in-use', detail: expect.stringContaining('numbers') });
    await agent.patch(`/v1/numbers/${number.id}`).send({ applicationId: null }).expect(200);
    expect((await agent.delete(`/v1/applications/${made.id}`).expect(409)).body.detail).toContain('endpoints');
    await agent.delete(`/v1/endpoints/${phone.endpoint.id}`).expect(204);
    await agent.delete(`/v1/applications/${made.id}`).expect(204);
  });
});
