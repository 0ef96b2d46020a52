import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';

describe('API keys over HTTP', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi();
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('shows a new key once, stores only its hash, and takes it in three ways', async () => {
    const { body } = await as(api.tenant).post('/v1/api-keys').send({ name: 'dialler' }).expect(201);
    const { apiKey, key } = body;
    expect(key).toMatch(/^hk_[\w-]{43}$/);
    const stored = await api.accountDeps.keys.get(api.tenant.account.id, apiKey.id);
    expect(JSON.stringify(stored)).not.toContain(key);
    expect(JSON.stringify((await as(api.tenant).get(`/v1/api-keys/${apiKey.id}`).expect(200)).body)).not.toContain(key);

    const get = () => supertest(api.server).get('/v1/api-keys');
    await get().auth(api.tenant.account.id, key).expect(200);
    await get().auth(apiKey.id, key).expect(200);
    await get().auth(key, { type: 'bearer' }).expect(200);
  });

  it('gives every wrong credential the same answer', async () => {
    const other = await api.newTenant();
    const get = () => supertest(api.server).get('/v1/api-keys');
    const answers = [
      await get(),
      await get().auth(api.tenant.account.id, 'hk_wrong'),
      await get().auth('AC00000000000000000000000000000000', api.tenant.key),
      await get().auth(other.account.id, api.tenant.key),
      await get().auth('hk_wrong', { type: 'bearer' }),
      await get().set('Authorization', 'Digest username="x"'),
      await get().set('Authorization', 'Basic !!!'),
    ];
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect({ ...body, instance: '' }).toEqual({ ...answers[0]!.body, instance: '' });
      expect(headers['www-authenticate']).toContain('Basic');
    }
  });

  it('stops a revoked key within a second', async () => {
    const { body } = await as(api.tenant).post('/v1/api-keys').send({ name: 'short-lived' }).expect(201);
    const use = () => supertest(api.server).get('/v1/api-keys').auth(body.key, { type: 'bearer' });
    await use().expect(200);
    await as(api.tenant).delete(`/v1/api-keys/${body.apiKey.id}`).expect(204);
    api.clock.advance(1000);
    await use().expect(401);
  });

  it('notes when a key was last used, to the minute', async () => {
    const { body } = await as(api.tenant).post('/v1/api-keys').send({ name: 'watched' }).expect(201);
    expect(body.apiKey.lastUsedAt).toBeNull();
    await supertest(api.server).get('/v1/api-keys').auth(body.key, { type: 'bearer' }).expect(200);
    const seen = await as(api.tenant).get(`/v1/api-keys/${body.apiKey.id}`).expect(200);
    expect(Date.parse(seen.body.lastUsedAt)).toBe(api.clock.now());
  });

  it('lets a key do only what its scopes say, and give no more than it has', async () => {
    const reader = await api.newTenant({ scopes: ['keys:read', 'keys:write'] });
    expect((await as(reader).get('/v1/accounts').expect(403)).body).toMatchObject({
      code: 'scope-missing',
      detail: expect.stringContaining('accounts:read'),
    });
    expect(
      (
        await as(reader)
          .post('/v1/api-keys')
          .send({ name: 'x', scopes: ['*'] })
          .expect(403)
      ).body.code,
    ).toBe('scope-not-grantable');
    const { body } = await as(reader).post('/v1/api-keys').send({ name: 'x' }).expect(201);
    expect(body.apiKey.scopes).toEqual(['keys:read', 'keys:write']);
    const path = `/v1/api-keys/${body.apiKey.id}`;
    expect(
      (
        await as(reader)
          .patch(path)
          .send({ scopes: ['accounts:read'] })
          .expect(403)
      ).body.code,
    ).toBe('scope-not-grantable');
    expect(
      (
        await as(reader)
          .patch(path)
          .send({ scopes: ['keys:read'], name: 'y' })
          .expect(200)
      ).body,
    ).toMatchObject({ name: 'y', scopes: ['keys:read'] });
  });

  it('hides other accounts’ keys', async () => {
    const { body } = await as(api.tenant).post('/v1/api-keys').send({ name: 'mine' }).expect(201);
    const stranger = await api.newTenant();
    const path = `/v1/api-keys/${body.apiKey.id}`;
    await as(stranger).get(path).expect(404);
    await as(stranger).patch(path).send({ name: 'yours' }).expect(404);
    await as(stranger).delete(path).expect(404);
    expect((await as(stranger).get('/v1/api-keys').expect(200)).body.items).toHaveLength(1);
    await as(api.tenant).get(path).expect(200);
  });
});
