import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { MemoryUsageCounter } from '../memory-usage-counter.js';
import { usageOperations } from './index.js';

describe('usage over HTTP', () => {
  let api: TestApi;
  const usage = new MemoryUsageCounter();
  beforeEach(async () => {
    api = await createTestApi({
      operations: ({ clock }) => usageOperations({ usage, clock, concurrentCalls: async () => 2 }),
    });
  });
  afterEach(() => api.close());

  it('sums calls and seconds by UTC day, beside the limits', async () => {
    const { account, authorization } = api.tenant;
    const add = (day: string, direction: 'inbound' | 'outbound', seconds: number) =>
      usage.add({ accountId: account.id, direction, day, seconds });
    add('2025-12-31', 'inbound', 61);
    add('2026-01-01', 'outbound', 90);
    add('2026-01-01', 'outbound', 0);
    add('2025-11-01', 'inbound', 5);
    const agent = supertest.agent(api.server).set('Authorization', authorization);
    const { body } = await agent.get('/v1/usage').expect(200);
    expect(body).toMatchObject({
      from: '2025-12-02',
      to: '2026-01-01',
      days: [
        { day: '2025-12-31', inboundCalls: 1, inboundSeconds: 61, outboundCalls: 0 },
        { day: '2026-01-01', inboundCalls: 0, outboundCalls: 2, outboundSeconds: 90 },
      ],
      totals: { inboundCalls: 1, inboundSeconds: 61, outboundCalls: 2, outboundSeconds: 90 },
      limits: account.limits,
      now: { concurrentCalls: 2, outboundMinutesToday: 1.5 },
    });
    const one = await agent.get('/v1/usage').query({ from: '2025-11-01', to: '2025-11-01' }).expect(200);
    expect(one.body.totals.inboundSeconds).toBe(5);
    await agent.get('/v1/usage').query({ from: '2026-01-02' }).expect(400);
    await agent.get('/v1/usage').query({ from: '2020-01-01' }).expect(400);
  });
});
