import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { createTestApi, type TestApi, type TestTenant } from '../test-api/create-test-api.fixture.js';
import { testResources } from '../test-api/test-resources.fixture.js';
import { auditCollection } from './audit-entry.js';
import { type AuditedRequest, AuditLog, auditEntryOf, resourceIdOf } from './audit-log.js';
import { auditOperations } from './operations/index.js';

describe('the audit log over HTTP', () => {
  let api: TestApi;
  let log: AuditLog;
  beforeEach(async () => {
    const audit = new MemoryTenantCollection(auditCollection);
    log = new AuditLog({ store: audit, clock: new ManualClock(), logger: silentLogger });
    api = await createTestApi({
      operations: (core) => ({ ...testResources(core).operations, ...auditOperations({ audit }) }),
      app: { audit: log },
    });
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);
  type Listed = { readonly operation: string; readonly resourceId: string; readonly keyId: string };
  /** Entries are written behind the answer: asks until there are so many. */
  const entries = async (tenant: TestTenant, count: number, query = ''): Promise<readonly Listed[]> => {
    for (;;) {
      await log.flush();
      const { body } = await as(tenant).get(`/v1/audit-log${query}`).expect(200);
      if (body.items.length >= count) return body.items;
    }
  };

  it('says who made, changed and deleted what, newest first, and holds no secret', async () => {
    const agent = as(api.tenant);
    const { body } = await agent.post('/v1/endpoints').send({ username: 'alice', password: 'a-secret-word' });
    const { id } = body.endpoint;
    // Ids made in one millisecond are in no order.
    api.clock.advance(1);
    await agent.patch(`/v1/endpoints/${id}`).send({ name: 'Desk' }).expect(200);
    api.clock.advance(1);
    const answer = await agent.delete(`/v1/endpoints/${id}`).expect(204);
    await agent.get('/v1/endpoints').expect(200);
    const listed = await entries(api.tenant, 3);
    expect(listed.map(({ operation, resourceId }) => [operation, resourceId])).toEqual([
      ['deleteEndpoint', id],
      ['updateEndpoint', id],
      ['createEndpoint', id],
    ]);
    expect(listed[0]).toEqual({
      id: answer.headers['request-id'],
      accountId: api.tenant.account.id,
      createdAt: new Date(api.clock.now()).toISOString(),
      keyId: expect.stringMatching(/^SK[0-9a-f]{32}$/),
      operation: 'deleteEndpoint',
      resourceId: id,
      outcome: 'done',
      status: 204,
      code: null,
    });
    expect(JSON.stringify(listed)).not.toContain('a-secret-word');
    expect(JSON.stringify(listed)).not.toContain(api.tenant.key);
  });

  it('keeps a read of a foreign id with the one who asked, as one of an id that never was', async () => {
    const { body } = await as(api.tenant).post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    const stranger = await api.newTenant({ name: 'Stranger' });
    await as(stranger).get(`/v1/endpoints/${body.endpoint.id}`).expect(404);
    const [entry] = await entries(stranger, 1);
    expect(entry).toMatchObject({
      operation: 'getEndpoint',
      resourceId: body.endpoint.id,
      outcome: 'refused',
      status: 404,
      code: 'resource-not-found',
    });
    expect((await entries(api.tenant, 1)).map(({ operation }) => operation)).toEqual(['createEndpoint']);
  });

  it('notes a key without the scope, and an idempotent request once', async () => {
    const reader = await api.newTenant({ scopes: ['endpoints:read', 'audit:read'] });
    await as(reader).post('/v1/endpoints').send({ username: 'bob' }).expect(403);
    expect((await entries(reader, 1))[0]).toMatchObject({ outcome: 'refused', status: 403, code: 'scope-missing' });
    for (let times = 0; times < 2; times++) {
      await as(api.tenant).post('/v1/endpoints').set('Idempotency-Key', 'once').send({ username: 'bob' }).expect(201);
    }
    await as(api.tenant).post('/v1/endpoints').send({ username: 'carol' }).expect(201);
    expect(await entries(api.tenant, 2)).toHaveLength(2);
  });

  it('is filtered by key, operation, id, outcome and time, and paged', async () => {
    const agent = as(api.tenant);
    await agent.post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    api.clock.advance(60_000);
    const later = new Date(api.clock.now()).toISOString();
    await agent.post('/v1/endpoints').send({ username: 'alice' }).expect(409);
    const [newest, oldest] = await entries(api.tenant, 2);
    const only = async (query: string) => (await agent.get(`/v1/audit-log?${query}`).expect(200)).body.items;
    expect(await only('outcome=refused')).toEqual([newest]);
    expect(await only(`resourceId=${oldest!.resourceId}`)).toEqual([oldest]);
    expect(await only(`createdFrom=${later}`)).toEqual([newest]);
    expect(await only(`createdBefore=${later}`)).toEqual([oldest]);
    expect(await only(`keyId=${oldest!.keyId}&operation=createEndpoint`)).toHaveLength(2);
    expect(await only('operation=deleteEndpoint')).toEqual([]);
    const first = (await agent.get('/v1/audit-log?limit=1').expect(200)).body;
    expect(first.items).toEqual([newest]);
    expect(await only(`limit=1&cursor=${first.nextCursor}`)).toEqual([oldest]);
  });
});

describe('what belongs in the audit log', () => {
  const request: AuditedRequest = {
    requestId: 'RQ1',
    accountId: 'AC1',
    keyId: 'SK1',
    operation: 'x',
    method: 'POST',
    resourceId: undefined,
    status: 200,
    code: undefined,
    at: '2026-11-23T09:30:00.000Z',
  };
  it.each([
    ['POST', 201, 'done'],
    ['DELETE', 204, 'done'],
    ['PATCH', 409, 'refused'],
    ['POST', 500, 'failed'],
    ['POST', 429, undefined],
    ['GET', 200, undefined],
    ['GET', 404, 'refused'],
    ['GET', 403, 'refused'],
    ['GET', 400, undefined],
  ])('%s answered %i: %s', (method, status, outcome) => {
    expect(auditEntryOf({ ...request, method, status })?.outcome).toBe(outcome);
  });

  const id = `TK${'0'.repeat(32)}`;
  it.each([
    [[id], undefined, id],
    [[`SE${'1'.repeat(32)}`, id], { id: 'x' }, id],
    [['../etc/passwd'], { id }, undefined],
    [[], { id }, id],
    [[], { endpoint: { id }, password: 'p' }, id],
    [[], { items: [] }, undefined],
    [[], undefined, undefined],
  ])('finds what a request was about: %j %j', (path, body, expected) => {
    expect(resourceIdOf(path, body)).toBe(expected);
  });
});

describe('the audit log on the way to the store', () => {
  const entry: AuditedRequest = {
    requestId: 'RQ1',
    accountId: 'AC1',
    keyId: 'SK1',
    operation: 'x',
    method: 'POST',
    resourceId: undefined,
    status: 200,
    code: undefined,
    at: '2026-11-23T09:30:00.000Z',
  };
  let clock: ManualClock;
  /** The ids of each write. */
  let writes: string[][];
  let errors: unknown[];
  const logOn = (insertMissing: (ids: readonly string[]) => Promise<void>) => {
    clock = new ManualClock();
    writes = [];
    errors = [];
    return new AuditLog({
      store: {
        insertMissing: (entries) => {
          const ids = entries.map(({ id }) => id);
          writes.push(ids);
          return insertMissing(ids);
        },
        list: () => Promise.reject(new Error('not asked')),
      },
      clock,
      logger: { ...silentLogger, error: (details: unknown) => void errors.push(details) },
    });
  };

  it('stays in bounds while the store does not answer, and says what it dropped', async () => {
    const log = logOn(() => new Promise(() => {}));
    for (let n = 0; n < 1500; n++) log.note(entry);
    await Promise.resolve();
    expect(writes).toHaveLength(1);
    expect(errors).toHaveLength(500);
  });

  it('goes together where it comes within 40 ms', async () => {
    const log = logOn(async () => {});
    log.note({ ...entry, requestId: 'RQ1' });
    clock.advance(39);
    log.note({ ...entry, requestId: 'RQ2' });
    await Promise.resolve();
    expect(writes).toEqual([]);
    clock.advance(1);
    log.note({ ...entry, requestId: 'RQ3' });
    await Promise.resolve();
    expect(writes).toEqual([['RQ1', 'RQ2']]);
    await log.flush();
    expect(writes).toEqual([['RQ1', 'RQ2'], ['RQ3']]);
  });

  it('does not wait where it is much, and goes on after a write that failed', async () => {
    const log = logOn(async (ids) => {
      if (ids.includes('RQ7')) throw new Error('away');
    });
    for (let n = 0; n < 250; n++) log.note({ ...entry, requestId: `RQ${n}` });
    await log.flush();
    expect(writes.map((ids) => [ids.length, ids[0]])).toEqual([
      [100, 'RQ0'],
      [100, 'RQ100'],
      [50, 'RQ200'],
    ]);
    expect(errors).toHaveLength(100);
    expect(errors[7]).toMatchObject({ entry: { id: 'RQ7' } });
  });
});
