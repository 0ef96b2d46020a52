import { ManualClock } from '@hookswitch/kernel/manual-clock';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { MemoryLiveCentreStore, nextAgent } from '../acd/index.js';
import { sessionLookup } from '../agent-login/index.js';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';
import { testPeople } from '../test-api/test-people.fixture.js';
import { AgentPresence } from './agent-presence.js';
import { MemoryEventStreams } from './memory-event-streams.js';
import { eventStreamOperations } from './operations/index.js';
import { tellSessionsEnded } from './session-watch.js';

interface Message {
  readonly type: string;
  readonly number?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

describe('following events', () => {
  let api: TestApi;
  let streams: MemoryEventStreams;
  let live: MemoryLiveCentreStore;
  let stopping: AbortController;
  let people: ReturnType<typeof testPeople>;
  let agentId: string;
  beforeEach(async () => {
    streams = new MemoryEventStreams();
    live = new MemoryLiveCentreStore();
    stopping = new AbortController();
    api = await createTestApi({
      operations: (core) => {
        people = testPeople(core, {
          sessionsEnded: (sessions) => tellSessionsEnded(streams, sessions, core.clock.now()),
        });
        const isSessionLive = sessionLookup({ ...core, sessions: people.sessions });
        const presence = new AgentPresence(live, core.clock, 'node-1');
        const deps = { ...core, agents: people.agents, streams, presence, isSessionLive, stopping: stopping.signal };
        return { ...people.operations, ...eventStreamOperations(deps) };
      },
      authenticator: (keys) => people.authenticator(keys),
    });
    const { body } = await supertest(api.server)
      .post('/v1/agents')
      .set('Authorization', api.tenant.authorization)
      .send({ agents: [{ email: 'anna@example.com', name: 'Anna', staffNumber: '1' }] });
    agentId = body.agents[0].id;
  });
  afterEach(async () => {
    stopping.abort();
    await api.close();
  });

  const publish = (type: string, of = agentId) =>
    streams.publish({ accountId: api.tenant.account.id, of }, { type, at: api.clock.now(), data: { sessionId: type } });

  /** A client over server-sent events; `next` gives what comes, one event or comment after another. */
  async function sse(path: string, headers: Record<string, string> = {}) {
    const gone = new AbortController();
    const answer = await fetch(`${api.baseUrl}${path}`, {
      headers: { Authorization: api.tenant.authorization, ...headers },
      signal: gone.signal,
    });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      async next(): Promise<string | undefined> {
        while (!text.includes('\n\n')) {
          const { value, done } = await reader.read();
          if (done) return undefined;
          text += value;
        }
        const [first] = text.split('\n\n', 1);
        text = text.slice(first!.length + 2);
        return first;
      },
      close: () => gone.abort(),
    };
  }

  it('gives new events in order, numbered, after ready', async () => {
    await publish('old');
    const client = await sse(`/v1/agents/${agentId}/events`);
    expect(client.type).toContain('text/event-stream');
    expect(await client.next()).toBe('event: ready\ndata: {"after":1}');
    await publish('callIn');
    await publish('userAccessed');
    const at = new Date(api.clock.now()).toISOString();
    expect(await client.next()).toBe(`id: 2\nevent: callIn\ndata: {"at":"${at}","sessionId":"callIn"}`);
    expect(await client.next()).toContain('id: 3\nevent: userAccessed\n');
    client.close();
  });

  it.each([
    ['the Last-Event-ID', '', { 'Last-Event-ID': '1' }],
    ['the number in after', '?after=1', {}],
  ])('takes up after %s', async (_name, query, headers) => {
    for (const type of ['one', 'two', 'three']) await publish(type);
    const client = await sse(`/v1/agents/${agentId}/events${query}`, headers);
    await client.next();
    expect(await client.next()).toContain('id: 2\nevent: two\n');
    expect(await client.next()).toContain('id: 3\nevent: three\n');
    client.close();
  });

  it('says that events are missed where numbers are unknown, and goes on with new ones', async () => {
    await publish('one');
    const client = await sse(`/v1/agents/${agentId}/events?after=500`);
    await client.next();
    expect(await client.next()).toContain('event: missed');
    await publish('two');
    expect(await client.next()).toContain('id: 2\nevent: two\n');
    client.close();
  });

  it('says now and then that it lives', async () => {
    const client = await sse(`/v1/agents/${agentId}/events`);
    await client.next();
    await vi.waitFor(() => expect(api.clock.pending).toBeGreaterThan(0));
    api.clock.advance(15_000);
    expect(await client.next()).toBe(': alive');
    client.close();
  });

  it('ends when the process stops', async () => {
    const client = await sse(`/v1/agents/${agentId}/events`);
    await client.next();
    stopping.abort();
    expect(await client.next()).toBeUndefined();
  });

  /** An agent's client, by a token of its account's. */
  async function logIn(): Promise<{ Authorization: string }> {
    const as = { Authorization: api.tenant.authorization };
    const minted = await supertest(api.server).post(`/v1/agents/${agentId}/tokens`).set(as).expect(201);
    const { token } = minted.body;
    const { body } = await supertest(api.server).post('/v1/agent-sessions').send({ token }).expect(201);
    return { Authorization: `Bearer ${body.accessToken}` };
  }

  it('ends with the session of who follows, and is not begun again by one that is over', async () => {
    const [gone, stays] = [await logIn(), await logIn()];
    const path = `/v1/agents/${agentId}/events`;
    const [first, second] = [await sse(path, gone), await sse(path, stays)];
    await first.next();
    await second.next();
    const { body } = await supertest(api.server).get(`/v1/agents/${agentId}/sessions`).set(stays).expect(200);
    const ended = body.items.find(({ id }: { id: string }) => gone.Authorization.includes(id));
    await supertest(api.server).delete(`/v1/agents/${agentId}/sessions/${ended.id}`).set(stays).expect(204);
    expect(await first.next()).toBeUndefined();
    // The token may count for a moment more; the stream knows better.
    expect(await (await sse(path, gone)).next()).toBeUndefined();
    await publish('callIn');
    expect(await second.next()).toContain('callIn');
  });

  it('bounds the streams of an agent: the oldest ends and is told so; keys have as many as they like', async () => {
    const [agent, path] = [await logIn(), `/v1/agents/${agentId}/events`];
    const clients = [await sse(path)];
    for (let n = 0; n < 22; n += 1) {
      clients.push(await sse(path, agent));
      expect(await clients.at(-1)!.next()).toContain('event: ready');
    }
    for (const displaced of clients.slice(1, 3)) {
      expect(await displaced.next()).toBe('event: displaced\ndata: {}');
      expect(await displaced.next()).toBeUndefined();
    }
    await clients[0]!.next();
    await publish('callIn');
    for (const client of [clients[0]!, ...clients.slice(3)]) expect(await client.next()).toContain('callIn');
    await vi.waitFor(async () =>
      expect((await live.get(api.tenant.account.id, 'agent', agentId))!.clients).toHaveLength(20),
    );
    for (const client of clients) client.close();
  });

  it("shows supervisors the centre's own stream", async () => {
    const client = await sse('/v1/contact-centre/events?after=0');
    await client.next();
    await publish('callIn');
    await publish('agent.status-changed', 'supervisors');
    expect(await client.next()).toContain('id: 1\nevent: agent.status-changed\n');
    client.close();
  });

  it("keeps the centre's own stream, with its whole numbers, from who may not see those", async () => {
    const as = supertest.agent(api.server).set('Authorization', api.tenant.authorization);
    const watch = async (scopes: string[]) => {
      const { body: role } = await as.post('/v1/roles').send({ name: scopes.join(), scopes });
      await as.patch(`/v1/agents/${agentId}`).send({ role: role.id });
      const { body: minted } = await as.post(`/v1/agents/${agentId}/tokens`).send({});
      const { body } = await supertest(api.server).post('/v1/agent-sessions').send({ token: minted.token });
      return sse('/v1/contact-centre/events', { Authorization: `Bearer ${body.accessToken}` });
    };
    expect((await watch(['event-streams:read'])).status).toBe(403);
    const client = await watch(['event-streams:read', 'calls:read']);
    expect(client.status).toBe(200);
    client.close();
  });

  it('refuses strangers and unknown agents before anything is streamed', async () => {
    const other = await api.newTenant();
    expect((await sse(`/v1/agents/${agentId}/events`, { Authorization: other.authorization })).status).toBe(404);
    expect((await sse(`/v1/agents/${agentId}/events`, { Authorization: 'Bearer wrong' })).status).toBe(401);
  });

  describe('over WebSocket', () => {
    /** Resolves to what it was refused with, or an open client. */
    function connect(path: string, protocols: string[], headers: Record<string, string> = {}) {
      const socket = new WebSocket(`${api.baseUrl.replace('http', 'ws')}${path}`, protocols, { headers });
      const messages: Message[] = [];
      socket.on('message', (data) => messages.push(JSON.parse(String(data))));
      return new Promise<{ socket: WebSocket; messages: Message[] } | { refused: number }>((resolve, reject) => {
        socket.once('open', () => resolve({ socket, messages }));
        socket.once('unexpected-response', (_request, answer) => resolve({ refused: answer.statusCode! }));
        socket.once('error', reject);
      });
    }

    it.each([
      ['a bearer token among the subprotocols, as browsers must', true],
      ['an Authorization header', false],
    ])('with %s', async (_name, asBrowser) => {
      const { tenant } = api;
      const client = await (asBrowser
        ? connect(`/v1/agents/${agentId}/events`, ['hookswitch', `bearer.${tenant.key}`])
        : connect(`/v1/agents/${agentId}/events`, ['hookswitch'], { Authorization: tenant.authorization }));
      if ('refused' in client) throw new Error(`refused with ${client.refused}`);
      expect(client.socket.protocol).toBe('hookswitch');
      await vi.waitFor(() => expect(client.messages).toHaveLength(1));
      await publish('callIn');
      await vi.waitFor(() => expect(client.messages).toHaveLength(2));
      expect(client.messages).toMatchObject([
        { type: 'ready', data: { after: 0 } },
        { type: 'callIn', number: 1, data: { sessionId: 'callIn' } },
      ]);
      const closed = new Promise((resolve) => client.socket.once('close', resolve));
      stopping.abort();
      expect(await closed).toBe(1001);
    });

    it('refuses like any request', async () => {
      const path = `/v1/agents/${agentId}/events`;
      expect(await connect(path, ['hookswitch', 'bearer.wrong'])).toEqual({ refused: 401 });
      expect(await connect(path, [])).toEqual({ refused: 401 });
      const token = `bearer.${(await api.newTenant()).key}`;
      expect(await connect(path, ['hookswitch', token])).toEqual({ refused: 404 });
      expect(await connect('/v1/nothing', ['hookswitch', token])).toEqual({ refused: 404 });
    });
  });
});

describe('the presence of an agent', () => {
  it('follows its clients, also of one who is not online yet', async () => {
    const clock = new ManualClock();
    const live = new MemoryLiveCentreStore();
    const presence = new AgentPresence(live, clock, 'node-1');
    const agent: Parameters<AgentPresence['connected']>[0] = {
      id: 'AG1',
      accountId: 'AC1',
      skillGroups: [],
      endpointId: 'SE1',
      mobileAnswer: 'off',
    };
    const now = async () => (await live.get(agent.accountId, 'agent', agent.id))!;
    await presence.connected(agent, 'one');
    expect(await now()).toMatchObject({
      status: 'offline',
      reachableWithoutClient: true,
      clients: [{ id: 'one', nodeId: 'node-1' }],
    });
    const goOnline = { type: 'goOnline', statusOnline: 'free', by: 'agent' } as const;
    await live.commit(agent.accountId, [{ put: nextAgent(await now(), goOnline, 0) }]);
    await presence.connected(agent, 'two');
    expect((await now()).clients.map(({ id }) => id)).toEqual(['one', 'two']);
    await presence.lost(agent.accountId, agent.id, 'one');
    await presence.lost(agent.accountId, agent.id, 'two');
    expect(await now()).toMatchObject({ status: 'free', clients: [] });
  });
});
