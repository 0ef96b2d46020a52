import { Webhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { signingSecret } from '../../../scripting/scripted-call.fixture.js';
import { type FlowCallOptions, flowCall } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const url = 'https://shop.example/orders';
const asking = (more: object, http: FlowCallOptions['http'], options: Partial<FlowCallOptions> = {}) =>
  flowCall({
    ...(http && { http }),
    nodes: [
      {
        id: 'api',
        kind: 'callApi',
        url,
        inputs: [{ name: 'caller', value: '${SystemCallerNumber}' }],
        outputs: [{ name: 'status', default: 'unknown' }],
        exits: { next: 'tell' },
        ...more,
      },
      { id: 'tell', kind: 'say', text: 'It is ${status}.', exits: { next: 'end' } },
      end,
    ],
    ...options,
  });

describe('call an API', () => {
  it('IVR-36 IVR-37 posts exactly its inputs as JSON, signed, and keeps its outputs', async () => {
    const call = await asking({}, (http) => http.on(url, '{"status":"paid","other":1}'));
    await call.advance(2000);
    expect(call.heard).toEqual(['It is paid.']);
    const [request] = call.http.requests;
    expect(call.http.requests).toHaveLength(1);
    expect([request!.method, JSON.parse(String(request!.body))]).toEqual(['POST', { caller: '+4930111' }]);
    const headers = request!.headers!;
    expect(headers['content-type']).toBe('application/json;charset=utf-8');
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(
      new Webhook(signingSecret).sign(headers['webhook-id']!, at, String(request!.body)),
    );
    expect(call.flowEvents('request')).toMatchObject([{ node: 'api', url, status: 200, attempt: 1 }]);
  });

  it.each([
    ['a text', '"paid"', 'paid'],
    ['a number', '95.5', '95.5'],
    ['a truth value', 'false', 'false'],
    ['a list', '[1,"a"]', '[1,"a"]'],
    ['an object', '{"a":{}}', '{"a":{}}'],
    ['a number of more digits than numbers have', '90071992547409931', '90071992547409931'],
    ['such a number in a list', '["9007199254740993",9007199254740993]', '["9007199254740993","9007199254740993"]'],
    ['digits in a text', String.raw`"a \"9007199254740993\""`, 'a "9007199254740993"'],
    ['lists in one another without end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'unknown'],
    ['null', 'null', 'unknown'],
    ['an empty text', '""', ''],
  ])('IVR-37 keeps %s as text', async (_what, json, text) => {
    const call = await asking({}, (http) => http.on(url, `{"status":${json}}`));
    await call.advance(5000);
    expect(call.flowEvents('variable')).toMatchObject([{ name: 'status', value: text }]);
  });

  it('keeps an output under another name, and takes nothing an object has by nature', async () => {
    const outputs = [
      { name: 'status', variable: 'state' },
      { name: 'constructor', default: 'none' },
      { name: '__proto__' },
    ];
    const call = await asking({ outputs }, (http) => http.on(url, '{"status":"paid"}'));
    await call.advance(100);
    expect(call.flowEvents('variable').map(({ name, value }) => [name, value])).toEqual([
      ['state', 'paid'],
      ['constructor', 'none'],
      ['__proto__', ''],
    ]);
  });

  it('cuts a value that is too long', async () => {
    const call = await asking({}, (http) => http.on(url, JSON.stringify({ status: 'x'.repeat(5000) })));
    await call.advance(100);
    expect(String(call.flowEvents('variable')[0]!.value)).toHaveLength(1024);
    expect(call.heard[0]!.length).toBe(4096);
  });

  it('IVR-34 tries as often as it says, under one id, and goes on with the defaults', async () => {
    const call = await asking({ tries: 3 }, (http) => http.on(url, { status: 500, body: '{"status":"paid"}' }));
    await call.advance(2000);
    expect(call.heard).toEqual(['It is unknown.']);
    expect(new Set(call.http.requests.map(({ headers }) => headers!['webhook-id'])).size).toBe(1);
    expect(call.http.requests).toHaveLength(3);
  });

  it('takes the answer of a later try', async () => {
    const call = await asking({}, (http) => http.on(url, { failure: 'connect-failed' }, '{"status":"paid"}'));
    await call.advance(2000);
    expect(call.heard).toEqual(['It is paid.']);
  });

  it('IVR-35 gives each try its time, and no more', async () => {
    const call = await asking({ timeout: 7 }, (http) => http.on(url, { failure: 'request-timeout' }));
    await call.advance(2000);
    expect(call.http.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([7000, 7000]);
    expect(call.heard).toEqual(['It is unknown.']);
  });

  it.each([
    ['HTML', '<html><body>Sorry</body></html>'],
    ['a list', '["paid"]'],
    ['a text', '"paid"'],
    ['nothing', { status: 204 }],
    ['a redirect', { status: 302, headers: { location: 'http://10.0.0.1/' } }],
    ['10 MB', { failure: 'response-too-large' }],
    ['a redirect to a private address', { failure: 'address-refused' }],
  ] as const)('takes %s for a failed try', async (_what, answer) => {
    const call = await asking({ tries: 1, exits: { next: 'tell', failed: 'end' } }, (http) => http.on(url, answer));
    await call.advance(2000);
    expect(call.path).toEqual(['start', 'api', 'end']);
    expect(call.flowEvents('variable')).toMatchObject([{ name: 'status', value: 'unknown' }]);
    expect(call.http.requests[0]).toMatchObject({ maxBytes: 65_536 });
  });

  it('asks nobody where the address is none with its variables in it', async () => {
    const call = await asking({ url: '${nothing}' }, undefined);
    await call.advance(2000);
    expect(call.heard).toEqual(['It is unknown.']);
    expect(call.http.requests).toEqual([]);
    expect(call.notes('error')[0]).toContain('no http or https address');
  });

  it('percent-encodes what stands in the address', async () => {
    const call = await asking({ url: 'https://shop.example/${order}?q=${order}' }, undefined, {
      variables: { order: '../a?b=c&d#e \ud800' },
    });
    await call.advance(100);
    const value = '..%2Fa%3Fb%3Dc%26d%23e%20%EF%BF%BD';
    expect(call.http.requests[0]!.url).toBe(`https://shop.example/${value}?q=${value}`);
  });

  it('plays its prompts again and again until the answer is there', async () => {
    const waitPrompts = [{ verb: 'say', text: 'One moment, please.' }]; // 950 ms
    const call = await asking({ waitPrompts }, (http) => http.on(url, { never: true }));
    await call.advance(2500);
    expect(call.heard).toEqual(['One moment, please.', 'One moment, please.', 'One moment, please.']);
    call.caller.hangUp();
    await call.advance(0);
    expect([call.end, call.clock.pending]).toEqual([{ kind: 'call-ended' }, 0]);
  });

  it('waits on although what should be heard cannot be had', async () => {
    const call = await asking({ waitPrompts: [{ verb: 'play', url: 'https://gone.example/a.wav' }] }, (http) =>
      http.on(url, { never: true }),
    );
    await call.advance(3500);
    expect(call.end).toBeUndefined();
    expect(call.notes('error')).toHaveLength(4);
    call.interruption.abort('over');
    await call.advance(0);
    expect(call.clock.pending).toBe(0);
  });
});
