import { BaseError } from '@hookswitch/kernel/base-error';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationHandler } from '../operation/handler.js';
import { createTestApi, type TestApi, type TestTenant } from '../test-api/create-test-api.fixture.js';

describe('Idempotency-Key', () => {
  let api: TestApi;
  let runs: number;
  let handler: OperationHandler<'deleteApiKey'>;
  beforeEach(async () => {
    runs = 0;
    handler = async () => ({ status: 204 });
    api = await createTestApi({
      operations: () => ({
        deleteApiKey: (request, context) => {
          runs++;
          return handler(request, context);
        },
      }),
    });
  });
  afterEach(() => api.close());

  const anyKey = 'SK00000000000000000000000000000000';
  const create = (key: string, body: object | string, tenant: TestTenant = api.tenant) =>
    supertest(api.server)
      .post('/v1/api-keys')
      .set({ Authorization: tenant.authorization, 'Idempotency-Key': key, 'Content-Type': 'application/json' })
      .send(body);
  const remove = (key: string, id = anyKey) =>
    supertest(api.server)
      .delete(`/v1/api-keys/${id}`)
      .set({ Authorization: api.tenant.authorization, 'Idempotency-Key': key });
  const count = async (tenant = api.tenant) => api.accountDeps.keys.count(tenant.account.id);

  it('gives the first answer again, byte for byte, secrets included, and does the work once', async () => {
    const before = await count();
    const first = await create('a', { name: 'x' }).expect(201);
    const again = await create('a', { name: 'x' }).expect(201);
    expect(again.text).toBe(first.text);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await count()).toBe(before + 1);
  });

  it('does not care about the order of JSON members', async () => {
    await create('a', '{"name":"x","scopes":["*"]}').expect(201);
    expect((await create('a', '{"scopes":["*"],"name":"x"}').expect(201)).headers['idempotent-replayed']).toBe('true');
  });

  it('refuses a key that came with another body, path or method', async () => {
    await create('a', { name: 'x' }).expect(201);
    expect((await create('a', { name: 'y' }).expect(422)).body.code).toBe('idempotency-key-reused');
    expect((await remove('a').expect(422)).body.code).toBe('idempotency-key-reused');
  });

  it('does not hand the answer, a new key with all rights, to a key with fewer', async () => {
    const { body } = await create('a', { name: 'few', scopes: ['keys:write'] }).expect(201);
    await create('b', { name: 'all' }).expect(201);
    const few: TestTenant = { ...api.tenant, authorization: `Bearer ${body.key}` };
    const stolen = await create('b', { name: 'all' }, few).expect(422);
    expect(stolen.body.code).toBe('idempotency-key-reused');
    expect(stolen.text).not.toContain('hk_');
  });

  it('keeps accounts apart', async () => {
    const other = await api.newTenant();
    await create('a', { name: 'x' }).expect(201);
    expect((await create('a', { name: 'y' }, other).expect(201)).headers['idempotent-replayed']).toBeUndefined();
  });

  it('replays failures too, a 500 included', async () => {
    handler = async () => {
      throw new Error('broken');
    };
    const first = await remove('a').expect(500);
    const again = await remove('a').expect(500);
    expect(again.text).toBe(first.text);
    expect(again.headers['content-type']).toContain('application/problem+json');
    expect(runs).toBe(1);
  });

  it('stores nothing when validation fails', async () => {
    await create('a', { name: '' }).expect(400);
    await create('a', { name: 'x' }).expect(201);
  });

  it('stores nothing when a cap turns the request away', async () => {
    handler = async () => {
      throw new BaseError('limit', 'rate-limited', 'Later.', { retryAfterSeconds: 2 });
    };
    expect((await remove('a').expect(429)).headers['retry-after']).toBe('2');
    handler = async () => ({ status: 204 });
    await remove('a').expect(204);
    expect(runs).toBe(2);
  });

  it('answers 409 while the twin runs, and its answer afterwards', async () => {
    let finish = () => {};
    const running = new Promise<void>((started) => {
      handler = () =>
        new Promise((resolve) => {
          finish = () => resolve({ status: 204 });
          started();
        });
    });
    const first = remove('a').then((answer) => answer);
    await running;
    const twin = await remove('a').expect(409);
    expect(twin.body.code).toBe('idempotency-key-in-use');
    finish();
    expect((await first).status).toBe(204);
    await remove('a').expect(204);
    expect(runs).toBe(1);
  });

  it('forgets after a day', async () => {
    await remove('a').expect(204);
    api.clock.advance(24 * 3_600_000 + 1);
    await remove('a').expect(204);
    expect(runs).toBe(2);
  });

  it('takes keys up to 255 characters', async () => {
    await remove('k'.repeat(255)).expect(204);
    expect((await remove('k'.repeat(256)).expect(400)).body.errors[0].pointer).toBe('header:idempotency-key');
  });
});
