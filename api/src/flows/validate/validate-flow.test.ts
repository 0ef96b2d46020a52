import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowDocument, FlowNode } from '../document/flow-document.js';
import type { FlowFaultCode } from '../document/flow-fault.js';
import { everythingBut, idOf } from './everything-there.fixture.js';
import type { FlowReferences } from './flow-references.js';
import { validFlow } from './valid-flow.fixture.js';
import { isPublishable, validateFlow } from './validate-flow.js';

type Loose = Readonly<Record<string, unknown>>;

const self = idOf('FL');
const premium = { accountId: 'AC', flowId: self, edition: 'premium' } as const;

async function faultsOf(
  document: unknown,
  port: FlowReferences = everythingBut(),
  flow: Parameters<typeof validateFlow>[1] = premium,
) {
  return (await validateFlow(structuredClone(document), flow, port)).faults;
}

/** A flow of those nodes behind a start, with an end. */
function flow(...nodes: readonly Loose[]): { nodes: readonly Loose[] } {
  const first = nodes[0] ? String(nodes[0].id) : 'end';
  const end = JSON.stringify(nodes).includes('"end"') ? [{ id: 'end', kind: 'end' }] : [];
  return { nodes: [{ id: 'start', kind: 'start', exits: { next: first } }, ...nodes, ...end] };
}

const exits = { next: 'end' };
const say = [{ verb: 'say', text: 'Hello' }];
const menu = { id: 'x', kind: 'menu', prompts: say, keys: [{ key: '1', next: 'end' }] };
const digits = { id: 'x', kind: 'collectDigits', prompts: say, variable: 'v', exits };
const condition = (comparison: object) => ({
  id: 'x',
  kind: 'condition',
  rules: [{ all: [{ value: '1', ...comparison }], next: 'end' }],
  exits: { default: 'end' },
});
const hours = (more: object) => ({
  id: 'x',
  kind: 'workingHours',
  hours: { timeZone: 'Asia/Shanghai', weekly: [], ...more },
  exits: { open: 'end', closed: 'end' },
});
const group = { id: 'x', kind: 'toSkillGroup', skillGroupId: idOf('SG') };

describe('the faults of a flow', () => {
  it.each<[string, unknown, FlowFaultCode, string | null, string]>([
    ['has no start', { nodes: [{ id: 'end', kind: 'end' }] }, 'no-start', null, '/nodes'],
    ['has two starts', flow({ id: 'x', kind: 'start', exits }), 'several-starts', 'x', '/kind'],
    ['has an id twice', flow({ ...menu }, { ...menu }), 'duplicate-id', 'x', '/id'],
    [
      'has an exit to nowhere',
      flow({ id: 'x', kind: 'say', text: 'x', exits: { next: 'y' } }),
      'unknown-node',
      'x',
      '/exits/next',
    ],
    ['has a key to nowhere', flow({ ...menu, keys: [{ key: '1', next: 'y' }] }), 'unknown-node', 'x', '/keys/0/next'],
    [
      'has a rule to nowhere',
      flow({ ...condition({ operator: 'isSet' }), rules: [{ all: [{ value: '1', operator: 'isSet' }], next: 'y' }] }),
      'unknown-node',
      'x',
      '/rules/0/next',
    ],
    [
      'has a target that is not there',
      flow({ id: 'x', kind: 'dynamicMenu', prompts: say, variable: 'SystemTime', targets: ['end', 'y'] }),
      'unknown-node',
      'x',
      '/targets/1',
    ],
    ['never comes to a node', flow(menu, { id: 'y', kind: 'say', text: 'x', exits }), 'unreachable-node', 'y', ''],
    [
      'goes round without a word',
      flow(
        { id: 'x', kind: 'setVariable', variables: [{ name: 'a', value: '1' }], exits: { next: 'y' } },
        {
          ...condition({ operator: 'isSet' }),
          id: 'y',
          exits: { default: 'x' },
        },
      ),
      'silent-loop',
      'x',
      '/exits/next',
    ],
    [
      'asks the same group at once again',
      flow({ ...group, exits: { noSeatOnline: 'x' } }),
      'silent-loop',
      'x',
      '/exits/noSeatOnline',
    ],
    [
      'is silent at a time-out',
      flow({ ...menu, prompts: [], exits: { timeout: 'x' } }),
      'silent-loop',
      'x',
      '/exits/timeout',
    ],
    [
      'never ends',
      flow(
        { id: 'x', kind: 'say', text: 'x', exits: { next: 'y' } },
        { id: 'y', kind: 'say', text: 'y', exits: { next: 'x' } },
      ),
      'no-end',
      'x',
      '',
    ],
    [
      'has a prompt without end',
      flow({ ...menu, prompts: [{ verb: 'say', text: 'x', loop: 0 }] }),
      'endless-prompt',
      'x',
      '/prompts/0/loop',
    ],
    ['plays nothing', flow({ id: 'x', kind: 'play', exits }), 'wrong-choice', 'x', '/audioId'],
    [
      'plays nothing in a prompt',
      flow({ ...menu, prompts: [{ verb: 'play' }] }),
      'wrong-choice',
      'x',
      '/prompts/0/audioId',
    ],
    ['asks for no agent', flow({ id: 'x', kind: 'toAgent' }), 'wrong-choice', 'x', '/agentIds'],
    ['has no length', flow(digits), 'wrong-length', 'x', '/maxLength'],
    ['has two lengths', flow({ ...digits, maxLength: 2, fixedLength: 2 }), 'wrong-length', 'x', '/maxLength'],
    ['has a key twice', flow({ ...menu, keys: [menu.keys[0], menu.keys[0]] }), 'duplicate-key', 'x', '/keys/1/key'],
    [
      'has an input twice',
      flow({
        id: 'x',
        kind: 'callApi',
        url: 'https://a.example',
        inputs: [
          { name: 'a', value: '' },
          { name: 'a', value: '' },
        ],
        exits,
      }),
      'duplicate-key',
      'x',
      '/inputs/1/name',
    ],
    [
      'lacks a bound',
      flow(condition({ operator: 'between', operands: ['1'] })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operands',
    ],
    [
      'has a set of nothing',
      flow(condition({ operator: 'oneOf' })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operands',
    ],
    [
      'compares with nothing',
      flow(condition({ operator: 'equals' })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operand',
    ],
    [
      'asks too much',
      flow(condition({ operator: 'isSet', operand: '1' })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operand',
    ],
    [
      'compares with no number',
      flow(condition({ operator: 'atLeast', operand: 'ten', type: 'number' })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operand',
    ],
    [
      'compares with no time',
      flow(condition({ operator: 'lessThan', operand: '2026-13-01', type: 'time' })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operand',
    ],
    [
      'matches by a pattern that is too long',
      flow(condition({ operator: 'matches', operand: '1'.repeat(65) })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/operand',
    ],
    [
      'matches a number',
      flow(condition({ operator: 'matches', operand: '1*', type: 'number' })),
      'wrong-comparison',
      'x',
      '/rules/0/all/0/type',
    ],
    ['is in no time zone', flow(hours({ timeZone: 'Mars/Olympus' })), 'unknown-time-zone', 'x', '/hours/timeZone'],
    [
      'opens for no time',
      flow(hours({ weekly: [{ days: ['mon'], from: '09:00', to: '09:00' }] })),
      'wrong-hours',
      'x',
      '/hours/weekly/0/to',
    ],
    [
      'opens at 24:00',
      flow(hours({ weekly: [{ days: ['mon'], from: '24:00', to: '09:00' }] })),
      'wrong-hours',
      'x',
      '/hours/weekly/0/from',
    ],
    [
      'has a date twice',
      flow(hours({ exceptions: [{ date: '2026-12-24' }, { date: '2026-12-24' }] })),
      'wrong-hours',
      'x',
      '/hours/exceptions/1/date',
    ],
    ['has a day that is none', flow(hours({ holidays: ['2026-02-30'] })), 'schema', 'x', '/hours/holidays/0'],
    ['asks no address', flow({ id: 'x', kind: 'callApi', url: 'shop', exits }), 'wrong-url', 'x', '/url'],
    [
      'asks a file',
      flow({ id: 'x', kind: 'webhookScript', url: 'file:///etc/passwd', exits }),
      'wrong-url',
      'x',
      '/url',
    ],
    [
      'plays from nowhere',
      flow({ ...menu, prompts: [{ verb: 'play', url: '/a.wav' }] }),
      'wrong-url',
      'x',
      '/prompts/0/url',
    ],
    ['calls no number', flow({ id: 'x', kind: 'toExternalLine', to: '110' }), 'wrong-number', 'x', '/to'],
    [
      'sets what it may not',
      flow({ ...digits, maxLength: 2, variable: 'WaitNo' }),
      'system-variable',
      'x',
      '/variable',
    ],
    [
      'keeps an output under no name',
      flow({ id: 'x', kind: 'callApi', url: 'https://a.example', outputs: [{ name: 'order.state' }], exits }),
      'wrong-variable-name',
      'x',
      '/outputs/0/name',
    ],
    [
      'uses what nobody sets',
      flow({ id: 'x', kind: 'say', text: 'Hello ${who}', exits }),
      'variable-never-set',
      'x',
      '/text',
    ],
  ])('one that %s', async (_what, document, code, node, field) => {
    const faults = await faultsOf(document);
    expect(faults.map((fault) => [fault.code, fault.node, fault.field])).toContainEqual([code, node, field]);
    const warns = code === 'unreachable-node' || code === 'variable-never-set';
    expect(isPublishable({ faults })).toBe(warns);
  });

  it.each<[string, Loose, string, FlowFaultCode, string]>([
    ['a sound', { id: 'x', kind: 'play', audioId: idOf('AU'), exits }, 'AU', 'unknown-audio', '/audioId'],
    [
      'a sound in a prompt',
      { ...menu, prompts: [{ verb: 'play', audioId: idOf('AU') }] },
      'AU',
      'unknown-audio',
      '/prompts/0/audioId',
    ],
    ['a group', group, 'SG', 'unknown-skill-group', '/skillGroupId'],
    [
      'a group of a callback',
      { id: 'x', kind: 'callback', skillGroupId: idOf('SG') },
      'SG',
      'unknown-skill-group',
      '/skillGroupId',
    ],
    [
      'an overflow group',
      { ...group, overflowSkillGroupIds: [idOf('SG', 2)] },
      idOf('SG', 2),
      'unknown-skill-group',
      '/overflowSkillGroupIds/0',
    ],
    ['an agent', { id: 'x', kind: 'toAgent', agentIds: [idOf('AG')] }, 'AG', 'unknown-agent', '/agentIds/0'],
    [
      'a number',
      { id: 'x', kind: 'toExternalLine', to: '+14155550100', callerNumberIds: [idOf('PN')] },
      'PN',
      'unknown-number',
      '/callerNumberIds/0',
    ],
  ])('naming %s that the account does not have', async (_what, node, missing, code, field) => {
    expect(await faultsOf(flow(node), everythingBut([missing]))).toMatchObject([{ code, node: 'x', field }]);
    expect(await faultsOf(flow(node))).toEqual([]);
  });

  const sub = (more: object = {}) => flow({ id: 'x', kind: 'subFlow', flowId: idOf('FL', 2), exits, ...more });
  const chain = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [idOf('FL', at + 2), [idOf('FL', at + 3)]]));
  it.each<[string, unknown, Parameters<typeof everythingBut>[1], FlowFaultCode | undefined]>([
    ['a flow that is not there', sub(), { [idOf('FL', 2)]: 'unknown' }, 'unknown-flow'],
    ['a version that is not there', sub({ version: '1.1' }), { [`${idOf('FL', 2)}@1.1`]: 'unknown' }, 'unknown-flow'],
    ['a flow without a live version', sub(), { [idOf('FL', 2)]: 'unpublished' }, 'flow-not-published'],
    ['itself', sub({ flowId: self }), {}, 'flow-calls-itself'],
    ['itself for those who wait', flow({ ...group, waitFlowId: self }), {}, 'flow-calls-itself'],
    [
      'one that comes back',
      sub(),
      { [idOf('FL', 2)]: [idOf('FL', 3)], [idOf('FL', 3)]: [`${self}@1.0`] },
      'flow-calls-itself',
    ],
    ['others that go round', sub(), { [idOf('FL', 2)]: [idOf('FL', 3)], [idOf('FL', 3)]: [idOf('FL', 2)] }, undefined],
    ['too many in one another', sub(), chain, 'flows-too-deep'],
    ['one with a version', sub({ version: '1.1' }), { [`${idOf('FL', 2)}@1.1`]: [idOf('FL', 3)] }, undefined],
  ])('running %s', async (_what, document, flows, code) => {
    const faults = await faultsOf(document, everythingBut([], flows));
    expect(faults.map((fault) => fault.code)).toEqual(code === undefined ? [] : [code]);
  });

  it.each<[string, Loose, string]>([
    ['callApi', { id: 'x', kind: 'callApi', url: 'https://a.example', exits }, '/kind'],
    ['collectDigits', { ...digits, maxLength: 2 }, '/kind'],
    ['condition', condition({ operator: 'isSet' }), '/kind'],
    ['dynamicMenu', { id: 'x', kind: 'dynamicMenu', prompts: say, variable: 'SystemTime', targets: ['end'] }, '/kind'],
    ['overflow', { ...group, overflowSkillGroupIds: [idOf('SG', 2)] }, '/overflowSkillGroupIds'],
    ['specified agents', { ...group, specifiedAgentsUrl: 'https://a.example' }, '/specifiedAgentsUrl'],
    [
      'a survey’s variable',
      { id: 'x', kind: 'survey', prompts: say, keys: [{ key: '1', label: 'y' }], variable: 'v' },
      '/variable',
    ],
  ])('using %s on a standard account', async (_what, node, field) => {
    const faults = await faultsOf(flow(node), everythingBut(), { ...premium, edition: 'standard' });
    expect(faults.map((fault) => [fault.code, fault.field])).toEqual([['edition-required', field]]);
    expect(await faultsOf(flow(node))).toEqual([]);
  });

  it('are told all at once, errors before warnings', async () => {
    const faults = await faultsOf(
      flow(
        { id: 'x', kind: 'say', text: '${who}', exits: { next: 'y' } },
        { ...digits, id: 'y', exits: { next: 'z' } },
        { id: 'z', kind: 'say' },
      ),
    );
    expect(faults.map(({ code }) => code)).toEqual(['schema', 'schema', 'wrong-length', 'variable-never-set']);
  });

  it.each([
    [
      'a menu that leads back',
      flow({
        ...menu,
        keys: [
          { key: '*', next: 'x' },
          { key: '1', next: 'end' },
        ],
      }),
    ],
    ['a group that is asked again after a word', flow({ ...group, noSeatPrompts: say, exits: { noSeatOnline: 'x' } })],
    ['an address that begins with a variable', flow({ id: 'x', kind: 'callApi', url: '${SystemTime}/x', exits })],
    ['a number from a variable', flow({ id: 'x', kind: 'sendMessage', to: '${SystemCallerNumber}', text: 'x', exits })],
    [
      'a loop that speaks',
      flow(
        { id: 'x', kind: 'say', text: 'x', exits: { next: 'y' } },
        { ...condition({ operator: 'isSet' }), id: 'y', exits: { default: 'x' } },
      ),
    ],
  ])('are none in %s', async (_what, document) => {
    expect(await faultsOf(document)).toEqual([]);
  });
});

describe('any flow', () => {
  it('that is right has no faults', async () => {
    await fc.assert(
      fc.asyncProperty(validFlow, async (document) => {
        expect(await faultsOf(document)).toEqual([]);
      }),
      {
        numRuns: 200,
      },
    );
  });

  const setNothing = {
    id: 'loop',
    kind: 'setVariable',
    variables: [{ name: 'a', value: 'b' }],
    exits: { next: 'loop' },
  };
  const sayOn = { id: 'loop', kind: 'say', text: 'Hello', exits: { next: 'loop' } };

  /** What is done to a right flow, and the fault that must come of it. It answers false where the flow has nothing that it could be done to. */
  const mutations: readonly [string, FlowFaultCode, (nodes: FlowNode[], at: number) => unknown][] = [
    ['loses its start', 'no-start', (nodes) => nodes.splice(nodes.indexOf(startOf(nodes)), 1)],
    [
      'gets a second start',
      'several-starts',
      (nodes) => nodes.push({ id: 'again', kind: 'start', exits: { next: 'n0' } }),
    ],
    ['gets a node twice', 'duplicate-id', (nodes, at) => nodes.push(structuredClone(nodes[at % nodes.length]!))],
    ['loses its end', 'unknown-node', (nodes) => nodes.splice(nodes.indexOf(endOf(nodes)), 1)],
    ['gets a node that nobody leads to', 'unreachable-node', (nodes) => nodes.push({ id: 'island', kind: 'end' })],
    ['begins with a silent loop', 'silent-loop', (nodes) => beginWith(nodes, setNothing as FlowNode)],
    ['begins with a loop that never ends', 'no-end', (nodes) => beginWith(nodes, sayOn as FlowNode)],
    ['gets a field that is none', 'schema', (nodes, at) => Object.assign(nodes[at % nodes.length]!, { colour: 'red' })],
    ['sets a system variable', 'system-variable', (nodes) => startOf(nodes).variables!.push({ name: 'SystemTime' })],
    [
      'uses a variable that is never set',
      'variable-never-set',
      (nodes) => endOf(nodes).prompts!.push({ verb: 'say', text: '${never}' }),
    ],
    [
      'gets a key twice',
      'duplicate-key',
      (nodes) => {
        const menu = nodes.find((node): node is FlowNode<'menu'> => node.kind === 'menu');
        return menu ? menu.keys.push({ ...menu.keys[0]! }) : false;
      },
    ],
  ];
  it.each(mutations)('that %s has the fault %s', async (_what, code, mutate) => {
    await fc.assert(
      fc.asyncProperty(validFlow, fc.nat(), async (document, at) => {
        const { nodes } = structuredClone(document) as FlowDocument;
        fc.pre(mutate(nodes, at) !== false);
        expect((await faultsOf({ nodes })).map((fault) => fault.code)).toContain(code);
      }),
      { numRuns: 50 },
    );
  });

  function startOf(nodes: readonly FlowNode[]): FlowNode<'start'> {
    return nodes.find((node): node is FlowNode<'start'> => node.kind === 'start')!;
  }

  function endOf(nodes: readonly FlowNode[]): FlowNode<'end'> {
    return nodes.find((node): node is FlowNode<'end'> => node.kind === 'end')!;
  }

  function beginWith(nodes: FlowNode[], node: FlowNode): void {
    nodes.push(structuredClone(node));
    startOf(nodes).exits.next = node.id;
  }
});
