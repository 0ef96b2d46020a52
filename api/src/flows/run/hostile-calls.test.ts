import { describe, expect, it } from 'vitest';
import { flowCall, flowId } from './flow-call.fixture.js';
import { EventLoopTurns } from './turns.js';

const end = { id: 'end', kind: 'end' };
const say = (id: string, text: string, next: string, more: object = {}) => ({
  id,
  kind: 'say',
  text,
  exits: { next },
  ...more,
});
const menu = (id: string, next: string, more: object = {}) => ({
  id,
  kind: 'menu',
  prompts: [{ verb: 'say', text: 'Press one, please.' }],
  keys: [{ key: '1', label: 'One', next }],
  ...more,
});
const other = `FL${'2'.repeat(32)}`;

describe('keys at any time', () => {
  it('pressed while an API is asked count for the menu that follows', async () => {
    const url = 'https://shop.example/slow';
    let answer = (_body: string) => {};
    const call = await flowCall({
      nodes: [
        say('hello', 'Hello.', 'api'),
        { id: 'api', kind: 'callApi', url, exits: { next: 'menu' } },
        menu('menu', 'end'),
        end,
      ],
      http: (http) => {
        http.request = () =>
          new Promise((resolve) => {
            answer = (body) => resolve({ status: 200, headers: {}, body: Buffer.from(body), url });
          });
      },
    });
    await call.advance(400);
    call.caller.press('1');
    await call.advance(100);
    expect(call.path).toEqual(['start', 'hello', 'api']);
    answer('{}');
    await call.advance(10);
    expect(call.path).toEqual(['start', 'hello', 'api', 'menu', 'end']);
  });

  it('pressed in a burst end one prompt, and each counts once', async () => {
    const call = await flowCall({
      nodes: [
        say('hello', 'A sentence of some length.', 'first'),
        menu('first', 'second'),
        menu('second', 'digits'),
        {
          id: 'digits',
          kind: 'collectDigits',
          prompts: [],
          variable: 'code',
          fixedLength: 4,
          exits: { next: 'tell' },
        },
        say('tell', '${code}', 'end'),
        end,
      ],
    });
    await call.advance(100);
    call.caller.press('114711');
    await call.advance(1000);
    expect(call.heard).toEqual(['A sentence of some length.', '4711']);
  });

  it('pressed by the hundred harm nobody', async () => {
    const call = await flowCall({
      nodes: [say('hello', 'Hello.', 'menu', { interruptible: false }), menu('menu', 'end'), end],
    });
    call.caller.press('9'.repeat(1000));
    await call.advance(500);
    call.caller.press('9'.repeat(1000));
    await call.advance(20_000);
    expect([call.caller.status, call.end, call.clock.pending]).toEqual(['ended', { kind: 'finished' }, 0]);
    expect(call.flowEvents('key')).toHaveLength(3);
  });
});

describe('what is gone while a call needs it', () => {
  it('a flow whose call is in it runs to its end', async () => {
    const call = await flowCall({
      nodes: [say('one', 'A sentence of some length.', 'two'), say('two', 'Two.', 'end'), end],
    });
    await call.advance(100);
    call.source.remove(flowId);
    await call.advance(5000);
    expect([call.heard.at(-1), call.end]).toEqual(['Two.', { kind: 'finished' }]);
  });

  it('a sub-flow that is not entered yet leaves by its exit', async () => {
    const call = await flowCall({
      nodes: [
        say('one', 'A sentence of some length.', 'sub'),
        { id: 'sub', kind: 'subFlow', flowId: other, exits: { next: 'end', failed: 'sorry' } },
        say('sorry', 'Sorry.', 'end'),
        end,
      ],
      flows: { [other]: [end] },
    });
    await call.advance(100);
    call.source.remove(other);
    await call.advance(5000);
    expect(call.heard.at(-1)).toBe('Sorry.');
  });

  it('a prompt’s audio, between two rounds of a menu: apology, hung up, and told', async () => {
    const audioId = `AU${'1'.repeat(32)}`;
    const audio: Record<string, never> = {};
    Object.assign(audio, { [audioId]: { kind: 'audio', key: 'ask', sampleRate: 8000, samples: new Int16Array(8000) } });
    const call = await flowCall({
      audio,
      nodes: [menu('menu', 'end', { prompts: [{ verb: 'play', audioId }], timeout: 1 }), end],
    });
    await call.advance(1500);
    expect(call.heard).toEqual(['ask']);
    delete audio[audioId];
    await call.advance(20_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'audio-unavailable' });
    expect([call.heard.length, call.caller.status, call.clock.pending]).toEqual([2, 'ended', 0]);
    expect(call.notes('error')[0]).toContain(audioId);
  });
});

describe('large flows', () => {
  it('that compare without end are ended before they hold others up', async () => {
    const slow = { value: '${long}', operator: 'matches', operand: `*${'a'.repeat(60)}b*` };
    const rule = { all: [slow], next: 'end' };
    const call = await flowCall({
      variables: { long: 'a'.repeat(4096) },
      nodes: [{ id: 'compare', kind: 'condition', rules: Array(50).fill(rule), exits: { default: 'compare' } }, end],
    });
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'flow-loop' });
    expect(call.path.length).toBe(102);
  });

  it('let others have their turn while they compare', async () => {
    const rule = { all: Array(10).fill({ value: '${a}', operator: 'equals', operand: 'b' }), next: 'end' };
    const compare = { id: 'compare', kind: 'condition', rules: Array(50).fill(rule), exits: { default: 'compare' } };
    const eventLoop = new EventLoopTurns();
    let taken = 0;
    const take = () => {
      const turn = eventLoop.take();
      if (turn) taken += 1;
      return turn;
    };
    const turns = { filled: () => eventLoop.filled(), take };
    const call = await flowCall({ nodes: [compare, end], turns, variables: { a: 'a' } });
    for (let steps = 0; call.end === undefined && steps < 1000; steps++) await call.advance(10);
    expect(call.end).toEqual({ kind: 'failed', code: 'flow-loop' });
    expect(taken).toBeGreaterThan(90);
  });

  it('of 5,000 nodes run to their end', async () => {
    const nodes = Array.from({ length: 4998 }, (_, at) => say(`n${at}`, 'ab', at < 4997 ? `n${at + 1}` : 'end'));
    const call = await flowCall({ nodes: [...nodes, end] });
    while (call.end === undefined && call.path.length < 5000) await call.advance(10_000);
    expect([call.end, call.path.length]).toEqual([{ kind: 'finished' }, 5000]);
  });
});
