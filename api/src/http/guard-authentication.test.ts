import { silentLogger } from '@hookswitch/kernel/logger';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailureCounter } from '../failed-attempts/failure-counter.js';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';
import { guardAuthentication, network } from './guard-authentication.js';

describe('failed authentications', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi({ settings: { authenticationFailuresPerMinute: 3, trustedProxies: ['127.0.0.1'] } });
  });
  afterEach(() => api.close());

  /** A request of somebody behind our proxy. */
  const ask = (key: string, address = '192.0.2.1') =>
    supertest(api.server).get('/v1/accounts').set('Authorization', `Bearer ${key}`).set('X-Forwarded-For', address);

  it('of one address are answered with 429 after the limit, until the minute is over', async () => {
    for (let times = 0; times < 3; times++) await ask('wrong').expect(401);
    api.clock.advance(20_000);
    const refused = await ask('wrong').expect(429);
    expect([refused.body.code, refused.headers['retry-after']]).toEqual(['rate-limited', '40']);
    await ask('wrong', '192.0.2.2').expect(401);
    await supertest(api.server).get('/v1/accounts').set('X-Forwarded-For', '192.0.2.1').expect(429);
    api.clock.advance(40_000);
    await ask('wrong').expect(401);
  });

  it('keep no good key out, and in a flood none that was good before', async () => {
    const other = await api.newTenant();
    for (let times = 0; times < 59; times++) await ask('wrong');
    await ask(api.tenant.key).expect(200);
    await ask('wrong').expect(429);
    // Beyond 20 times the limit.
    await ask(api.tenant.key).expect(200);
    await ask(other.key).expect(429);
    await ask(other.key, '192.0.2.2').expect(200);
    api.clock.advance(60_000);
    await ask(other.key).expect(200);
  });

  it('are let through where they cannot be counted', async () => {
    const broken: FailureCounter = {
      add: () => Promise.reject(new Error('away')),
      clear: async () => {},
      read: () => Promise.reject(new Error('away')),
    };
    const guard = guardAuthentication({ failures: broken, limit: 1, logger: silentLogger });
    const principal = { kind: 'key', scopes: [], account: api.tenant.account, key: {} as never } as const;
    expect(
      await guard(
        () => '192.0.2.1',
        undefined,
        async () => principal,
      ),
    ).toBe(principal);
  });

  it('of a stranger who claims to be another address count for himself', async () => {
    const direct = await createTestApi({ settings: { authenticationFailuresPerMinute: 1 } });
    const claim = (address: string) => supertest(direct.server).get('/v1/accounts').set('X-Forwarded-For', address);
    await claim('192.0.2.1').expect(401);
    await claim('192.0.2.2').expect(429);
    await direct.close();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
    ['2001:DB8:0:7::4', '2001:db8:0:7::/64'],
    ['2001:db8::4', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s count for %s', (address, expected) => {
    expect(network(address)).toBe(expected);
  });
});
