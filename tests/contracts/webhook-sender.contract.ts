import type { WebhookRequest, WebhookSender } from '@hookswitch/api/webhooks/index';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';

/** What a receiver does with a request. */
export type ReceiverBehaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'never-answers'
  | 'hangs-up'
  | 'trickles'; // sends its answer byte by byte, for ever

/** A receiver to send to. `seen` are the requests that arrived. */
export interface TestReceiver {
  readonly url: string;
  readonly seen: readonly {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }[];
}

/** A signing secret, told apart by a number. */
export const webhookSecret = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

let lastDestination = 0;

/** A request to that URL: to a destination of its own unless it says otherwise. */
export function webhookRequest(url: string, more: Partial<WebhookRequest> = {}): WebhookRequest {
  lastDestination += 1;
  return {
    url,
    accountId: 'AC1',
    destination: `WE${lastDestination}`,
    event: { id: 'EV1', type: 'call.completed' },
    body: '{"name":"Zoë"}',
    secrets: [webhookSecret(1)],
    timeoutMs: 20_000,
    maxResponseBytes: 10_000,
    ...more,
  };
}

/** Carrying events: the same sentences for every sender. `hearsRetryAfter`: whether it learns of that header at all. */
export function webhookSenderContract(
  name: string,
  make: () => Promise<{ sender: WebhookSender; receiver: (behaviour: ReceiverBehaviour) => Promise<TestReceiver> }>,
  { hearsRetryAfter = true } = {},
): void {
  describe(`webhook sender contract: ${name}`, () => {
    const request = webhookRequest;

    it('delivers the body as it is, as JSON, and reports status and answer', async () => {
      const { sender, receiver } = await make();
      const { url, seen } = await receiver({ status: 202, body: 'thanks' });
      const outcome = await sender.send(request(`${url}/a?b=c`));
      expect(outcome).toMatchObject({ kind: 'response', status: 202, body: 'thanks' });
      expect(seen).toMatchObject([{ path: '/a?b=c', body: '{"name":"Zoë"}' }]);
      expect(seen[0]!.headers['content-type']).toBe('application/json');
    });

    it('signs so that each of the secrets verifies it, while two overlap and after (Standard Webhooks 1.0)', async () => {
      const { sender, receiver } = await make();
      const { url, seen } = await receiver({ status: 200 });
      const [first, second, third] = [1, 2, 3].map(webhookSecret) as [string, string, string];
      const verifies = (secret: string) => {
        const { body, headers } = seen.at(-1)!;
        return new Webhook(secret).verify(body, headers);
      };
      const to = { destination: 'WE-rotated' };
      await sender.send(request(url, { ...to, secrets: [first], event: { id: 'EV1', type: 'call.completed' } }));
      expect(verifies(first)).toEqual({ name: 'Zoë' });
      expect(() => verifies(second)).toThrow();
      await sender.send(
        request(url, { ...to, secrets: [second, first], event: { id: 'EV2', type: 'call.completed' } }),
      );
      expect([verifies(first), verifies(second)]).toEqual([{ name: 'Zoë' }, { name: 'Zoë' }]);
      await sender.send(
        request(url, { ...to, secrets: [third, second], event: { id: 'EV3', type: 'call.completed' } }),
      );
      expect([verifies(second), verifies(third)]).toEqual([{ name: 'Zoë' }, { name: 'Zoë' }]);
    });

    it('sends once for each time it is asked, the same event again too, and nothing by itself', async () => {
      const { sender, receiver } = await make();
      const { url, seen } = await receiver({ status: 500, body: 'no' });
      const same = request(url);
      for (const times of [1, 2, 3]) {
        expect(await sender.send(same)).toMatchObject({ kind: 'response', status: 500, body: 'no' });
        expect(seen).toHaveLength(times);
      }
      expect(new Set(seen.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    });

    it('goes where the destination is now', async () => {
      const { sender, receiver } = await make();
      const [former, present] = [await receiver({ status: 200 }), await receiver({ status: 204 })];
      await sender.send(request(former.url, { destination: 'WE-moved' }));
      const event = { id: 'EV2', type: 'call.completed' };
      expect(await sender.send(request(present.url, { destination: 'WE-moved', event }))).toMatchObject({
        status: 204,
      });
      expect([former.seen.length, present.seen.length]).toEqual([1, 1]);
    });

    it.each([
      ['seconds', '120', 120],
      ['nonsense', 'soon', undefined],
      ['a negative number', '-5', undefined],
    ])('understands Retry-After with %s (RFC 9110 10.2.3)', async (_name, header, expected) => {
      const { sender, receiver } = await make();
      const { url } = await receiver({ status: 503, headers: { 'retry-after': header } });
      const outcome = await sender.send(request(url));
      expect(outcome).toMatchObject({ kind: 'response', status: 503 });
      const told = hearsRetryAfter ? expected : undefined;
      expect(outcome.kind === 'response' ? outcome.retryAfterSeconds : 'none').toBe(told);
    });

    it('follows no redirect', async () => {
      const { sender, receiver } = await make();
      const target = await receiver({ status: 200 });
      const { url } = await receiver({ status: 302, headers: { location: target.url } });
      expect(await sender.send(request(url))).toMatchObject({ kind: 'response', status: 302 });
      expect(target.seen).toEqual([]);
    });

    it.each(['never-answers', 'trickles'] as const)('gives up in time on a receiver that %s', async (behaviour) => {
      const { sender, receiver } = await make();
      const { url } = await receiver(behaviour);
      expect(await sender.send(request(url, { timeoutMs: 200 }))).toMatchObject({ kind: 'failed', reason: 'timeout' });
    });

    it('reports a connection that breaks, one that is refused and a URL that is none', async () => {
      const { sender, receiver } = await make();
      const { url } = await receiver('hangs-up');
      expect(await sender.send(request(url))).toMatchObject({ kind: 'failed', reason: 'connection' });
      expect(await sender.send(request('http://127.0.0.1:1/'))).toMatchObject({ kind: 'failed', reason: 'connection' });
      expect(await sender.send(request('no url'))).toMatchObject({ kind: 'failed', reason: 'bad-url' });
    });

    it('holds no more of an answer than allowed', async () => {
      const { sender, receiver } = await make();
      const { url } = await receiver({ status: 200, body: 'x'.repeat(50_000) });
      const outcome = await sender.send(request(url));
      expect(outcome.kind === 'response' ? outcome.body.length : 0).toBeLessThanOrEqual(10_000);
    });
  });
}
