import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedOutboundHttp } from '../../outbound-http/scripted-outbound-http.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';
import { HttpNumberProvider } from '../http-number-provider.js';
import { numberApplicationCollection } from '../number-application.js';
import { numberApplicationOperations } from './index.js';

describe('LINE-02 applications for numbers over HTTP', () => {
  const provider = 'https://numbers.example/applications';
  const wish = { kind: 'tollFree', area: 'Shenzhen', usage: 'Service line' };
  const path = '/v1/number-applications';
  let api: TestApi;
  let http: ScriptedOutboundHttp;
  const start = async (url?: string) => {
    http = new ScriptedOutboundHttp();
    api = await createTestApi({
      operations: (core) => {
        const resources = testResources(core);
        const numberApplications = new MemoryTenantCollection(numberApplicationCollection);
        const numberProvider = url === undefined ? undefined : new HttpNumberProvider(http, url);
        return {
          ...resources.operations,
          ...numberApplicationOperations({ ...core, ...resources, numberApplications, numberProvider }),
        };
      },
    });
  };
  beforeEach(() => start());
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);
  const apply = async () => (await as(api.tenant).post(path).send(wish).expect(201)).body;

  it('are pending, and once approved the number is in the list and can be bound', async () => {
    const application = await apply();
    expect(application).toMatchObject({ ...wish, status: 'pending', provider: 'none', numberId: null });
    const { body: approved } = await as(api.tenant)
      .post(`${path}/${application.id}/approve`)
      .send({ number: '+8675586013388' })
      .expect(200);
    expect(approved).toMatchObject({ status: 'approved', reason: null });
    const { body: number } = await as(api.tenant).get(`/v1/numbers/${approved.numberId}`).expect(200);
    expect(number).toMatchObject({ number: '+8675586013388', callOut: false });
    const { body: app } = await as(api.tenant)
      .post('/v1/applications')
      .send({ name: 'IVR', scriptUrl: 'https://example.com/ivr' })
      .expect(201);
    await as(api.tenant).patch(`/v1/numbers/${number.id}`).send({ applicationId: app.id }).expect(200);
  });

  it('are rejected with a reason, and decided once', async () => {
    const { id } = await apply();
    const { body } = await as(api.tenant).post(`${path}/${id}/reject`).send({ reason: 'No papers' }).expect(200);
    expect(body).toMatchObject({ status: 'rejected', reason: 'No papers', numberId: null });
    const again = await as(api.tenant).post(`${path}/${id}/approve`).send({ number: '+8675586013388' }).expect(409);
    expect(again.body.code).toBe('number-application-decided');
    expect((await as(api.tenant).get('/v1/numbers')).body.items).toEqual([]);
    const listed = async (status: string) => (await as(api.tenant).get(path).query({ status })).body.items.length;
    expect([await listed('rejected'), await listed('pending')]).toEqual([1, 0]);
  });

  it('of two approvals at the same moment one is taken and leaves one number', async () => {
    const { id } = await apply();
    const approve = (number: string) => as(api.tenant).post(`${path}/${id}/approve`).send({ number });
    const answers = await Promise.all([approve('+8675586013388'), approve('+8675586013389')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await as(api.tenant).get('/v1/numbers')).body.items).toHaveLength(1);
  });

  it('stay pending when the number belongs to somebody', async () => {
    const { id } = await apply();
    await as(await api.newTenant())
      .post('/v1/numbers')
      .send({ number: '+8675586013388' })
      .expect(201);
    await as(api.tenant).post(`${path}/${id}/approve`).send({ number: '+8675586013388' }).expect(409);
    expect((await as(api.tenant).get(`${path}/${id}`)).body.status).toBe('pending');
  });

  it.each([
    [200, 'told'],
    [500, 'failed'],
  ])('are told to the number provider, which answers %i', async (status, outcome) => {
    await api.close();
    await start(provider);
    http.on(provider, { status });
    const application = await apply();
    expect(application.provider).toBe(outcome);
    expect(JSON.parse(String(http.requests[0]!.body))).toMatchObject({ id: application.id, ...wish });
  });
});
