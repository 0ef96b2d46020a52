import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';

describe('accounts over HTTP', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi();
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('makes, lists, gets, changes and deletes a sub-account', async () => {
    const agent = as(api.tenant);
    const made = await agent
      .post('/v1/accounts')
      .send({ name: 'Branch', allowedDestinations: ['+1'] })
      .expect(201);
    expect(made.body.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { id } = made.body.account;
    expect(made.body.account).toMatchObject({
      parentId: api.tenant.account.id,
      status: 'active',
      allowedDestinations: ['+1'],
    });

    const list = await agent.get('/v1/accounts').expect(200);
    expect(list.body).toEqual({ items: [made.body.account], nextCursor: null });
    expect((await agent.get(`/v1/accounts/${id}`).expect(200)).body).toEqual(made.body.account);

    const changed = await agent
      .patch(`/v1/accounts/${id}`)
      .send({ name: 'Office', limits: { concurrentCalls: 3 } })
      .expect(200);
    expect(changed.body).toMatchObject({
      name: 'Office',
      revision: 2,
      limits: { concurrentCalls: 3, callsPerSecond: 10 },
    });

    await agent.delete(`/v1/accounts/${id}`).expect(204);
    await agent.get(`/v1/accounts/${id}`).expect(404);
  });

  it('sets where CDRs are pushed, and empties it', async () => {
    const agent = as(api.tenant);
    const { account } = (
      await agent.post('/v1/accounts').send({ name: 'Branch', cdrPushUrl: 'https://example.com/a' }).expect(201)
    ).body;
    expect(account.cdrPushUrl).toBe('https://example.com/a');
    const change = async (body: object) =>
      (await agent.patch(`/v1/accounts/${account.id}`).send(body).expect(200)).body;
    expect((await change({ cdrPushUrl: 'https://example.com/b' })).cdrPushUrl).toBe('https://example.com/b');
    expect((await change({ name: 'Office' })).cdrPushUrl).toBe('https://example.com/b');
    expect((await change({ cdrPushUrl: null })).cdrPushUrl).toBeNull();
    await agent.patch(`/v1/accounts/${account.id}`).send({ cdrPushUrl: 'ftp://example.com' }).expect(400);
    // An account sets it for itself.
    expect(
      (await agent.patch(`/v1/accounts/${api.tenant.account.id}`).send({ cdrPushUrl: 'https://example.com/c' })).body,
    ).toMatchObject({ cdrPushUrl: 'https://example.com/c' });
  });

  it('lists page by page, newest first', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      await api.newTenant({ name, parent: api.tenant.account });
      api.clock.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const page: supertest.Response = await as(api.tenant)
        .get('/v1/accounts')
        .query({ limit: 2, ...(cursor && { cursor }) })
        .expect(200);
      seen.push(...page.body.items.map((account: { name: string }) => account.name));
      cursor = page.body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(names.toReversed());
  });

  it('answers 404 alike for what is another account’s and what does not exist', async () => {
    const stranger = await api.newTenant();
    const foreign = await as(stranger).get(`/v1/accounts/${api.tenant.account.id}`).expect(404);
    const absent = await as(stranger).get('/v1/accounts/AC00000000000000000000000000000000').expect(404);
    expect(foreign.body.code).toBe('resource-not-found');
    expect(absent.body.code).toBe('resource-not-found');
    await as(stranger).get('/v1/accounts/nonsense').expect(404);
    await as(stranger).get('/v1/accounts').set('Hookswitch-Account', api.tenant.account.id).expect(404);
  });

  it('lets a parent act for an account any number of levels below, and no sub-account act upwards', async () => {
    const child = await api.newTenant({ parent: api.tenant.account });
    const grandchild = await api.newTenant({ parent: child.account });
    const made = await as(api.tenant)
      .post('/v1/api-keys')
      .set('Hookswitch-Account', grandchild.account.id)
      .send({ name: 'made from above' })
      .expect(201);
    expect(made.body.apiKey.accountId).toBe(grandchild.account.id);
    await as(child).get('/v1/accounts').set('Hookswitch-Account', api.tenant.account.id).expect(404);
  });

  it('keeps status, edition, limits and destinations to the parent, and limits to the parent’s own', async () => {
    const child = await api.newTenant({ parent: api.tenant.account });
    const path = `/v1/accounts/${child.account.id}`;
    const aboveOnly = [
      { status: 'active' },
      { edition: 'premium' },
      { limits: { concurrentCalls: 1 } },
      { allowedDestinations: ['+'] },
      { allowedSipHosts: ['*'] },
    ];
    for (const change of aboveOnly) {
      const refused = await as(child).patch(path).send(change).expect(403);
      expect(refused.body.code).toBe('account-change-forbidden');
    }
    await as(api.tenant)
      .patch(path)
      .send({ allowedDestinations: ['+44', '!+449'] })
      .expect(200);
    const tooHigh = await as(api.tenant)
      .patch(path)
      .send({ limits: { concurrentCalls: 101 } })
      .expect(403);
    expect(tooHigh.body).toMatchObject({
      code: 'account-limit-too-high',
      errors: [{ pointer: '/limits/concurrentCalls' }],
    });
    expect((await as(api.tenant).patch(path).send({ edition: 'premium' }).expect(403)).body.code).toBe(
      'edition-required',
    );
    expect((await as(child).delete(path).expect(403)).body.code).toBe('account-change-forbidden');
  });

  it('lets a suspended account, and all below it, read but not write', async () => {
    const child = await api.newTenant({ parent: api.tenant.account });
    const grandchild = await api.newTenant({ parent: child.account });
    await as(api.tenant).patch(`/v1/accounts/${child.account.id}`).send({ status: 'suspended' }).expect(200);
    for (const tenant of [child, grandchild]) {
      expect((await as(tenant).post('/v1/api-keys').send({ name: 'x' }).expect(403)).body.code).toBe(
        'account-suspended',
      );
      await as(tenant).get('/v1/api-keys').expect(200);
    }
    await as(api.tenant).patch(`/v1/accounts/${child.account.id}`).send({ status: 'active' }).expect(200);
    api.clock.advance(1000);
    await as(grandchild).post('/v1/api-keys').send({ name: 'x' }).expect(201);
  });

  it('deletes no account that still owns sub-accounts, and stops the keys of a deleted one within a second', async () => {
    const child = await api.newTenant({ parent: api.tenant.account });
    const grandchild = await api.newTenant({ parent: child.account });
    expect((await as(api.tenant).delete(`/v1/accounts/${child.account.id}`).expect(409)).body.code).toBe(
      'account-not-empty',
    );
    await as(grandchild).get('/v1/api-keys').expect(200);
    await as(api.tenant).delete(`/v1/accounts/${grandchild.account.id}`).expect(204);
    api.clock.advance(1000);
    await as(grandchild).get('/v1/api-keys').expect(401);
  });

  it('nests five deep and no deeper', async () => {
    let parent = api.tenant;
    for (let depth = 1; depth <= 5; depth++) parent = await api.newTenant({ parent: parent.account });
    expect((await as(parent).post('/v1/accounts').send({ name: 'too deep' }).expect(403)).body.code).toBe(
      'account-too-deep',
    );
  });

  it('rotates the signing secret with an overlap of a day', async () => {
    const path = `/v1/accounts/${api.tenant.account.id}/signing-secret`;
    const first = await as(api.tenant).post(path).expect(200);
    const second = await as(api.tenant).post(path).expect(200);
    expect(second.body.signingSecret).not.toBe(first.body.signingSecret);
    expect(Date.parse(second.body.previousValidUntil)).toBe(api.clock.now() + 86_400_000);
  });
});
