import type { Binding } from '@hookswitch/media/port/sip-directory';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';

describe('SIP endpoints over HTTP', () => {
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

  const binding = (contact: string, seconds = 60): Binding => ({
    contact,
    received: { address: '198.51.100.7', port: 41022, transport: 'udp' },
    node: 'node-1',
    callId: 'a@phone',
    cseq: 1,
    expiresAt: api.clock.now() + seconds * 1000,
  });
  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('are made with a password that is shown once and stored sealed', async () => {
    const agent = as(api.tenant);
    const { body } = await agent.post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    expect(body.endpoint).toMatchObject({
      username: 'alice',
      name: 'alice',
      algorithms: ['MD5'],
      applicationId: null,
      callerId: null,
    });
    expect(body.password).toMatch(/^[\w-]{20}$/);
    const stored = (await resources.endpoints.get(api.tenant.account.id, body.endpoint.id))!;
    expect(JSON.stringify(stored)).not.toContain(body.password);
    expect(api.secretBox.open(stored.sealedPassword, stored.id)).toBe(body.password);
    const { text } = await agent.get(`/v1/endpoints/${body.endpoint.id}`).expect(200);
    expect(text).not.toMatch(/password/i);
    expect((await agent.get('/v1/endpoints?username=alice').expect(200)).body.items).toEqual([body.endpoint]);
    expect((await agent.get('/v1/endpoints?username=bob').expect(200)).body.items).toEqual([]);
  });

  it('change their password, algorithms and binding, and lose their registrations when deleted', async () => {
    const agent = as(api.tenant);
    const { body: app } = await agent
      .post('/v1/applications')
      .send({ name: 'Menu', scriptUrl: 'https://example.com' })
      .expect(201);
    const { body: made } = await agent
      .post('/v1/endpoints')
      .send({ username: 'alice', password: 'first-password' })
      .expect(201);
    const path = `/v1/endpoints/${made.endpoint.id}`;
    const { body } = await agent
      .patch(path)
      .send({
        password: 'second-password',
        algorithms: ['MD5', 'SHA-256'],
        applicationId: app.id,
        callerId: '+14155550100',
      })
      .expect(200);
    expect(body).toMatchObject({
      algorithms: ['SHA-256', 'MD5'],
      applicationId: app.id,
      callerId: '+14155550100',
      username: 'alice',
    });
    const stored = (await resources.endpoints.get(api.tenant.account.id, body.id))!;
    expect(api.secretBox.open(stored.sealedPassword, stored.id)).toBe('second-password');
    expect((await agent.patch(path).send({ callerId: null }).expect(200)).body).toMatchObject({
      callerId: null,
      applicationId: app.id,
    });
    await resources.bindings.save(body.id, binding('sip:alice@10.0.0.5:5062'));
    await agent.delete(path).expect(204);
    expect(await resources.bindings.list(body.id)).toEqual([]);
  });

  it('say how they are encrypted: none unless told, one of four words', async () => {
    const agent = as(api.tenant);
    const { body: plain } = await agent.post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    expect(plain.endpoint.mediaEncryption).toBe('none');
    const asked = { username: 'bob', mediaEncryption: 'sdes' };
    const { body: made } = await agent.post('/v1/endpoints').send(asked).expect(201);
    expect(made.endpoint.mediaEncryption).toBe('sdes');
    const path = `/v1/endpoints/${made.endpoint.id}`;
    for (const mediaEncryption of ['optional', 'dtls', 'none']) {
      expect((await agent.patch(path).send({ mediaEncryption }).expect(200)).body).toMatchObject({ mediaEncryption });
    }
    for (const mediaEncryption of ['srtp', null, '']) {
      const { body } = await agent.patch(path).send({ mediaEncryption }).expect(400);
      expect(body.errors[0].pointer).toBe('/mediaEncryption');
    }
  });

  it('say where they are registered, the first to expire first, and whether at all', async () => {
    const agent = as(api.tenant);
    const { body: made } = await agent.post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    expect(made.endpoint.registered).toBe(false);
    const { id } = made.endpoint;
    const path = `/v1/endpoints/${id}`;
    await agent.get(`${path}/registrations`).expect(200, { items: [] });
    const desk = binding('sip:alice@10.0.0.5:5062', 3600);
    await resources.bindings.save(id, desk);
    await resources.bindings.save(id, { ...binding('sip:alice@10.0.0.9', 60), userAgent: 'Mobile 3' });
    const { body } = await agent.get(`${path}/registrations`).expect(200);
    expect(body.items).toEqual([
      expect.objectContaining({ contact: 'sip:alice@10.0.0.9', userAgent: 'Mobile 3' }),
      {
        id: expect.stringMatching(/^RG[0-9a-f]{32}$/),
        endpointId: id,
        contact: 'sip:alice@10.0.0.5:5062',
        receivedFrom: { address: '198.51.100.7', port: 41022, transport: 'udp' },
        node: 'node-1',
        expiresAt: new Date(desk.expiresAt).toISOString(),
        userAgent: null,
      },
    ]);
    expect((await agent.get(path).expect(200)).body.registered).toBe(true);
    expect((await agent.get('/v1/endpoints').expect(200)).body.items[0].registered).toBe(true);
    expect((await agent.patch(path).send({ name: 'Desk' }).expect(200)).body.registered).toBe(true);
  });

  it('lose one registration and keep the other', async () => {
    const agent = as(api.tenant);
    const { body: made } = await agent.post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    const path = `/v1/endpoints/${made.endpoint.id}/registrations`;
    await resources.bindings.save(made.endpoint.id, binding('sip:alice@a'));
    await resources.bindings.save(made.endpoint.id, binding('sip:alice@b'));
    const { body } = await agent.get(path).expect(200);
    await agent.delete(`${path}/${body.items[0].id}`).expect(204);
    await agent.get(path).expect(200, { items: [body.items[1]] });
    const { body: problem } = await agent.delete(`${path}/${body.items[0].id}`).expect(404);
    expect(problem.code).toBe('resource-not-found');
  });

  it("hide other accounts' registrations", async () => {
    const { body: made } = await as(api.tenant).post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    const path = `/v1/endpoints/${made.endpoint.id}/registrations`;
    await resources.bindings.save(made.endpoint.id, binding('sip:alice@a'));
    const { body } = await as(api.tenant).get(path).expect(200);
    const stranger = as(await api.newTenant());
    await stranger.get(path).expect(404);
    await stranger.delete(`${path}/${body.items[0].id}`).expect(404);
    expect(await resources.bindings.list(made.endpoint.id)).toHaveLength(1);
  });

  it('have a user name that is theirs alone on the installation', async () => {
    const other = await api.newTenant();
    await as(api.tenant).post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    const { body } = await as(other).post('/v1/endpoints').send({ username: 'alice' }).expect(409);
    expect(body).toMatchObject({ code: 'already-exists', errors: [{ pointer: '/username' }] });
    await as(other).post('/v1/endpoints').send({ username: 'Alice' }).expect(201);
  });

  it.each([
    [{ username: 'a b' }, '/username'],
    [{ username: 'alice@example.com' }, '/username'],
    [{ username: '' }, '/username'],
    [{ username: 'alice', password: 'short' }, '/password'],
    [{ username: 'alice', password: 'line\r\nbreak' }, '/password'],
    [{ username: 'alice', algorithms: [] }, '/algorithms'],
    [{ username: 'alice', algorithms: ['SHA-1'] }, '/algorithms/0'],
    [{ username: 'alice', callerId: 'alice' }, '/callerId'],
    [{ username: 'alice', applicationId: 'AP00000000000000000000000000000000' }, '/applicationId'],
  ])('are refused with %j', async (wrong, pointer) => {
    const { body } = await as(api.tenant).post('/v1/endpoints').send(wrong).expect(400);
    expect(body.errors[0].pointer).toBe(pointer);
  });
});
