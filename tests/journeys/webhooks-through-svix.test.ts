import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SvixDouble } from '../peers/svix-double.js';
import { WebhookSink } from '../peers/webhook-sink.js';
import { useWorld, World } from './world.js';

let svix: SvixDouble;
const options = { name: 'through_svix', redisDatabase: 88 };
const on = useWorld(options, async () => {
  svix = await SvixDouble.start();
  return World.start({
    ...options,
    settings: { WEBHOOK_SENDER: 'svix', SVIX_URL: svix.url, SVIX_TOKEN: svix.token },
  });
});

const open: WebhookSink[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

afterAll(async () => {
  expect(svix.unknown).toEqual([]);
  await svix.close();
});

interface AttemptView {
  readonly status: string;
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly eventType: string;
}

async function receiver() {
  const sink = await WebhookSink.start();
  open.push(sink);
  const { webhookEndpoint, signingSecret } = await on.world.api.post<{
    webhookEndpoint: { id: string };
    signingSecret: string;
  }>('/v1/webhook-endpoints', { url: sink.url, events: ['call.completed', 'cdr.created', 'webhook.test'] });
  sink.secrets = [signingSecret];
  const path = `/v1/webhook-endpoints/${webhookEndpoint.id}`;
  const attempts = async () => (await on.world.api.get<{ items: AttemptView[] }>(`${path}/attempts`)).items;
  return { sink, path, signingSecret, attempts };
}

async function shortCall(): Promise<string> {
  const line = await on.world.line([{ verb: 'answer' }]);
  await (await on.world.call(line)).ended;
  return on.world.callId(line.path);
}

const cdrOf =
  (callId: string) =>
  (event: Readonly<Record<string, unknown>>): boolean =>
    event.callId === callId;

describe('webhooks that a Svix server sends for us', () => {
  it('arrive, signed with our secret; the attempts are listed with what the receiver answered', async () => {
    const { sink, attempts } = await receiver();
    sink.behaveOnce({ status: 500, body: 'not yet' });
    const callId = await shortCall();
    await sink.event('cdr.created', cdrOf(callId));
    const all = await on.world.eventually('an attempt that was refused and one that was taken', async () => {
      const items = await attempts();
      return items.some(({ status }) => status === 'succeeded') && items.some(({ status }) => status === 'failed')
        ? items
        : undefined;
    });
    expect(all.find(({ status }) => status === 'failed')).toMatchObject({ responseStatus: 500 });
    expect(all.find(({ status }) => status === 'succeeded')).toMatchObject({ responseStatus: 200 });
  });

  it('are sent again when asked for, and verify with the new secret after a rotation', async () => {
    const { sink, path } = await receiver();
    const callId = await shortCall();
    await sink.event('cdr.created', cdrOf(callId));
    const before = sink.deliveries.length;
    const [first] = (await on.world.api.get<{ items: { timestamp: string }[] }>(`/v1/events?callId=${callId}`)).items;
    const range = { from: first!.timestamp, to: new Date(Date.now() + 60_000).toISOString() };
    const { queued } = await on.world.api.post<{ queued: number }>(`${path}/redeliveries`, range);
    expect(queued).toBeGreaterThanOrEqual(2);
    await on.world.eventually('them again', async () => sink.deliveries.length >= before + queued || undefined);
    const { signingSecret } = await on.world.api.post<{ signingSecret: string }>(`${path}/signing-secret`);
    // From now on the sink refuses what the new secret does not verify.
    sink.secrets = [signingSecret];
    const next = await shortCall();
    await sink.event('cdr.created', cdrOf(next));
    const last = sink.deliveries.at(-1)!.request.headers['webhook-signature']!;
    expect(last.trim().split(/\s+/)).toHaveLength(2);
  });

  it('wait while Svix delivers nothing, which is told as no answer in time, and come when it does', {
    timeout: 120_000,
  }, async () => {
    const { sink, attempts } = await receiver();
    svix.delivers = false;
    const callId = await shortCall();
    const failed = await on.world.eventually('failed attempts', async () =>
      (await attempts()).find(({ status }) => status === 'failed'),
    );
    expect(failed).toMatchObject({ responseStatus: null, error: expect.stringContaining('Svix') });
    svix.delivers = true;
    await on.world.eventually('the CDR', async () => sink.events.some(cdrOf(callId)) || undefined, 90_000);
  });
});
