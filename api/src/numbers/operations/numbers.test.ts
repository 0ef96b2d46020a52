import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';

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

  describe.each(['standard', 'premium'] as const)('with flows, on a %s account', (edition) => {
    const hours = { timeZone: 'Europe/Berlin', weekly: [{ days: ['mon'], from: '09:00', to: '18:00' }] };
    let tenant: TestTenant;
    let flowId: string;
    beforeEach(async () => {
      tenant = await api.newTenant({ edition });
      flowId = await newFlow(tenant.account.id, '1.0', '1.1');
    });

    /** A flow with those versions, the last one live. */
    async function newFlow(accountId: string, ...versions: readonly string[]): Promise<string> {
      const record = { accountId, revision: 1, createdAt: '', updatedAt: '' };
      const id = api.newId('FL');
      const live = versions.at(-1);
      await resources.flows.insert({ ...record, id, name: id, description: '', ...(live && { liveVersion: live }) });
      for (const number of versions) {
        const uses = { audioIds: [], flowIds: [], flowRefs: [], publishedBy: 'SK' };
        await resources.flowVersions.insert({ ...record, id: api.newId('FV'), flowId: id, number, ...uses });
      }
      return id;
    }

    it('NUM-02 run a flow in place of an application, and the other way round', async () => {
      const { body: app } = await as(tenant)
        .post('/v1/applications')
        .send({ name: 'Menu', scriptUrl: 'https://example.com/voice' })
        .expect(201);
      const { body: number } = await as(tenant)
        .post('/v1/numbers')
        .send({ number: '+14155550100', applicationId: app.id, serviceHours: hours, closedFlow: { flowId } })
        .expect(201);
      expect(number).toMatchObject({ flow: null, serviceHours: hours, closedFlow: { flowId, version: null } });
      const change = async (body: object) =>
        (await as(tenant).patch(`/v1/numbers/${number.id}`).send(body).expect(200)).body;
      expect(await change({ flow: { flowId } })).toMatchObject({
        applicationId: null,
        flow: { flowId, version: null },
      });
      expect((await as(tenant).get('/v1/numbers').query({ flowId }).expect(200)).body.items).toHaveLength(1);
      expect(await change({ name: 'Main' })).toMatchObject({
        applicationId: null,
        flow: { flowId },
        serviceHours: hours,
      });
      expect(await change({ applicationId: app.id })).toMatchObject({ applicationId: app.id, flow: null });
      const emptied = { applicationId: null, flow: null, serviceHours: null, closedFlow: null };
      expect(await change(emptied)).toMatchObject(emptied);
    });

    it(`NUM-02 ${edition === 'premium' ? 'may' : 'may not'} name a version`, async () => {
      const pinned = { number: '+14155550100', flow: { flowId, version: '1.0' } };
      const { status, body } = await as(tenant).post('/v1/numbers').send(pinned);
      if (edition === 'premium') expect([status, body.flow]).toEqual([201, pinned.flow]);
      else expect([status, body.code]).toEqual([403, 'edition-required']);
    });

    it.each<[string, () => Promise<object> | object, string]>([
      ['a flow of nobody', () => ({ flow: { flowId: api.newId('FL') } }), '/flow/flowId'],
      ["another account's flow", async () => ({ flow: { flowId: await newFlow('AC', '1.0') } }), '/flow/flowId'],
      ['a version that is not there', () => ({ flow: { flowId, version: '7.0' } }), '/flow/version'],
      [
        'a flow without a live version',
        async () => ({ flow: { flowId: await newFlow(tenant.account.id) } }),
        '/flow/flowId',
      ],
      ['a closed flow of nobody', () => ({ closedFlow: { flowId: api.newId('FL') } }), '/closedFlow/flowId'],
      [
        'hours in no time zone',
        () => ({ serviceHours: { ...hours, timeZone: 'Mars/Olympus' } }),
        '/serviceHours/timeZone',
      ],
      [
        'hours that are none',
        () => ({ serviceHours: { ...hours, weekly: [{ days: ['mon'], from: '09:00', to: '09:00' }] } }),
        '/serviceHours/weekly/0/to',
      ],
    ])('are not bound to %s', async (_what, parts, pointer) => {
      const { body } = await as(tenant)
        .post('/v1/numbers')
        .send({ number: '+14155550100', ...(await parts()) })
        .expect(400);
      expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    });
  });

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
