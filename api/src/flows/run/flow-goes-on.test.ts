import { describe, expect, it } from 'vitest';
import type { ScriptPosition } from '../../scripting/index.js';
import { type FlowCall, type FlowCallOptions, flowCall, flowId } from './flow-call.fixture.js';

const inner = `FL${'2'.repeat(32)}`;
const say = (id: string, text: string, next?: string) => ({ id, kind: 'say', text, exits: next ? { next } : {} });
const end = { id: 'end', kind: 'end' };
const keys = [
  { key: '1', label: 'Sales', next: 'code' },
  { key: '2', label: 'Service', next: 'end' },
];
const menu = { id: 'menu', kind: 'menu', prompts: [{ verb: 'say', text: 'Press 1 or 2.' }], keys, timeout: 60 };
const code = {
  id: 'code',
  kind: 'collectDigits',
  prompts: [{ verb: 'say', text: 'Your code.' }],
  variable: 'code',
  secret: true,
  fixedLength: 4,
  exits: { next: 'sub' },
};
const sub = {
  id: 'sub',
  kind: 'subFlow',
  flowId: inner,
  inputs: [{ name: 'given', value: '${code}' }],
  exits: { next: 'bye' },
};
const outer: FlowCallOptions = {
  nodes: [
    { id: 'start', kind: 'start', variables: [{ name: 'code' }], exits: { next: 'hello' } },
    say('hello', 'Hello.', 'menu'),
    menu,
    code,
    sub,
    say('bye', 'Bye, ${code}.', 'end'),
    end,
  ],
  flows: {
    [inner]: [
      say('first', 'First.', 'wait'),
      { ...menu, id: 'wait', keys: [{ key: '3', label: 'On', next: 'last' }] },
      say('last', 'Last, ${given}.', 'end'),
      end,
    ],
  },
};

/** The call goes on in another process, from where the script stood last in this. */
function afterRestart({ stood }: FlowCall, more: Partial<FlowCallOptions> = {}): Promise<FlowCall> {
  return flowCall({ ...outer, ...more, from: stood.at(-1)! });
}

describe('a flow whose process was lost', () => {
  it('goes on at its node, which begins again, with its variables, its keys and its secrets', async () => {
    const before = await flowCall(outer);
    await before.advance(5000);
    before.caller.press('1');
    await before.advance(200);
    before.caller.press('4711');
    await before.advance(5000);
    expect(before.path.slice(-2)).toEqual(['first', 'wait']);

    const after = await afterRestart(before);
    await after.advance(2000);
    expect(after.heard).toEqual(['Press 1 or 2.']);
    after.caller.press('3');
    await after.advance(10_000);
    expect(after.heard).toEqual(['Press 1 or 2.', 'Last, 4711.', 'Bye, 4711.']);
    expect(after.path).toEqual(['sub', 'wait', 'last', 'end', 'bye', 'end']);
    expect(after.flowEvents('started')).toEqual([]);
    expect(JSON.stringify(after.timeline)).not.toContain('4711');
    expect(after.counted.map(({ node, exit }) => `${node} ${exit ?? 'entered'}`)).toEqual([
      'wait key 3',
      'last entered',
      'last next',
      'end entered',
      'end end',
      'sub next',
      'bye entered',
      'bye next',
      'end entered',
      'end end',
    ]);
    expect(after.end).toEqual({ kind: 'finished' });
  });

  it('tells where it stands with every node, and nothing of flows that it left', async () => {
    const call = await flowCall(outer);
    await call.advance(5000);
    call.caller.press('1');
    await call.advance(200);
    call.caller.press('4711');
    await call.advance(5000);
    call.caller.press('3');
    await call.advance(10_000);
    const places = call.stood.map(
      (position) => position.kind === 'flow' && position.places.map(({ node }) => node).join('/'),
    );
    expect(places).toEqual([
      'start',
      'hello',
      'menu',
      'code',
      'sub',
      'sub/start',
      'sub/first',
      'sub/wait',
      'sub/last',
      'sub/end',
      'bye',
      'end',
    ]);
    expect(call.stood.at(-1)).toMatchObject({
      keys: [
        { key: '1', label: 'Sales' },
        { key: '3', label: 'On' },
      ],
      secrets: ['4711'],
    });
  });

  it('keeps its version; where its node is not there any more it begins at its start', async () => {
    const from = (node: string): ScriptPosition => ({
      kind: 'flow',
      places: [{ flowId, version: '1.0', node, variables: { code: '12' } }],
      keys: [],
      secrets: [],
    });
    const changed = (call: FlowCall) =>
      call.source.add(flowId, [say('hello', 'Changed.', 'end'), end], { version: '2.0' });
    const kept = await flowCall({ ...outer, from: from('bye'), before: (call) => void changed(call) });
    await kept.advance(5000);
    expect(kept.heard).toEqual(['Bye, 12.']);
    const deleted = { ...from('bye'), places: [{ flowId, version: '0.9', node: 'bye', variables: {} }] };
    const anew = await flowCall({ ...outer, from: deleted as ScriptPosition });
    await anew.advance(100);
    expect(anew.path).toEqual(['start', 'hello']);
    const gone = await flowCall({ ...outer, from: from('nowhere') });
    await gone.advance(100);
    expect(gone.path).toEqual(['start', 'hello']);
  });

  it('goes on in the script that its node runs, and in the flow that this runs', async () => {
    const nodes = [
      { id: 'hook', kind: 'webhookScript', url: 'https://app.example/step', exits: { next: 'bye' } },
      say('bye', 'Bye.', 'end'),
      end,
    ];
    const step = JSON.stringify([
      { verb: 'say', text: 'Verb.' },
      { verb: 'flow', flowId: inner },
      { verb: 'say', text: 'After.' },
    ]);
    const http: FlowCallOptions['http'] = (backend) => backend.on('https://app.example/step', step);
    const before = await flowCall({ ...outer, nodes, http });
    await before.advance(8000);
    expect(before.stood.at(-1)).toMatchObject({
      places: [{ node: 'hook' }],
      script: { kind: 'verb', index: 1, flow: { places: [{ node: 'wait' }] } },
    });
    const after = await afterRestart(before, { nodes });
    await after.advance(2000);
    after.caller.press('3');
    await after.advance(10_000);
    expect(after.heard).toEqual(['Press 1 or 2.', 'Last, .', 'After.', 'Bye.']);
  });

  it('joins the talk, or the line, in which its caller is, without a prompt before it', async () => {
    const prompts = [{ verb: 'say', text: 'One moment.' }];
    const nodes = [
      { id: 'agents', kind: 'toSkillGroup', skillGroupId: `SG${'3'.repeat(32)}`, prompts, exits: { ended: 'bye' } },
      say('bye', 'Bye.', 'end'),
      end,
    ];
    const before = await flowCall({ ...outer, nodes });
    await before.advance(5000);
    expect([before.heard[0], before.queue.joins.length]).toEqual(['One moment.', 1]);
    const after = await afterRestart(before, {
      nodes,
      before: ({ queue }) => {
        queue.goesOn = true;
        queue.seat = false;
      },
    });
    await after.advance(5000);
    expect(after.heard).not.toContain('One moment.');
    expect(after.queue.joins).toHaveLength(1);
  });
});
