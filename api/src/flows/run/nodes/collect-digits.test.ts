import { describe, expect, it } from 'vitest';
import { flowCall } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const spoken = (text: string) => [{ verb: 'say', text }];
const enter = 'Your number.'; // 600 ms
const collecting = (more: object, options: object = {}) =>
  flowCall({
    nodes: [
      {
        id: 'digits',
        kind: 'collectDigits',
        prompts: spoken(enter),
        variable: 'number',
        timeoutPrompts: spoken('Too late.'),
        failurePrompts: spoken('Not right.'),
        exits: { next: 'tell' },
        ...more,
      },
      { id: 'tell', kind: 'say', text: '${number}', exits: { next: 'end' } },
      end,
    ],
    ...options,
  });

describe('collect digits', () => {
  it('IVR-26 takes up to the maximum, without the key that ended it', async () => {
    const call = await collecting({ maxLength: 10 });
    await call.advance(100);
    call.caller.press('123#');
    await call.advance(2000);
    expect(call.heard).toEqual([enter, '123']);
    expect(call.flowEvents('variable')).toMatchObject([{ name: 'number', value: '123', node: 'digits' }]);
  });

  it('IVR-26 ends with the last digit of the maximum', async () => {
    const call = await collecting({ maxLength: 10 });
    call.caller.press('0123456789');
    await call.advance(2000);
    expect(call.heard).toEqual(['0123456789']);
  });

  it('IVR-27 goes on by itself with the last digit of a fixed length', async () => {
    const call = await collecting({ fixedLength: 11 });
    call.caller.press('1391234567');
    await call.advance(100);
    expect(call.path).toEqual(['start', 'digits']);
    call.caller.press('8');
    await call.advance(100);
    expect(call.path).toEqual(['start', 'digits', 'tell']);
  });

  it('IVR-29 IVR-30 IVR-28 tells of a time-out, from the prompts or the last digit, and asks again', async () => {
    const call = await collecting({ maxLength: 5, timeout: 3 });
    await call.advance(600 + 2900);
    call.caller.press('12');
    await call.advance(2900);
    expect(call.heard).toEqual([enter]);
    await call.advance(200);
    expect(call.heard).toEqual([enter, 'Too late.']);
    await call.advance(600);
    expect(call.heard).toEqual([enter, 'Too late.', enter]);
    call.caller.press('7#');
    await call.advance(200);
    expect(call.heard.at(-1)).toBe('7');
  });

  it.each([
    ['too few digits', { fixedLength: 4 }, '12#'],
    ['nothing but the key that ends', { maxLength: 4 }, '#'],
    ['a star', { maxLength: 4 }, '1*'],
    ['a hash that ends nothing', { maxLength: 4, finishOnKey: '*' }, '1#'],
    ['a letter', { maxLength: 4 }, 'A'],
  ])('IVR-31 says that %s is not right', async (_what, rules, keys) => {
    const call = await collecting(rules);
    await call.advance(100);
    call.caller.press(keys);
    await call.advance(600);
    expect(call.heard).toEqual([enter, 'Not right.', enter]);
  });

  it('takes another key that ends an entry, or none', async () => {
    const star = await collecting({ maxLength: 4, finishOnKey: '*' });
    star.caller.press('12*');
    await star.advance(0);
    expect(star.path).toContain('tell');
    const none = await collecting({ maxLength: 4, finishOnKey: '' });
    none.caller.press('12#');
    await none.advance(10);
    expect(none.heard).toEqual(['Not right.']);
  });

  it('IVR-32 hangs up when the errors are used up, with a last word', async () => {
    const call = await collecting({ maxLength: 4, maxErrors: 2, timeout: 1 });
    await call.advance(100);
    call.caller.press('*');
    await call.advance(20_000);
    expect(call.heard).toEqual([enter, 'Not right.', enter, 'Too late.', 'Not right.']);
    expect(call.caller.status).toBe('ended');
    expect(call.flowEvents('variable')).toEqual([]);
  });

  it('goes on by its exit when the errors are used up', async () => {
    const call = await collecting({ maxLength: 4, maxErrors: 1, timeout: 1, exits: { next: 'tell', failed: 'end' } });
    await call.advance(10_000);
    expect(call.path).toEqual(['start', 'digits', 'end']);
  });

  it('counts keys from the end of its prompts where they may not be interrupted', async () => {
    const call = await collecting({ maxLength: 2, interruptible: false });
    await call.advance(300);
    call.caller.press('9');
    await call.advance(400);
    call.caller.press('12');
    await call.advance(1000);
    expect(call.heard).toEqual([enter, '12']);
  });

  it.each(['471', '47'])('keeps a secret entry, %s, out of the timeline, wherever it goes', async (entry) => {
    const url = 'https://shop.example/pins';
    const call = await flowCall({
      http: (http) => http.on(url, JSON.stringify({ echo: entry.length > 2 ? entry : '' })),
      nodes: [
        {
          ...{ id: 'digits', kind: 'collectDigits', prompts: [], variable: 'pin', maxLength: 4, secret: true },
          exits: { next: 'api' },
        },
        {
          ...{ id: 'api', kind: 'callApi', url, outputs: [{ name: 'echo' }], exits: { next: 'end' } },
          inputs: entry.length > 2 ? [{ name: 'pin', value: '${pin}' }] : [],
        },
        end,
      ],
    });
    call.caller.press(`${entry}#`);
    await call.advance(100);
    const told = JSON.stringify(
      call.timeline.map(({ summary, detail }) => [summary, detail?.value, detail?.request, detail?.response]),
    );
    expect(told).toContain('pin = ***');
    expect(told).not.toContain(entry);
    if (entry.length > 2) expect(String(call.http.requests[0]?.body)).toContain(entry);
  });

  it('notes a wrong secret entry without its digits', async () => {
    const call = await collecting({ fixedLength: 4, secret: true, timeout: 1, maxErrors: 1 });
    call.caller.press('12');
    await call.advance(5000);
    expect(call.flowEvents('key')).toMatchObject([{ digits: '***' }]);
  });

  it('IVR-33 keeps the entry for a later request', async () => {
    const url = 'https://shop.example/orders';
    const call = await flowCall({
      http: (http) => http.on(url, '{}'),
      nodes: [
        { id: 'digits', kind: 'collectDigits', prompts: [], variable: 'number', maxLength: 4, exits: { next: 'api' } },
        { id: 'api', kind: 'callApi', url, inputs: [{ name: 'order', value: '${number}' }], exits: { next: 'end' } },
        end,
      ],
    });
    call.caller.press('4711');
    await call.advance(100);
    expect(call.http.requests.map(({ body }) => JSON.parse(String(body)))).toEqual([{ order: '4711' }]);
  });
});
