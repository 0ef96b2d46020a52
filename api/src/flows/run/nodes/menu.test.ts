import { describe, expect, it } from 'vitest';
import { flowCall } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const spoken = (text: string) => [{ verb: 'say', text }];
const choose = 'Choose, please.'; // 750 ms
const keys = [...'0123456789*#'].map((key) => ({ key, label: `L${key}`, next: 'end' }));
const menu = (more: object = {}) => ({
  id: 'menu',
  kind: 'menu',
  prompts: spoken(choose),
  keys: [{ key: '1', label: 'Sales', next: 'end' }],
  timeoutPrompts: spoken('Too late.'),
  wrongKeyPrompts: spoken('Wrong.'),
  failurePrompts: spoken('Good-bye.'),
  ...more,
});

describe('menu', () => {
  it.each(keys)('IVR-07 takes the key $key and keeps it with its label', async ({ key, label }) => {
    const call = await flowCall({ nodes: [menu({ keys }), end] });
    await call.advance(100);
    call.caller.press(key);
    await call.advance(0);
    expect(call.path).toEqual(['start', 'menu', 'end']);
    expect(call.flowEvents('key')).toMatchObject([{ key, label, known: true, node: 'menu' }]);
    expect(call.queue.told).toEqual([['pressed', { key, label }]]);
  });

  it('IVR-08 waits so many seconds from the end of the prompts', async () => {
    const call = await flowCall({ nodes: [menu({ timeout: 3 }), end] });
    await call.advance(750 + 2900);
    expect(call.heard).toEqual([choose]);
    await call.advance(200);
    expect(call.heard).toEqual([choose, 'Too late.']);
  });

  it('IVR-09 IVR-06 tells of a time-out, and asks again while errors are left', async () => {
    const call = await flowCall({ nodes: [menu({ timeout: 1, maxErrors: 2 }), end] });
    await call.advance(20_000);
    expect(call.heard).toEqual([choose, 'Too late.', choose, 'Too late.', 'Good-bye.']);
    expect([call.caller.status, call.end]).toEqual(['ended', { kind: 'finished' }]);
  });

  it('leaves at the first time-out where it has an exit for it, after its prompts', async () => {
    const call = await flowCall({ nodes: [menu({ timeout: 1, exits: { timeout: 'end' } }), end] });
    await call.advance(5000);
    expect(call.heard).toEqual([choose, 'Too late.']);
    expect(call.path).toEqual(['start', 'menu', 'end']);
  });

  it('IVR-10 IVR-11 tells of a wrong key, asks again, and hangs up after the last', async () => {
    const call = await flowCall({ nodes: [menu({ maxErrors: 3 }), end] });
    for (let error = 0; error < 3; error++) {
      await call.advance(1000);
      call.caller.press('9');
    }
    await call.advance(5000);
    expect(call.heard).toEqual([choose, 'Wrong.', choose, 'Wrong.', choose, 'Wrong.', 'Good-bye.']);
    expect(call.caller.status).toBe('ended');
    expect(call.flowEvents('key')).toHaveLength(3);
    expect(call.queue.told).toEqual([]);
  });

  it('goes on by its exit when the errors are used up', async () => {
    const call = await flowCall({ nodes: [menu({ maxErrors: 1, exits: { failed: 'end' } }), end] });
    call.caller.press('9');
    await call.advance(5000);
    expect(call.path).toEqual(['start', 'menu', 'end']);
  });

  it('takes a key that comes while it tells of a wrong one', async () => {
    const call = await flowCall({ nodes: [menu(), end] });
    call.caller.press('9');
    await call.advance(100);
    expect(call.heard.at(-1)).toBe('Wrong.');
    call.caller.press('1');
    await call.advance(0);
    expect(call.path).toEqual(['start', 'menu', 'end']);
    expect(call.heard).toEqual(['Wrong.']);
  });

  it('takes keys of a burst one after another, menu by menu', async () => {
    const call = await flowCall({
      nodes: [
        menu({ id: 'first', keys: [{ key: '1', label: 'a', next: 'second' }] }),
        menu({ id: 'second', keys: [{ key: '2', label: 'b', next: 'third' }] }),
        menu({ id: 'third', keys: [{ key: '3', label: 'c', next: 'end' }] }),
        end,
      ],
    });
    call.caller.press('123');
    await call.advance(10);
    expect(call.path).toEqual(['start', 'first', 'second', 'third', 'end']);
    expect(call.heard).toEqual([]);
  });

  it('counts keys from the end of its prompts where they may not be interrupted', async () => {
    const call = await flowCall({ nodes: [menu({ interruptible: false }), end] });
    await call.advance(300);
    call.caller.press('1');
    await call.advance(600);
    expect([call.path, call.heard]).toEqual([['start', 'menu'], [choose]]);
    call.caller.press('1');
    await call.advance(0);
    expect(call.path).toEqual(['start', 'menu', 'end']);
  });

  it('works without a word', async () => {
    const call = await flowCall({ nodes: [menu({ prompts: [] }), end] });
    call.caller.press('1');
    await call.advance(0);
    expect(call.path).toEqual(['start', 'menu', 'end']);
  });

  it('plays nothing and takes nothing after the caller has gone', async () => {
    const call = await flowCall({ nodes: [menu(), end] });
    await call.advance(100);
    call.caller.hangUp();
    await call.advance(60_000);
    expect([call.heard, call.end, call.clock.pending]).toEqual([[choose], { kind: 'call-ended' }, 0]);
  });
});

describe('dynamic menu', () => {
  const dynamic = (more: object = {}) => ({
    ...menu(),
    kind: 'dynamicMenu',
    keys: undefined,
    variable: 'menu',
    targets: ['end', 'paid'],
    ...more,
  });
  const paid = { id: 'paid', kind: 'say', text: 'Paid.', exits: { next: 'end' } };

  it('IVR-12 takes its keys from a variable, and keeps their labels', async () => {
    const delivered = JSON.stringify([
      { digits: '4', name: 'a', label: 'Order 4711', next: 'paid' },
      { digits: '5', name: 'b', label: 'Order 4712', next: 'end' },
    ]);
    const call = await flowCall({ variables: { menu: delivered }, nodes: [dynamic(), paid, end] });
    call.caller.press('4');
    await call.advance(2000);
    expect(call.path).toEqual(['start', 'menu', 'paid', 'end']);
    expect(call.queue.told).toEqual([['pressed', { key: '4', label: 'Order 4711' }]]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['no list', '{"digits":"1"}'],
    ['an empty list', '[]'],
    ['thirteen keys', JSON.stringify(Array(13).fill({ digits: '1', next: 'end' }))],
    ['a key of two digits', '[{"digits":"12","next":"end"}]'],
    ['a digit that is a number', '[{"digits":1,"next":"end"}]'],
    ['a key twice', '[{"digits":"1","next":"end"},{"digits":"1","next":"end"}]'],
    ['a node that is no target', '[{"digits":"1","next":"start"}]'],
    ['null', '[null]'],
  ])('fails with a word to the caller and in the timeline where it holds %s', async (_what, value) => {
    const call = await flowCall({
      variables: { menu: value },
      nodes: [dynamic({ exits: { failed: 'end' } }), paid, end],
    });
    await call.advance(3000);
    expect([call.heard, call.path]).toEqual([['Good-bye.'], ['start', 'menu', 'end']]);
    expect(call.notes('error')[0]).toMatch(/^The menu in menu cannot be used: /);
  });
});
