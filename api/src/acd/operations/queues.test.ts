import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testAgentStatus } from '../../test-api/test-agent-status.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { newLiveAgent, nextAgent } from '../agent-state.js';
import { offerTo } from '../offer-state.js';
import { enqueue } from '../queue-entry-state.js';

describe('queues over HTTP', () => {
  let api: TestApi;
  let status: ReturnType<typeof testAgentStatus>;
  beforeEach(async () => {
    api = await createTestApi({
      operations: (core) => {
        const people = testPeople(core);
        status = testAgentStatus({ clock: core.clock, agents: people.agents, skillGroups: people.skillGroups });
        return { ...people.operations, ...status.operations };
      },
    });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const id = (prefix: string, n: number) => prefix + n.toString(16).padStart(32, '0');

  it('show who waits, how long and how much longer, and who is asked and why', async () => {
    const { clock, tenant } = api;
    const accountId = tenant.account.id;
    const { body: group } = await http().post('/v1/skill-groups').send({ name: 'Sales' }).expect(201);
    const path = `/v1/skill-groups/${group.id}/queue`;
    expect((await http().get(path).expect(200)).body).toMatchObject({ size: 0, longestWaitSeconds: null, entries: [] });
    for (let n = 1; n <= 3; n++) {
      const ids = { id: id('QE', n), contactId: id('CN', n), callId: id('CA', n) };
      const draft = { ...ids, accountId, nodeId: 'n1', enqueuedAt: clock.now(), skillGroupId: group.id };
      await status.live.commit(accountId, enqueue(draft));
      clock.advance(1000);
    }
    const skillGroups = [{ skillGroupId: group.id as string, priority: 3 }];
    const profile = { skillGroups, reachableWithoutClient: true };
    const online = { type: 'goOnline', statusOnline: 'free', by: 'agent' } as const;
    const agent = nextAgent(newLiveAgent(accountId, id('AG', 1), profile, clock.now()), online, clock.now());
    await status.live.commit(accountId, [{ put: agent }]);
    const { entries, agents } = await status.live.load(accountId);
    const because = [{ code: 'longestIdle', idleMs: 5 }];
    const claim = { offerId: id('OF', 1), agent: agents[0]!, skillGroupId: group.id, because };
    await status.live.commit(accountId, offerTo(entries[0]!, [claim], clock.now(), clock.now() + 15_000));

    const { body } = await http().get(path).expect(200);
    expect(body).toMatchObject({ size: 3, longestWaitSeconds: 3, agents: { free: 1, unreachable: 0, busy: 0 } });
    expect(
      body.entries.map((entry: { waitSeconds: number; position: number }) => [entry.position, entry.waitSeconds]),
    ).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    expect(body.entries[0]).toMatchObject({
      state: 'offered',
      offers: [
        {
          offerId: id('OF', 1),
          agentId: id('AG', 1),
          because,
          ringsUntil: new Date(clock.now() + 15_000).toISOString(),
        },
      ],
    });
    const { p50, p90 } = body.entries[1].expectedWaitSeconds;
    expect(p50).toBeLessThan(p90);
    await http()
      .get(`/v1/skill-groups/${id('SG', 9)}/queue`)
      .expect(404);
  });
});
