import { silentLogger } from '@hookswitch/kernel/logger';
import request from 'supertest';
import { Webhook as StandardWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventOperations, MemoryEventStore } from '../../events/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import {
  createWebhooks,
  MemoryDeliveryStore,
  type PublicEvent,
  ScriptedWebhookSender,
  storedEvent,
  toPublicEvent,
  type WebhookEndpoint,
  type WebhookOperationDeps,
  type Webhooks,
  webhookEndpointCollection,
  webhookOperations,
} from '../index.js';

const url = 'https://sink.example/hooks';

describe('webhook endpoints and events over HTTP', () => {
  let api: TestApi;
  let deps: WebhookOperationDeps;
  let webhooks: Webhooks;
  let sender: ScriptedWebhookSender;

  beforeAll(async () => {
    api = await createTestApi({
      operations: (core) => {
        const { clock, random, newId, secretBox } = core;
        const wakeLater = (lane: string, accountId: string, delayMs: number) => {
          clock.after(delayMs, () => void webhooks.deliverDue(lane, accountId));
        };
        deps = {
          endpoints: new MemoryTenantCollection<WebhookEndpoint>(webhookEndpointCollection),
          deliveries: new MemoryDeliveryStore(),
          events: new MemoryEventStore(),
          secretBox,
          clock,
          random,
          newId,
          wakeLater,
          settings: { signingSecretOverlapHours: 24 },
        };
        sender = new ScriptedWebhookSender(clock).on(url, () => ({ status: 200, body: 'thanks' }));
        const { settings: _, ...rest } = deps;
        webhooks = createWebhooks({
          ...rest,
          callbackSecrets: async () => [],
          sender,
          logger: silentLogger,
          owner: 'test',
        });
        return { ...webhookOperations(deps), ...eventOperations(deps) };
      },
    });
  });
  afterAll(() => api.close());

  const as = (method: 'get' | 'post' | 'patch' | 'delete', path: string, tenant = api.tenant) =>
    request(api.server)[method](path).set('Authorization', tenant.authorization);

  async function create(body: object = {}): Promise<{ webhookEndpoint: { id: string }; signingSecret: string }> {
    const answer = await as('post', '/v1/webhook-endpoints').send({ url, ...body });
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  }

  async function passTime(ms: number): Promise<void> {
    await api.clock.advanceAsync(ms);
    await webhooks.settled();
  }

  async function storeEvents(count: number): Promise<PublicEvent[]> {
    const events: PublicEvent[] = [];
    for (let n = 1; n <= count; n++) {
      api.clock.advance(1000);
      events.push({
        id: api.newId('EV'),
        type: 'webhook-endpoint.disabled',
        timestamp: new Date(api.clock.now()).toISOString(),
        accountId: api.tenant.account.id,
        data: { webhookEndpointId: api.newId('WH'), url, because: 'gone', failingSince: null },
      });
    }
    await deps.events.insertMany(events.map(storedEvent));
    return events;
  }

  it('shows the secret when an endpoint is made and never again', async () => {
    const { webhookEndpoint, signingSecret } = await create({ description: 'CRM', events: ['cdr.created'] });
    expect(signingSecret).toMatch(/^whsec_/);
    const got = await as('get', `/v1/webhook-endpoints/${webhookEndpoint.id}`);
    expect(got.body).toEqual(webhookEndpoint);
    expect(got.body).toMatchObject({ status: 'enabled', events: ['cdr.created'], description: 'CRM' });
    const list = await as('get', '/v1/webhook-endpoints');
    expect(JSON.stringify(list.body)).not.toContain('whsec_');
    const record = await deps.endpoints.get(api.tenant.account.id, webhookEndpoint.id);
    expect(JSON.stringify(record)).not.toContain(signingSecret);
  });

  it.each([
    ['an unknown event', { events: ['call.exploded'] }],
    ['no events at all', { events: [] }],
    ['a URL of another kind', { url: 'ftp://example.com/' }],
    ['an unknown field', { uri: 'https://example.com' }],
  ])('refuses %s', async (_name, body) => {
    const answer = await as('post', '/v1/webhook-endpoints').send({ url, ...body });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request']);
  });

  it('is absent for other accounts, in every operation', async () => {
    const { webhookEndpoint } = await create();
    const stranger = await api.newTenant();
    const path = `/v1/webhook-endpoints/${webhookEndpoint.id}`;
    const answers = [
      await as('get', path, stranger),
      await as('patch', path, stranger).send({ status: 'disabled' }),
      await as('delete', path, stranger),
      await as('post', `${path}/test`, stranger),
      await as('post', `${path}/signing-secret`, stranger),
      await as('get', `${path}/attempts`, stranger),
      await as('post', `${path}/redeliveries`, stranger).send({ from: '2026-01-01T00:00:00.000Z' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await as('get', path)).body.status).toBe('enabled');
  });

  it('sends a test event that verifies, and lists the attempt with the answer', async () => {
    const { webhookEndpoint, signingSecret } = await create();
    const path = `/v1/webhook-endpoints/${webhookEndpoint.id}`;
    const test = await as('post', `${path}/test`);
    expect(test.status).toBe(202);
    sender.received.length = 0;
    await passTime(100);
    expect(sender.received).toHaveLength(1);
    const { headers, body } = sender.received[0]!;
    expect(JSON.parse(body)).toEqual(test.body);
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(
      new StandardWebhook(signingSecret).sign(headers['webhook-id']!, at, body),
    );
    const attempts = await as('get', `${path}/attempts`);
    expect(attempts.body.items).toMatchObject([
      {
        eventId: test.body.id,
        eventType: 'webhook.test',
        number: 1,
        status: 'succeeded',
        responseStatus: 200,
        responseBody: 'thanks',
      },
    ]);
    expect((await as('get', `${path}/attempts?status=failed`)).body.items).toEqual([]);
  });

  it('signs with the old and the new secret for 24 hours after a rotation, then with the new one only', async () => {
    const { webhookEndpoint, signingSecret: first } = await create();
    const path = `/v1/webhook-endpoints/${webhookEndpoint.id}`;
    const { signingSecret: second, previousValidUntil } = (await as('post', `${path}/signing-secret`)).body;
    expect(Date.parse(previousValidUntil) - api.clock.now()).toBe(86_400_000);
    const expected = (secrets: string[], { headers, body }: (typeof sender.received)[number]) =>
      secrets
        .map((secret) => {
          const at = new Date(Number(headers['webhook-timestamp']) * 1000);
          return new StandardWebhook(secret).sign(headers['webhook-id']!, at, body);
        })
        .join(' ');
    for (const [waitMs, secrets] of [
      [0, [second, first]],
      [86_400_000, [second]],
    ] as const) {
      await passTime(waitMs);
      sender.received.length = 0;
      await as('post', `${path}/test`);
      await passTime(100);
      expect(sender.received[0]!.headers['webhook-signature']).toBe(expected([...secrets], sender.received[0]!));
    }
  });

  it('gives a public key for Ed25519', async () => {
    const { signingSecret } = await create({ signature: 'v1a' });
    expect(signingSecret).toMatch(/^whpk_/);
  });

  it('sends nothing to a disabled endpoint until it is enabled', async () => {
    const { webhookEndpoint } = await create();
    const path = `/v1/webhook-endpoints/${webhookEndpoint.id}`;
    const disabled = await as('patch', path).send({ status: 'disabled' });
    expect(disabled.body).toMatchObject({ status: 'disabled', disabledBecause: 'asked' });
    const test = await as('post', `${path}/test`);
    expect([test.status, test.body.code]).toEqual([409, 'webhook-endpoint-disabled']);
    const enabled = await as('patch', path).send({ status: 'enabled', events: null });
    expect(enabled.body).toMatchObject({ status: 'enabled', disabledBecause: null, events: null });
    expect((await as('post', `${path}/test`)).status).toBe(202);
  });

  it('lists events with filters and pages, gets one, and sends one again to all that want it', async () => {
    const events = await storeEvents(5);
    const { webhookEndpoint } = await create({ events: ['webhook-endpoint.disabled'] });
    const first = await as('get', '/v1/events?type=webhook-endpoint.disabled&limit=3');
    const second = await as('get', `/v1/events?type=webhook-endpoint.disabled&limit=3&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual([...events].reverse());
    expect(second.body.nextCursor).toBeNull();
    expect((await as('get', `/v1/events/${events[0]!.id}`)).body).toEqual(events[0]);
    const stranger = await api.newTenant();
    expect((await as('get', `/v1/events/${events[0]!.id}`, stranger)).status).toBe(404);
    expect((await as('post', `/v1/events/${events[0]!.id}/replay`, stranger)).status).toBe(404);
    sender.received.length = 0;
    const replay = await as('post', `/v1/events/${events[0]!.id}/replay`);
    expect([replay.status, replay.body.continueAfter]).toEqual([202, null]);
    await passTime(100);
    const ids = sender.received.map(({ id }) => id);
    expect(ids).toHaveLength(replay.body.queued);
    expect(new Set(ids)).toEqual(new Set([events[0]!.id]));
    const attempts = await as('get', `/v1/webhook-endpoints/${webhookEndpoint.id}/attempts`);
    expect(attempts.body.items).toHaveLength(1);
  });

  it('lists the events about one call, contact or agent, by sequence, and refuses two at once', async () => {
    const { account } = api.tenant;
    for (const [kind, name] of [
      ['CA', 'callId'],
      ['CN', 'contactId'],
      ['AG', 'agentId'],
    ] as const) {
      const id = api.newId(kind);
      const about = [2, 1].map((sequence) =>
        toPublicEvent(
          { id: api.newId('EV'), type: 'webhook.test', sequence, occurredAt: api.clock.now(), data: {} },
          { id, accountId: account.id },
        ),
      );
      await deps.events.insertMany(about.map(storedEvent));
      const stored = await deps.events.list(account.id, { subjectId: id }, { limit: 10 });
      expect(stored.map(({ sequence }) => sequence)).toEqual([2, 1]);
      const other = await as('get', `/v1/events?${name}=${api.newId(kind)}`);
      expect([other.status, other.body.items]).toEqual([200, []]);
    }
    const both = await as('get', `/v1/events?callId=${api.newId('CA')}&agentId=${api.newId('AG')}`);
    expect([both.status, both.body.errors.map((field: { pointer: string }) => field.pointer)]).toEqual([
      400,
      ['query:callId', 'query:agentId'],
    ]);
  });

  it('sends a range again, or only what did not arrive of it', async () => {
    const { webhookEndpoint } = await create({ events: ['webhook-endpoint.disabled'] });
    const path = `/v1/webhook-endpoints/${webhookEndpoint.id}/redeliveries`;
    const events = await storeEvents(4);
    const one = await as('post', path).send({ eventIds: [events[1]!.id] });
    expect(one.body).toEqual({ queued: 1, continueAfter: null });
    await passTime(100);
    sender.received.length = 0;
    const rest = await as('post', path).send({
      from: events[0]!.timestamp,
      to: events[2]!.timestamp,
      onlyFailed: true,
    });
    expect(rest.body).toEqual({ queued: 2, continueAfter: null });
    await passTime(100);
    expect(sender.received.map(({ id }) => id).sort()).toEqual([events[0]!.id, events[2]!.id].sort());
    const all = await as('post', path).send({ from: events[0]!.timestamp });
    expect(all.body.queued).toBe(4);
    expect((await as('post', path).send({ eventIds: [api.newId('EV')] })).status).toBe(404);
    expect((await as('post', path).send({ onlyFailed: true })).status).toBe(400);
    await passTime(100);
  });

  it('deletes an endpoint and gives up what waits for it', async () => {
    const { webhookEndpoint } = await create();
    await as('post', `/v1/webhook-endpoints/${webhookEndpoint.id}/test`);
    expect((await as('delete', `/v1/webhook-endpoints/${webhookEndpoint.id}`)).status).toBe(204);
    sender.received.length = 0;
    await passTime(100);
    expect(sender.received).toEqual([]);
    expect((await as('get', `/v1/webhook-endpoints/${webhookEndpoint.id}`)).status).toBe(404);
  });

  it('takes no more endpoints than an account may have', async () => {
    const { authorization } = await api.newTenant();
    const post = () =>
      request(api.server).post('/v1/webhook-endpoints').set('Authorization', authorization).send({ url });
    for (let n = 0; n < 50; n++) expect((await post()).status).toBe(201);
    const refused = await post();
    expect([refused.status, refused.body.code]).toEqual([409, 'webhook-endpoint-limit']);
  });
});
