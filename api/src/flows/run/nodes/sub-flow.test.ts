import { describe, expect, it } from 'vitest';
import { defaultScriptSettings } from '../../../scripting/index.js';
import { flowCall, flowId } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const other = `FL${'2'.repeat(32)}`;
const say = (id: string, text: string, next = 'end') => ({ id, kind: 'say', text, exits: { next } });
const set = (name: string, value: string, next = 'end') => ({
  id: `set-${name}`,
  kind: 'setVariable',
  variables: [{ name, value }],
  exits: { next },
});
const sub = (more: object = {}) => ({ id: 'sub', kind: 'subFlow', flowId: other, exits: { next: 'after' }, ...more });
const apology = defaultScriptSettings.apology.text;

describe('sub-flow', () => {
  it('hands inputs over, keeps outputs, and has variables of its own', async () => {
    const call = await flowCall({
      variables: { mine: 'here' },
      nodes: [
        sub({
          inputs: [{ name: 'who', value: 'Ann from ${SystemCallerNumber}' }],
          outputs: [{ name: 'id' }, { name: 'tier', variable: 'level' }, { name: 'never' }],
        }),
        say('after', '${id} ${level} ${never} ${tier}.'),
        end,
      ],
      flows: { [other]: [set('id', '${who} ${mine}', 'set-tier'), set('tier', 'gold'), end] },
    });
    await call.advance(5000);
    expect(call.heard).toEqual(['Ann from +4930111  gold  .']);
    expect(call.path).toEqual(['start', 'sub', 'start', 'set-id', 'set-tier', 'end', 'after', 'end']);
    expect(new Set(call.counted.map((one) => one.flowId))).toEqual(new Set([flowId, other]));
  });

  it('runs the version it names, or the live one', async () => {
    const flows = { [`${other}@1.0`]: [say('old', 'Old.'), end], [`${other}@1.1`]: [say('new', 'New.'), end] };
    const named = await flowCall({ nodes: [sub({ version: '1.0', exits: { next: 'end' } }), end], flows });
    const live = await flowCall({ nodes: [sub({ exits: { next: 'end' } }), end], flows });
    await named.advance(2000);
    await live.advance(2000);
    expect([named.heard, live.heard]).toEqual([['Old.'], ['New.']]);
  });

  it('hangs up from within where it is told to, or led nowhere', async () => {
    const told = await flowCall({
      nodes: [sub(), say('after', 'Never.'), end],
      flows: { [other]: [{ id: 'bye', kind: 'end', hangUp: true }] },
    });
    const nowhere = await flowCall({
      nodes: [sub(), say('after', 'Never.'), end],
      flows: {
        [other]: [
          say('last', 'Last.', undefined),
          { id: 'end', kind: 'menu', prompts: [], keys: [{ key: '1', next: 'end' }], maxErrors: 1, timeout: 1 },
        ],
      },
    });
    await told.advance(5000);
    await nowhere.advance(5000);
    expect([told.caller.status, told.heard, told.end]).toEqual(['ended', [], { kind: 'finished' }]);
    expect([nowhere.caller.status, nowhere.heard]).toEqual(['ended', ['Last.']]);
  });

  it('leaves by its exit where there is no such flow', async () => {
    const call = await flowCall({
      nodes: [sub({ exits: { next: 'after', failed: 'sorry' } }), say('after', 'Never.'), say('sorry', 'Sorry.'), end],
    });
    await call.advance(5000);
    expect(call.heard).toEqual(['Sorry.']);
    expect(call.notes('error')).toEqual([`There is no flow ${other}.`]);
  });

  it('goes ten deep and no deeper', async () => {
    const call = await flowCall({
      nodes: [
        { id: 'again', kind: 'subFlow', flowId, exits: { next: 'end', failed: 'deep' } },
        say('deep', 'Deep.'),
        end,
      ],
    });
    await call.advance(20_000);
    expect(call.path.filter((node) => node === 'again')).toHaveLength(11);
    expect(call.heard).toEqual(['Deep.']);
    expect(call.end).toEqual({ kind: 'finished' });
  });

  it('counts its nodes with those above, where nothing is heard', async () => {
    const call = await flowCall({
      nodes: [{ id: 'again', kind: 'subFlow', flowId: other, exits: { next: 'again' } }],
      flows: { [other]: [set('a', 'b'), end] },
    });
    await call.advance(20_000);
    expect([call.end, call.heard]).toEqual([{ kind: 'failed', code: 'flow-loop' }, [apology]]);
    expect(call.path.length).toBeLessThan(1010);
  });

  it('breaks the whole call where a node of it breaks', async () => {
    const call = await flowCall({
      nodes: [sub({ exits: { next: 'after', failed: 'after' } }), say('after', 'Never.'), end],
      flows: {
        [other]: [{ id: 'gone', kind: 'play', url: 'https://gone.example/a.wav', exits: { next: 'end' } }, end],
      },
    });
    await call.advance(20_000);
    expect([call.end, call.heard]).toEqual([{ kind: 'failed', code: 'audio-unavailable' }, [apology]]);
    expect(call.notes('error')).toHaveLength(1);
  });
});
