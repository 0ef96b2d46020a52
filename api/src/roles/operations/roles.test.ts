import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey } from '../../accounts/index.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';

describe('roles over HTTP', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi({ operations: (core) => testPeople(core).operations });
  });
  afterEach(() => api.close());

  const http = (tenant: TestTenant = api.tenant) =>
    supertest.agent(api.server).set('Authorization', tenant.authorization);
  const quality = { name: 'Quality', scopes: ['recordings:read'], ownScopes: ['agents:read'] };

  it('are three built-in ones and those that an account makes', async () => {
    const { body: made } = await http().post('/v1/roles').send(quality).expect(201);
    expect(made).toMatchObject({ ...quality, builtIn: false, id: expect.stringMatching(/^RO/) });
    const { body } = await http().get('/v1/roles').expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['admin', 'supervisor', 'agent', made.id]);
    await http().post('/v1/roles').send(quality).expect(409);
    const path = `/v1/roles/${made.id}`;
    expect((await http().patch(path).send({ scopes: [] }).expect(200)).body.scopes).toEqual([]);
    await http().delete(path).expect(204);
    await http().get(path).expect(404);
  });

  it('that are built in stay as they are', async () => {
    expect(
      (
        await http()
          .patch('/v1/roles/agent')
          .send({ scopes: ['*'] })
          .expect(403)
      ).body.code,
    ).toBe('role-built-in');
    await http().delete('/v1/roles/admin').expect(403);
    expect((await http().get('/v1/roles/admin').expect(200)).body.scopes).not.toContain('keys:write');
  });

  it('are not deleted while somebody has them', async () => {
    const { body: role } = await http().post('/v1/roles').send(quality).expect(201);
    const agent = { email: 'ann@example.com', name: 'Ann', staffNumber: '1', role: role.id };
    const { body } = await http()
      .post('/v1/agents')
      .send({ agents: [agent] })
      .expect(200);
    expect((await http().delete(`/v1/roles/${role.id}`).expect(409)).body.code).toBe('role-in-use');
    await http().patch(`/v1/agents/${body.agents[0].id}`).send({ role: 'agent' }).expect(200);
    await http().delete(`/v1/roles/${role.id}`).expect(204);
  });

  it('lose nothing by somebody who may do less', async () => {
    const { body: role } = await http().post('/v1/roles').send(quality).expect(201);
    const few = await createApiKey(api.accountDeps, api.tenant.account.id, null, {
      name: 'few',
      scopes: ['roles:write', 'agents:read'],
    });
    const { body } = await supertest(api.server)
      .patch(`/v1/roles/${role.id}`)
      .set('Authorization', `Bearer ${few.secret}`)
      .send({ scopes: [], ownScopes: [] })
      .expect(403);
    expect(body.code).toBe('scope-not-grantable');
    expect((await http().get(`/v1/roles/${role.id}`)).body).toMatchObject(quality);
  });

  it('and their holders are given by nobody who has less', async () => {
    const few = await api.newTenant({ scopes: ['roles:write', 'roles:read', 'agents:write', 'agents:read'] });
    await http(few).post('/v1/roles').send(quality).expect(403);
    await http(few)
      .post('/v1/roles')
      .send({ name: 'Reader', scopes: ['agents:read'] })
      .expect(201);
    const agent = { email: 'ann@example.com', name: 'Ann', staffNumber: '1', role: 'admin' };
    const { body } = await http(few)
      .post('/v1/agents')
      .send({ agents: [agent] })
      .expect(200);
    expect(body.errors).toMatchObject([{ code: 'scope-not-grantable' }]);
  });
});
