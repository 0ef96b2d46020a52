import type { ManualClock } from '@hookswitch/kernel/manual-clock';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';
import { testPeople } from '../test-api/test-people.fixture.js';

describe('an agent whose client asks without end', () => {
  let api: TestApi;
  let clock: ManualClock;
  beforeEach(async () => {
    let people: ReturnType<typeof testPeople> | undefined;
    api = await createTestApi({
      operations: (core) => {
        clock = core.clock;
        people = testPeople(core);
        return people.operations;
      },
      authenticator: (keys) => people!.authenticator(keys),
    });
  });
  afterEach(() => api.close());

  const program = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);

  it('is held up, and neither its colleagues nor the programs of its account are', async () => {
    const agents = [1, 2].map((n) => ({ email: `a${n}@example.com`, name: `A${n}`, staffNumber: String(n) }));
    const { body } = await program().post('/v1/agents').send({ agents }).expect(200);
    const [flooding, colleague] = await Promise.all(
      (body.agents as { id: string }[]).map(async ({ id }) => {
        const { token } = (await program().post(`/v1/agents/${id}/tokens`).send({}).expect(201)).body;
        const login = await supertest(api.server).post('/v1/agent-sessions').send({ token }).expect(201);
        const client = supertest.agent(api.server).set('Authorization', `Bearer ${login.body.accessToken}`);
        return () => client.get(`/v1/agents/${id}`);
      }),
    );
    const part = Math.ceil(api.tenant.account.limits.requestsPerSecond / 5);
    const statuses: number[] = [];
    for (let at = 0; at < part + 20; at += 1) statuses.push((await flooding!()).status);
    const answered = statuses.filter((status) => status === 200).length;
    expect(answered).toBe(Math.max(10, part));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    await colleague!().expect(200);
    await program().get('/v1/agents').expect(200);
    const held = await flooding!().expect(429);
    expect(Number(held.headers['retry-after'])).toBeGreaterThan(0);
    await clock.advanceAsync(1000);
    await flooding!().expect(200);
  });
});
