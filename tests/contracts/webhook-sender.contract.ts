import type { WebhookRequest, WebhookSender } from '@hookswitch/api/webhooks/index';
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

/** Carrying signed requests: the same sentences for every sender. */
export function webhookSenderContract(
  name: string,
  make: () => Promise<{ sender: WebhookSender; receiver: (behaviour: ReceiverBehaviour) => Promise<TestReceiver> }>,
): void {
  describe(`webhook sender contract: ${name}`, () => {
    const request = (url: string, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
      url,
      headers: { 'content-type': 'application/json', 'webhook-id': 'EV1' },
      body: '{"name":"Zoë"}',
      timeoutMs: 20_000,
      maxResponseBytes: 10_000,
      ...more,
    });

    it('delivers headers and body as they are and reports status and answer', async () => {
      const { sender, receiver } = await make();
      const { url, seen } = await receiver({ status: 202, body: 'thanks' });
      const outcome = await sender.send(request(`${url}/a?b=c`));
      expect(outcome).toMatchObject({ kind: 'response', status: 202, body: 'thanks' });
      expect(seen).toMatchObject([{ path: '/a?b=c', headers: { 'webhook-id': 'EV1' }, body: '{"name":"Zoë"}' }]);
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
      expect(outcome.kind === 'response' ? outcome.retryAfterSeconds : 'none').toBe(expected);
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
