import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';
import { isBlacklisted } from '../is-blacklisted.js';

describe('SOFTIN-15 the blacklist over HTTP', () => {
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
  const path = '/v1/blacklist';
  const refused = (from: string, lineId?: string) =>
    isBlacklisted(resources.blacklist, api.tenant.account.id, from, lineId);

  it('refuses a number until its entry is removed', async () => {
    expect(await refused('+14155550100')).toBe(false);
    const { body: entry } = await as(api.tenant).post(path).send({ number: '+14155550100', reason: 'x' }).expect(201);
    expect(entry).toMatchObject({ number: '+14155550100', numberIds: null, reason: 'x', addedBy: null });
    expect(await refused('+14155550100')).toBe(true);
    expect(await refused('+14155550101')).toBe(false);
    await as(api.tenant).delete(`${path}/${entry.id}`).expect(204);
    expect(await refused('+14155550100')).toBe(false);
  });

  it('is limited to lines where they are named, which must be our own', async () => {
    const line = async (tenant: TestTenant, number: string) =>
      (await as(tenant).post('/v1/numbers').send({ number }).expect(201)).body.id as string;
    const [one, two] = [await line(api.tenant, '+4420100'.padEnd(12, '0')), await line(api.tenant, '+442020000000')];
    const foreign = await line(await api.newTenant(), '+442030000000');
    const entry = { number: '+14155550100', numberIds: [one] };
    const { body: made } = await as(api.tenant).post(path).send(entry).expect(201);
    expect([await refused('+14155550100', one), await refused('+14155550100', two)]).toEqual([true, false]);
    const { body } = await as(api.tenant)
      .patch(`${path}/${made.id}`)
      .send({ numberIds: [two, foreign] })
      .expect(400);
    expect(body.errors).toMatchObject([{ pointer: '/numberIds/1' }]);
    await as(api.tenant).patch(`${path}/${made.id}`).send({ numberIds: null }).expect(200);
    expect(await refused('+14155550100', two)).toBe(true);
  });

  it('holds a number once, finds it, and is each account its own', async () => {
    const entry = { number: '+14155550100' };
    await as(api.tenant).post(path).send(entry).expect(201);
    expect((await as(api.tenant).post(path).send(entry).expect(409)).body.code).toBe('already-exists');
    expect((await as(api.tenant).get(path).query(entry).expect(200)).body.items).toHaveLength(1);
    expect((await as(api.tenant).get(path).query({ number: '+14155550101' })).body.items).toEqual([]);
    expect(
      (
        await as(await api.newTenant())
          .get(path)
          .expect(200)
      ).body.items,
    ).toEqual([]);
  });
});
