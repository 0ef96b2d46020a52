import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStreams } from '../../event-streams/index.js';
import { MemoryObjectStore } from '../../objects/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { internalMessageCollection } from '../internal-message.js';
import { internalMessageOperations } from './index.js';

const png = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1');

describe('AGENT-05 messages between agents', () => {
  let api: TestApi;
  let streams: MemoryEventStreams;
  let anna: string;
  let ben: string;
  let carl: string;
  beforeEach(async () => {
    streams = new MemoryEventStreams();
    api = await createTestApi({
      operations: (core) => {
        const people = testPeople(core);
        const internalMessages = new MemoryTenantCollection(internalMessageCollection);
        const deps = { ...core, internalMessages, agents: people.agents, objects: new MemoryObjectStore(), streams };
        return { ...people.operations, ...internalMessageOperations(deps) };
      },
    });
    [anna, ben, carl] = (await Promise.all(['anna', 'ben', 'carl'].map((name, at) => agent(api.tenant, name, at)))) as [
      string,
      string,
      string,
    ];
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);
  async function agent(tenant: TestTenant, name: string, at: number): Promise<string> {
    const { body } = await as(tenant)
      .post('/v1/agents')
      .send({ agents: [{ email: `${name}@example.com`, name, staffNumber: `100${at}` }] });
    return body.agents[0].id;
  }
  const heard = async (of: string) =>
    (await streams.read({ accountId: api.tenant.account.id, of }, 0, 100)).events.map(({ type, data }) => [type, data]);

  it.each(['ben@example.com', 'BEN@example.com', '1001', 'id'])(
    'reach the agent found by %s, on the stream and in the list',
    async (to) => {
      const { body: message } = await as(api.tenant)
        .post(`/v1/agents/${anna}/messages`)
        .send({ to: to === 'id' ? ben : to, text: 'Hello 你好' })
        .expect(201);
      expect(message).toMatchObject({ fromAgentId: anna, toAgentId: ben, text: 'Hello 你好', picture: null });
      for (const of of [anna, ben]) expect(await heard(of)).toEqual([['message', { message }]]);
      expect(await heard(carl)).toEqual([]);
      const listed = await as(api.tenant).get(`/v1/agents/${ben}/messages`).expect(200);
      expect(listed.body.items).toEqual([message]);
    },
  );

  it('are pictures, too, and still there afterwards', async () => {
    const { body: message } = await as(api.tenant)
      .post(`/v1/agents/${anna}/message-pictures`)
      .query({ to: ben })
      .set('Content-Type', 'image/jpeg')
      .send(png)
      .expect(201);
    expect(message.picture).toEqual({ type: 'image/png', sizeBytes: png.length });
    expect(await heard(ben)).toEqual([['message', { message }]]);
    const { body, type } = await as(api.tenant).get(`/v1/internal-messages/${message.id}/picture`).expect(200);
    expect([type, Buffer.compare(body, png)]).toEqual(['image/png', 0]);
  });

  it('that are no pictures are refused', async () => {
    const { body } = await as(api.tenant)
      .post(`/v1/agents/${anna}/message-pictures`)
      .query({ to: ben })
      .set('Content-Type', 'image/png')
      .send(Buffer.from('<svg onload="alert(1)">'))
      .expect(400);
    expect(body.code).toBe('not-a-picture');
    expect(await heard(ben)).toEqual([]);
  });

  it('are listed newest first, those with one agent apart', async () => {
    const send = async (from: string, to: string, text: string) => {
      api.clock.advance(1);
      await as(api.tenant).post(`/v1/agents/${from}/messages`).send({ to, text }).expect(201);
    };
    await send(anna, ben, 'one');
    await send(carl, anna, 'two');
    await send(ben, anna, 'three');
    const texts = async (of: string, query = {}) =>
      (await as(api.tenant).get(`/v1/agents/${of}/messages`).query(query).expect(200)).body.items.map(
        ({ text }: { text: string }) => text,
      );
    expect(await texts(anna)).toEqual(['three', 'two', 'one']);
    expect(await texts(anna, { with: ben })).toEqual(['three', 'one']);
    expect(await texts(carl)).toEqual(['two']);
  });

  it('never reach an agent of another centre, nor oneself', async () => {
    const stranger = await api.newTenant();
    const theirs = await agent(stranger, 'zoe', 9);
    for (const to of [theirs, 'zoe@example.com', '1009', anna, 'nobody']) {
      const { body } = await as(api.tenant).post(`/v1/agents/${anna}/messages`).send({ to, text: 'Hi' }).expect(400);
      expect(body.errors).toMatchObject([{ pointer: '/to' }]);
    }
  });
});
