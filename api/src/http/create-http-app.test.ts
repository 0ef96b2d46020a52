import { connect } from 'node:net';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';

describe('the API over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi({
      settings: { corsOrigins: ['https://console.example'], jsonBodyLimitBytes: 2048 },
      app: {
        readiness: {
          mongodb: async () => {},
          redis: async () => {
            throw new Error('no answer from 127.0.0.1:6379 within 1 s');
          },
        },
      },
    });
  });
  afterAll(() => api.close());

  const get = (path: string) => supertest(api.server).get(path).set('Authorization', api.tenant.authorization);
  const post = (path: string) => supertest(api.server).post(path).set('Authorization', api.tenant.authorization);

  it('gives every request an id, also those that fail', async () => {
    const good = await get('/v1/accounts').expect(200);
    const bad = await get('/v1/nothing').expect(404);
    expect(good.headers['request-id']).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(bad.body.instance).toBe(bad.headers['request-id']);
    expect(bad.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it.each([
    ['an unknown field', { name: 'x', colour: 'red' }, '/colour'],
    ['a missing field', {}, '/name'],
    ['a wrong type', { name: 7 }, '/name'],
    ['a nested wrong value', { name: 'x', limits: { callsPerSecond: -1 } }, '/limits/callsPerSecond'],
    ['a bad member of a list', { name: 'x', allowedDestinations: ['+1', '001'] }, '/allowedDestinations/1'],
    ['a list for a body', [], ''],
  ])('points at %s', async (_name, body, pointer) => {
    const { body: problem } = await post('/v1/accounts').send(body).expect(400);
    expect(problem).toMatchObject({
      type: 'urn:hookswitch:error:invalid-request',
      status: 400,
      code: 'invalid-request',
    });
    expect(problem.errors.map((field: { pointer: string }) => field.pointer)).toContain(pointer);
  });

  it.each([
    ['limit=0', 'query:limit'],
    ['limit=many', 'query:limit'],
    ['limit=101', 'query:limit'],
    ['colour=red', 'query:colour'],
    ['status=sleeping', 'query:status'],
  ])('points at the wrong query ?%s', async (query, pointer) => {
    const { body } = await get(`/v1/accounts?${query}`).expect(400);
    expect(body.errors.map((field: { pointer: string }) => field.pointer)).toContain(pointer);
  });

  it.each(['nonsense', 'QUMwMA', encodeURIComponent('../../etc'), 'A'.repeat(512)])(
    'refuses the cursor %s',
    async (cursor) => {
      const { body } = await get(`/v1/accounts?cursor=${cursor}`).expect(400);
      expect(body).toMatchObject({ code: 'invalid-cursor', errors: [{ pointer: 'query:cursor' }] });
    },
  );

  it.each([
    ['broken JSON', '{"name":', 'application/json', 400, 'invalid-json'],
    ['a bare word', '"name"', 'application/json', 400, 'invalid-json'],
    ['another type', 'name=x', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['an unknown charset', '{}', 'application/json; charset=klingon', 415, 'unsupported-media-type'],
    ['a body over the limit', JSON.stringify({ name: 'x'.repeat(3000) }), 'application/json', 413, 'body-too-large'],
  ])('answers %s with its own code', async (_name, body, type, status, code) => {
    const answer = await post('/v1/accounts').set('Content-Type', type).send(body).expect(status);
    expect(answer.body.code).toBe(code);
  });

  it('takes JSON with a charset', async () => {
    await post('/v1/accounts').set('Content-Type', 'application/json; charset=UTF-8').send('{"name":"x"}').expect(201);
  });

  it.each([
    ['no body at all', undefined],
    ['deep nesting', `{"name":${'['.repeat(900)}${']'.repeat(900)}}`],
    ['a prototype', '{"name":"x","__proto__":{"admin":true}}'],
    ['a lone surrogate', '{"name":"\\ud800","colour":1}'],
  ])('survives %s', async (_name, body) => {
    const answer = await post('/v1/accounts').set('Content-Type', 'application/json').send(body);
    expect(answer.status).toBe(400);
  });

  it.each([
    '__proto__=1',
    '__proto__[x]=1',
    'constructor=1',
    'limit[]=1',
    'limit[a]=1',
    'limit=1&limit=2',
    'limit=%00',
    'limit=1e999',
    'limit=',
    '=',
    'status=active,active',
  ])('refuses the query ?%s', async (query) => {
    expect((await get(`/v1/accounts?${query}`)).status).toBe(400);
  });

  it('checks HEAD as it checks GET (RFC 9110 9.3.2)', async () => {
    const head = (path: string) => supertest(api.server).head(path).set('Authorization', api.tenant.authorization);
    await head('/v1/accounts?limit=1').expect(200);
    await head('/v1/accounts?limit=many').expect(400);
    await head(`/v1/accounts/${api.tenant.account.id}`).expect(200);
    await head('/v1/accounts/nonsense').expect(404);
  });

  it('lets nobody keep an answer, which may hold a secret', async () => {
    expect((await get('/v1/accounts').expect(200)).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers an unknown path, a wrong method and a broken escape without falling over', async () => {
    expect((await get('/v1/nothing').expect(404)).body.code).toBe('route-not-found');
    expect((await get('/elsewhere').expect(404)).body.code).toBe('route-not-found');
    expect(
      (
        await supertest(api.server)
          .put('/v1/accounts')
          .set('Authorization', api.tenant.authorization)
          .send({})
          .expect(405)
      ).body.code,
    ).toBe('method-not-allowed');
    expect((await get('/v1/accounts/%E0%A4%A')).status).toBe(404);
  });

  it('asks for credentials before it says anything about paths', async () => {
    await supertest(api.server).get('/v1/nothing').expect(401);
  });

  it('says what is wrong on our side to the log and not to the client', async () => {
    const broken = await createTestApi({
      operations: () => ({
        listAccounts: async () => {
          throw new Error('password hunter2 did not work');
        },
      }),
    });
    const { body, text } = await supertest(broken.server)
      .get('/v1/accounts')
      .set('Authorization', broken.tenant.authorization)
      .expect(500);
    expect(body.code).toBe('internal-error');
    expect(text).not.toContain('hunter2');
    await broken.close();
  });

  it('turns an answer that the description does not declare into a 500 in tests', async () => {
    const liar = await createTestApi({
      operations: () => ({ listAccounts: async () => ({ status: 200, body: { items: [], next: 1 } }) as never }),
    });
    const answer = await supertest(liar.server).get('/v1/accounts').set('Authorization', liar.tenant.authorization);
    expect(answer.status).toBe(500);
    await liar.close();
  });

  it('lets pages of allowed origins in and no others', async () => {
    const preflight = (origin: string) =>
      supertest(api.server).options('/v1/accounts').set({ Origin: origin, 'Access-Control-Request-Method': 'POST' });
    const allowed = await preflight('https://console.example').expect(204);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://console.example');
    expect(allowed.headers['access-control-allow-headers']).toContain('Idempotency-Key');
    const refused = await preflight('https://evil.example');
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    const page = await get('/v1/accounts').set('Origin', 'https://console.example').expect(200);
    expect(page.headers['access-control-expose-headers']).toContain('Request-Id');
  });

  it('says whether it lives and which part does not work', async () => {
    expect((await supertest(api.server).get('/healthz').expect(200)).body).toEqual({ status: 'ok' });
    expect((await supertest(api.server).get('/readyz').expect(503)).body).toEqual({
      status: 'not-ready',
      parts: { mongodb: 'ok', redis: 'no answer from 127.0.0.1:6379 within 1 s' },
    });
  });

  it('stays ready where only something useful is missing, and says what', async () => {
    const lacking = await createTestApi({
      app: {
        readiness: { redis: async () => {} },
        warnings: { disk: async () => {}, ffmpeg: () => Promise.reject(new Error('ffmpeg does not run')) },
      },
    });
    expect((await supertest(lacking.server).get('/readyz').expect(200)).body).toEqual({
      status: 'ok',
      parts: { redis: 'ok' },
      warnings: { ffmpeg: 'ffmpeg does not run' },
    });
    await lacking.close();
  });

  it('serves its own description and its metrics by operation', async () => {
    const { body } = await supertest(api.server).get('/openapi.json').expect(200);
    expect(body).toMatchObject({ openapi: '3.1.0' });
    expect(body.paths['/v1/accounts'].get.operationId).toBe('listAccounts');
    await get('/v1/accounts').expect(200);
    const { text } = await supertest(api.server).get('/metrics').expect(200);
    expect(text).toMatch(/hookswitch_http_request_seconds_count\{operation="listAccounts",status="200"\} \d+/);
  });

  it('is not kept by a client that hangs up in the middle of a body', async () => {
    const { port } = api.server.address() as { port: number };
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          `POST /v1/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: ${api.tenant.authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na`,
          () => socket.destroy(),
        );
      });
      socket.once('error', reject);
      socket.once('close', () => resolve());
    });
    await get('/v1/accounts').expect(200);
  });
});

describe('the rate limit', () => {
  it('counts by account, tells what is left, and lets in again as time passes', async () => {
    const api = await createTestApi({ settings: { defaultRequestsPerSecond: 10 } });
    const list = () => supertest(api.server).get('/v1/accounts').set('Authorization', api.tenant.authorization);
    for (let left = 9; left >= 0; left--) {
      expect((await list().expect(200)).headers).toMatchObject({
        'ratelimit-limit': '10',
        'ratelimit-remaining': String(left),
      });
    }
    const refused = await list().expect(429);
    expect(refused.body.code).toBe('rate-limited');
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-remaining': '0', 'ratelimit-reset': '1' });
    const other = await api.newTenant();
    await supertest(api.server).get('/v1/accounts').set('Authorization', other.authorization).expect(200);
    api.clock.advance(100);
    await list().expect(200);
    await list().expect(429);
    await api.close();
  });
});
