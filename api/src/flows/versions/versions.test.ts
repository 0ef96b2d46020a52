import { describe, expect, it } from 'vitest';
import { compareDocuments } from './compare-documents.js';
import { drawFlow } from './draw-flow.js';
import { compareVersions, nextVersion } from './version-number.js';

describe('numbers of versions', () => {
  it.each([
    [[], '1.0'],
    [['1.0'], '1.1'],
    [['1.9', '1.10', '1.2'], '1.11'],
    [['2.0', '1.7'], '2.1'],
  ])('after %j comes %s', (numbers, next) => {
    expect(nextVersion(numbers)).toBe(next);
  });

  it('stand in the order of their parts', () => {
    expect(['10.0', '1.10', '2.0', '1.9'].sort(compareVersions)).toEqual(['1.9', '1.10', '2.0', '10.0']);
  });
});

describe('two documents', () => {
  it('do not differ by the order of their nodes', () => {
    const [a, b] = [
      { id: 'a', kind: 'end' },
      { id: 'b', kind: 'end' },
    ];
    expect(compareDocuments({ nodes: [a, b] }, { nodes: [b, a] })).toEqual({
      added: [],
      removed: [],
      changed: [],
      fields: [],
    });
  });

  it('are compared whatever is in them', () => {
    const before = { nodes: [{ id: 'a', list: [1, { 'b/c': 1 }], gone: null }, {}] };
    const after = { nodes: [{ id: 'a', list: [1, { 'b/c': 2 }, 3], ['__proto__']: 1 }, 'x'] };
    expect(compareDocuments(before, after as never).changed[0]!.fields).toEqual([
      { field: '/list/1/b~1c', before: 1, after: 2 },
      { field: '/list/2', after: 3 },
      { field: '/gone', before: null },
      { field: '/__proto__', after: 1 },
    ]);
  });
});

describe('a drawing', () => {
  it('shows nodes in the shape of their kind, and what leads where', () => {
    const drawn = drawFlow({
      nodes: [
        { id: 'start', kind: 'start', exits: { next: 'menu' } },
        {
          id: 'menu',
          kind: 'menu',
          label: 'Main menu',
          keys: [
            { key: '1', label: 'Sales', next: 'end' },
            { key: '*', next: 'menu' },
          ],
          exits: { failed: 'nowhere' },
        },
        { id: 'if', kind: 'condition', rules: [{ next: 'end' }], exits: { default: 'menu' } },
        { id: 'end', kind: 'end' },
      ],
    });
    expect(drawn.split('\n')).toEqual([
      'flowchart TD',
      '  n0(["start<br/>start"])',
      '  n0 -- "next" --> n1',
      '  n1{{"Main menu<br/>menu"}}',
      '  n1 -- "1 Sales" --> n3',
      '  n1 -- "* " --> n1'.replace('* ', '*'),
      '  n2{"if<br/>condition"}',
      '  n2 -- "default" --> n1',
      '  n2 -- "rule 1" --> n3',
      '  n3(["end<br/>end"])',
      '',
    ]);
  });

  it('takes nothing that people wrote as a command', () => {
    const label = '"]\nclick n0 "javascript:alert(1)" <img src=x onerror=y> `#;&';
    const drawn = drawFlow({ nodes: [{ id: 'a', kind: 'say', label }] });
    expect(drawn.split('\n')).toHaveLength(3);
    expect(drawn.split('\n')[1]).toMatch(/^ {2}n0\["[^"`<>&\n]*<br\/>say"\]$/);
    expect(drawFlow({ nodes: [{ id: 'a', kind: 'say', label: '你好 Größe' }] })).toContain('"你好 Größe<br/>say"');
    expect(drawFlow({ nodes: [{}, { kind: 'x"y', exits: 'z', keys: [null], targets: [1] }] })).toContain(
      'n1["?<br/>x#34;y"]',
    );
  });
});
