import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { MemoryCommandChannel } from '../memory-command-channel.js';
import { MemoryNodeLeases } from '../memory-node-leases.js';
import type { NodeDrainReport } from '../node-leases.js';
import { nodeOperations } from './index.js';

describe('nodes over HTTP', () => {
  let api: TestApi;
  let leases: MemoryNodeLeases;
  let commands: MemoryCommandChannel;
  beforeEach(async () => {
    api = await createTestApi({
      operations: ({ clock }) => {
        leases = new MemoryNodeLeases(clock);
        commands = new MemoryCommandChannel({ clock });
        return nodeOperations({ leases, commands });
      },
    });
    await report('media-2', 3);
    await report('media-1', 0);
    await leases.renew('no-engine', 60_000, { counts: { total: 0, accounts: {}, trunks: {} } });
  });
  afterEach(() => api.close());

  const report = (nodeId: string, total: number, drain?: NodeDrainReport) => {
    const now = api.clock.now();
    const said = { sip: ['udp:10.0.0.5:5060'], maxCalls: 400, lagMs: 1.4, busy: 0.1, version: '0.1.0' };
    const media = { ...said, startedAt: now - 60_000, reportedAt: now, ...(drain && { drain }) };
    return leases.renew(nodeId, 60_000, { counts: { total, accounts: {}, trunks: {} }, media });
  };
  const http = (tenant = api.tenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('lists those that carry calls, with their load, a page at a time', async () => {
    const { body } = await http().get('/v1/nodes').query({ limit: 1 }).expect(200);
    expect(body.items).toEqual([
      {
        id: 'media-1',
        state: 'active',
        calls: 0,
        maxCalls: 400,
        load: 0,
        busy: 0.1,
        eventLoopLagMs: 1,
        sip: ['udp:10.0.0.5:5060'],
        version: '0.1.0',
        startedAt: '2025-12-31T23:59:00.000Z',
        reportedAt: '2026-01-01T00:00:00.000Z',
        drain: null,
      },
    ]);
    const next = await http().get('/v1/nodes').query({ cursor: body.nextCursor }).expect(200);
    expect(next.body).toMatchObject({ items: [{ id: 'media-2', calls: 3, load: 0.008 }], nextCursor: null });
    await http().get('/v1/nodes').query({ cursor: 'nonsense!' }).expect(400);
  });

  it('has a node drained, and take calls again', async () => {
    const asked: unknown[] = [];
    await commands.listen('media-2', async (command) => {
      asked.push(command);
      const drains = command.type === 'node.drain.v1';
      await report(
        'media-2',
        3,
        drains ? { since: api.clock.now(), until: api.clock.now() + 60_000, stops: true } : undefined,
      );
    });
    const drained = await http().post('/v1/nodes/media-2/drain').send({ timeLimitSeconds: 60, stop: true }).expect(200);
    expect(drained.body).toMatchObject({
      state: 'draining',
      drain: { since: '2026-01-01T00:00:00.000Z', endsCallsAt: '2026-01-01T00:01:00.000Z', stops: true },
    });
    await report('media-2', 0, { since: api.clock.now(), stops: false });
    const { body } = await http().get('/v1/nodes/media-2').expect(200);
    expect(body).toMatchObject({ state: 'drained', drain: { endsCallsAt: null } });
    expect((await http().post('/v1/nodes/media-2/undrain').expect(200)).body.state).toBe('active');
    expect(asked).toEqual([
      { type: 'node.drain.v1', request: { timeLimitSeconds: 60, stop: true } },
      { type: 'node.undrain.v1', request: {} },
    ]);
  });

  it('shows a node that stopped at once as drained', async () => {
    await commands.listen('media-1', async () => leases.release('media-1'));
    const { body } = await http().post('/v1/nodes/media-1/drain').send({ stop: true }).expect(200);
    expect(body).toMatchObject({ id: 'media-1', state: 'drained', calls: 0, drain: { stops: true } });
  });

  it('says so when the node does not answer, and of nodes that are not there', async () => {
    expect((await http().post('/v1/nodes/media-1/drain').send({}).expect(504)).body.code).toBe('owner-unreachable');
    await http().get('/v1/nodes/no-engine').expect(404);
    await http().post('/v1/nodes/media-9/drain').send({}).expect(404);
    await http().post('/v1/nodes/media-1/drain').send({ timeLimitSeconds: -1 }).expect(400);
  });

  it('are the first account’s only: others see none and drain none', async () => {
    const branch = await api.newTenant({ name: 'Branch', parent: api.tenant.account });
    expect((await http(branch).get('/v1/nodes').expect(200)).body).toEqual({ items: [], nextCursor: null });
    await http(branch).get('/v1/nodes/media-1').expect(404);
    await http(branch).post('/v1/nodes/media-1/drain').send({}).expect(404);
    await http(branch).post('/v1/nodes/media-1/undrain').expect(404);
  });
});
