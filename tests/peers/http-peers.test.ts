import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { ScriptServer } from './script-server.js';
import { WebhookSink } from './webhook-sink.js';

const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;
const otherSecret = `whsec_${Buffer.from('another secret of 24 bytes or more').toString('base64')}`;

/** Posts as the platform does, signed by the npm package. */
function post(
  url: string,
  body: unknown,
  options: { secret?: string; id?: string; tamper?: boolean } = {},
): Promise<Response> {
  const text = JSON.stringify(body);
  const id = options.id ?? 'msg_1';
  const now = new Date();
  const signature = options.secret === undefined ? undefined : new Webhook(options.secret).sign(id, now, text);
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      ...(signature === undefined ? {} : { 'webhook-signature': signature }),
    },
    body: options.tamper ? `${text} ` : text,
  });
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('ScriptServer', () => {
  async function start() {
    const server = await ScriptServer.start({ secrets: [secret] });
    open.push(server);
    return server;
  }

  it('answers a signed request with what is queued, then with what always holds', async () => {
    const server = await start();
    server.answer('/in', [{ verb: 'hangup' }]);
    server.answerOnce('/in', [{ verb: 'say', text: 'Hello' }]);
    server.answerOnce('/in', (request) => [{ verb: 'tag', name: JSON.parse(request.body).call }]);
    const answers = [];
    for (const call of ['CA1', 'CA2', 'CA3']) {
      const response = await post(server.url('/in?x=1'), { call }, { secret });
      answers.push(await response.json());
    }
    expect(answers).toEqual([[{ verb: 'say', text: 'Hello' }], [{ verb: 'tag', name: 'CA2' }], [{ verb: 'hangup' }]]);
    expect(await server.request('/in', 3)).toEqual({ call: 'CA3' });
    expect(server.requests.all[0]?.query.get('x')).toBe('1');
    expect(server.count('/in')).toBe(3);
  });

  it.each([
    ['missing', {}, 'missing'],
    ['made with another secret', { secret: otherSecret }, 'invalid'],
    ['over another body', { secret, tamper: true }, 'invalid'],
  ])('refuses a request whose signature is %s', async (_, options, signature) => {
    const server = await start();
    server.answer('/in', []);
    expect((await post(server.url('/in'), {}, options)).status).toBe(401);
    expect(server.requests.all[0]?.signature).toBe(signature);
  });

  it('answers 404 where nothing is queued, and can be slow, absurd or gone', async () => {
    const server = await start();
    expect((await post(server.url('/nothing'), {}, { secret })).status).toBe(404);
    server.answer('/odd', { status: 500, headers: { 'content-type': 'text/html' }, body: '<h1>' });
    expect((await post(server.url('/odd'), {}, { secret })).status).toBe(500);
    server.answer('/drop', { drop: true });
    await expect(post(server.url('/drop'), {}, { secret })).rejects.toThrow();
    await server.goDown();
    await expect(post(server.url('/odd'), {}, { secret })).rejects.toThrow();
    await server.comeBack();
    expect((await post(server.url('/odd'), {}, { secret })).status).toBe(500);
  });
});

describe('WebhookSink', () => {
  async function start() {
    const sink = await WebhookSink.start({ secrets: [secret, otherSecret] });
    open.push(sink);
    return sink;
  }

  it('takes an event once however often it is delivered, with either secret of a rotation', async () => {
    const sink = await start();
    const waiting = sink.event('call.ended', (event) => event.sequence === 2);
    await post(sink.url, { type: 'call.started', sequence: 1 }, { secret, id: 'one' });
    await post(sink.url, { type: 'call.ended', sequence: 2 }, { secret: otherSecret, id: 'two' });
    await post(sink.url, { type: 'call.ended', sequence: 2 }, { secret, id: 'two' });
    expect(await waiting).toEqual({ type: 'call.ended', sequence: 2 });
    expect(sink.events.map((event) => event.sequence)).toEqual([1, 2]);
    expect(await sink.attempts(3)).toHaveLength(3);
  });

  it.each([
    ['fails', { status: 500 }, 500],
    ['is gone for good', { status: 410 }, 410],
    ['redirects', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 302],
    ['asks for patience', { status: 429, headers: { 'retry-after': '7' } }, 429],
  ])('does not count an event as taken when it %s', async (_, behaviour, status) => {
    const sink = await start();
    sink.behaveOnce(behaviour);
    expect((await post(sink.url, { type: 'x' }, { secret })).status).toBe(status);
    expect(sink.events).toEqual([]);
    expect((await post(sink.url, { type: 'x' }, { secret })).status).toBe(200);
    expect(sink.events).toHaveLength(1);
  });

  it('can keep the sender waiting for ever, and still be closed', async () => {
    const sink = await start();
    sink.behave({ hang: true });
    const answer = post(sink.url, { type: 'x' }, { secret });
    const failed = expect(answer).rejects.toThrow();
    await sink.attempts(1);
    await sink.close();
    await failed;
    expect(sink.events).toEqual([]);
  });

  it('refuses a wrong signature', async () => {
    const sink = await start();
    expect((await post(sink.url, { type: 'x' }, { secret, tamper: true })).status).toBe(400);
    expect(sink.deliveries[0]?.request.signature).toBe('invalid');
    expect(sink.events).toEqual([]);
  });
});
