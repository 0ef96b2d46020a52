import { afterEach, describe, expect, it } from 'vitest';
import { WebhookSink } from '../peers/webhook-sink.js';
import { useWorld } from './world.js';

const on = useWorld({ name: 'receivers', redisDatabase: 12 });

const open: WebhookSink[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface EndpointView {
  readonly id: string;
  readonly status: string;
  readonly disabledBecause: string | null;
  readonly failingSince: string | null;
}

/** A receiver of its own with its endpoint. */
async function receiver(options: Readonly<Record<string, unknown>> = {}) {
  const sink = await WebhookSink.start();
  open.push(sink);
  const made = await on.world.api.post<{ webhookEndpoint: EndpointView; signingSecret: string }>(
    '/v1/webhook-endpoints',
    { url: sink.url, ...options },
  );
  sink.secrets = [made.signingSecret];
  const path = `/v1/webhook-endpoints/${made.webhookEndpoint.id}`;
  return { sink, path, get: () => on.world.api.get<EndpointView>(path) };
}

/** A whole short call; resolves with its id once every event of it reached the well-behaved receiver. */
async function shortCall(): Promise<string> {
  const line = await on.world.line([{ verb: 'answer' }]);
  await (await on.world.call(line)).ended;
  const callId = await on.world.callId(line.path);
  await on.world.cdr(callId);
  return callId;
}

const types = (sink: WebhookSink, callId: string) =>
  sink.events.filter((event) => event.callId === callId).map(({ type }) => type);
const whole = ['call.initiated', 'call.answered', 'call.completed', 'cdr.created'];

describe('a receiver of events', () => {
  it('that is dead keeps nobody else waiting, and is given everything when it is back', {
    timeout: 120_000,
  }, async () => {
    const { sink, path, get } = await receiver();
    await sink.goDown();
    const callId = await shortCall();
    await on.world.eventually('failed attempts', async () => {
      const { items } = await on.world.api.get<{ items: { status: string }[] }>(`${path}/attempts?status=failed`);
      return items.length > 0 ? items : undefined;
    });
    expect((await get()).failingSince).not.toBeNull();
    await sink.comeBack();
    // The first retry comes after five seconds.
    await sink.event('cdr.created', (event) => event.callId === callId);
    await on.world.eventually('all four', async () => (types(sink, callId).length === 4 ? true : undefined), 60_000);
    expect(types(sink, callId).sort()).toEqual([...whole].sort());
    await on.world.eventually('the end of its failure', async () =>
      (await get()).failingSince === null ? true : undefined,
    );
  });

  it('that is slow keeps nobody else waiting, and still gets them in order', async () => {
    const { sink } = await receiver();
    sink.behave({ delayMs: 700 });
    const callId = await shortCall();
    expect(types(sink, callId).length).toBeLessThan(4);
    await sink.event('cdr.created', (event) => event.callId === callId);
    expect(types(sink, callId)).toEqual(whole);
  });

  it('that answers 410 is asked no more, and its owner is told', async () => {
    const { sink, get, path } = await receiver();
    sink.behave({ status: 410 });
    const callId = await shortCall();
    await on.world.eventually('the endpoint to be off', async () =>
      (await get()).status === 'disabled' ? true : undefined,
    );
    expect((await get()).disabledBecause).toBe('gone');
    const told = await on.world.event(
      'webhook-endpoint.disabled',
      ({ data }) => `/v1/webhook-endpoints/${data.webhookEndpointId}` === path,
    );
    expect(told.data).toMatchObject({ because: 'gone', url: sink.url });
    const later = await shortCall();
    expect(sink.deliveries.filter(({ event }) => event?.callId === later)).toEqual([]);
    const refused = await on.world.api.request('POST', `${path}/test`);
    expect([refused.status, refused.body.code]).toEqual([409, 'webhook-endpoint-disabled']);
    sink.behave();
    await on.world.api.patch(path, { status: 'enabled' });
    const [first] = (
      await on.world.api.get<{ items: { createdAt?: string; timestamp: string }[] }>(
        `/v1/events?callId=${callId}&type=call.initiated`,
      )
    ).items;
    const range = { from: first!.timestamp, to: new Date().toISOString(), onlyFailed: true };
    const { queued } = await on.world.api.post<{ queued: number }>(`${path}/redeliveries`, range);
    expect(queued).toBeGreaterThanOrEqual(4);
    await sink.event('cdr.created', (event) => event.callId === callId);
  });

  it('that redirects is not followed', async () => {
    const { sink, path } = await receiver();
    const trap = await WebhookSink.start();
    open.push(trap);
    sink.behave({ status: 302, headers: { location: trap.url } });
    await shortCall();
    const attempts = await on.world.eventually('a failed attempt', async () => {
      const { items } = await on.world.api.get<{ items: { responseStatus: number | null }[] }>(`${path}/attempts`);
      return items.length > 0 ? items : undefined;
    });
    expect(attempts[0]!.responseStatus).toBe(302);
    expect(trap.deliveries).toEqual([]);
  });

  it('gets only what it asked for, a test on demand, and both signatures while its secret is rotated', async () => {
    const { sink, path } = await receiver({ events: ['cdr.created'] });
    const callId = await shortCall();
    await sink.event('cdr.created', (event) => event.callId === callId);
    expect(types(sink, callId)).toEqual(['cdr.created']);
    expect((await on.world.api.request('POST', `${path}/test`)).status).toBe(202);
    await sink.event('webhook.test');
    await on.world.api.post(`${path}/signing-secret`);
    const next = await shortCall();
    // Our old secret is still good.
    await sink.event('cdr.created', (event) => event.callId === next);
    const last = sink.deliveries.at(-1)!.request.headers['webhook-signature']!;
    expect(last.trim().split(/\s+/)).toHaveLength(2);
  });
});
