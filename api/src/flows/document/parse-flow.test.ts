import { readDocument } from '@hookswitch/openapi/document';
import { flowNodeKinds } from '@hookswitch/openapi/flow-nodes';
import { describe, expect, it } from 'vitest';
import { maxFaults } from './flow-fault.js';
import { maxNodes, parseDocument, parseFlow } from './parse-flow.js';

const start = { id: 'start', kind: 'start', exits: { next: 'menu' } };
const menu = {
  id: 'menu',
  kind: 'menu',
  prompts: [{ verb: 'say', text: 'For sales press 1.' }],
  keys: [{ key: '1', next: 'start' }],
};

describe('a document of nodes', () => {
  it('gets the defaults of its kinds, those within lists too', async () => {
    const api = {
      id: 'api',
      kind: 'callApi',
      url: 'https://a.example',
      outputs: [{ name: 'x' }],
      exits: { next: 'menu' },
    };
    const flow = await parseFlow({ nodes: [start, structuredClone(menu), api] });
    expect(flow.nodes.get('menu')).toMatchObject({
      timeout: 5,
      maxErrors: 3,
      interruptible: true,
      prompts: [{ loop: 1 }],
    });
    expect(flow.nodes.get('api')).toMatchObject({ timeout: 5, tries: 2, outputs: [{ name: 'x', default: '' }] });
    expect(flow.start.id).toBe('start');
  });

  it('is spoken in its own language where a prompt names none', async () => {
    const say = { id: 'say', kind: 'say', text: 'Hallo', exits: { next: 'menu' } };
    const prompts = [
      { verb: 'say', text: 'Guten Tag' },
      { verb: 'say', text: 'Hello', language: 'en-GB' },
    ];
    const { nodes } = await parseFlow({ language: 'de-DE', nodes: [start, say, { ...menu, prompts }] });
    expect(nodes.get('menu')).toMatchObject({ prompts: [{ language: 'de-DE' }, { language: 'en-GB' }] });
    expect(nodes.get('say')).toMatchObject({ language: 'de-DE' });
    const english = await parseFlow({ nodes: [start, structuredClone(menu)] });
    expect(english.nodes.get('menu')).toMatchObject({ prompts: [{ language: 'en-US' }] });
  });

  it('may have every kind as its schema shows it', async () => {
    const schemas = readDocument().components.schemas as Record<string, { examples?: readonly object[] }>;
    for (const kind of flowNodeKinds) {
      const [example] = schemas[`${kind[0]!.toUpperCase()}${kind.slice(1)}FlowNode`]!.examples!;
      expect((await parseDocument({ nodes: [structuredClone(example)] })).faults, kind).toEqual([]);
    }
  });

  it.each<[string, unknown, (string | null)[][]]>([
    ['is no object', 'flow', [[null, '']]],
    ['has no nodes', {}, [[null, '/nodes']]],
    ['has an empty list', { nodes: [] }, [[null, '/nodes']]],
    ['has a wrong language', { language: 'x y', nodes: [start] }, [[null, '/language']]],
    ['has a field that is none', { nodes: [start], version: 1 }, [[null, '/version']]],
    ['has a node that is none', { nodes: [null, start] }, [[null, '/nodes/0']]],
    ['has a node without id', { nodes: [{ kind: 'end' }] }, [[null, '/nodes/0/id']]],
    ['has a node without kind', { nodes: [{ id: 'x' }] }, [['x', '/kind']]],
    ['has a node of an unknown kind', { nodes: [{ id: 'x', kind: 'dance' }] }, [['x', '/kind']]],
    ['has a misspelt field', { nodes: [{ ...menu, timeOut: 5 }] }, [['menu', '/timeOut']]],
    ['has a wrong prompt', { nodes: [{ ...menu, prompts: [{ verb: 'sing' }] }] }, [['menu', '/prompts/0/verb']]],
    [
      'lacks what its kind needs',
      { nodes: [{ id: 'x', kind: 'say' }] },
      [
        ['x', '/text'],
        ['x', '/exits'],
      ],
    ],
    [
      'has several faults in several nodes',
      {
        nodes: [
          { ...menu, timeout: 0, maxErrors: 99 },
          { ...start, exits: { next: 'no id' } },
        ],
      },
      [
        ['menu', '/timeout'],
        ['menu', '/maxErrors'],
        ['start', '/exits/next'],
      ],
    ],
  ])('is told every fault where it %s', async (_what, document, faults) => {
    const told = (await parseDocument(structuredClone(document))).faults;
    expect(told.map(({ node, field }) => [node, field]).sort()).toEqual(faults.sort());
    for (const { message, severity } of told) expect([severity, message.length > 5]).toEqual(['error', true]);
  });

  it('is told at most so many faults, however many there are', async () => {
    const nodes = Array.from({ length: 1000 }, (_, at) => ({ id: `n${at}`, kind: 'dance' }));
    expect((await parseDocument({ nodes })).faults).toHaveLength(maxFaults);
    const keys = Array.from({ length: 100_000 }, () => 1);
    expect((await parseDocument({ nodes: [{ ...menu, keys }] })).faults).toHaveLength(1);
    expect((await parseDocument({ nodes: Array(maxNodes + 1).fill(start) })).faults).toHaveLength(1);
  });

  it('is no flow to run while it has a fault', async () => {
    await expect(parseFlow({ nodes: [start, { id: 'x', kind: 'say' }] })).rejects.toThrow('x/text is missing');
    await expect(parseFlow({ nodes: [menu] })).rejects.toThrow('no start');
  });
});
