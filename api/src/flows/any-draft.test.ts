import { flowNodeKinds } from '@hookswitch/openapi/flow-nodes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowDraft } from './document/flow-document.js';
import { maxFaults } from './document/flow-fault.js';
import { everythingBut } from './validate/everything-there.fixture.js';
import { validFlow } from './validate/valid-flow.fixture.js';
import { isPublishable, validateFlow } from './validate/validate-flow.js';
import { compareDocuments } from './versions/compare-documents.js';
import { drawFlow } from './versions/draw-flow.js';

const id = fc.constantFrom('a', 'b', 'start', 'end', '', '__proto__', 'constructor');
const anything = fc.jsonValue({ maxDepth: 4 });

/** Nodes that look like nodes and hold anything at all. */
const oddNode = fc.record(
  {
    id: fc.oneof(id, anything),
    kind: fc.oneof(fc.constantFrom(...flowNodeKinds), anything),
    exits: fc.oneof(
      fc.dictionary(fc.constantFrom('next', 'failed', 'open', '__proto__'), fc.oneof(id, anything)),
      anything,
    ),
    keys: fc.oneof(fc.array(fc.oneof(fc.record({ key: fc.constant('1'), next: id }), anything)), anything),
    rules: fc.oneof(fc.array(anything), anything),
    prompts: fc.oneof(fc.array(anything), anything),
    targets: fc.oneof(fc.array(id), anything),
    label: anything,
    variable: fc.oneof(id, anything),
    text: fc.oneof(fc.string(), anything),
    hours: anything,
  },
  { requiredKeys: [] },
);
/** As HTTP takes a draft. */
const oddDraft = fc.array(oddNode, { maxLength: 8 }).map((nodes) => ({ nodes }) as unknown as FlowDraft);

const whose = { accountId: 'AC', flowId: 'FL', edition: 'premium' } as const;

describe('any draft', () => {
  it('is checked, with faults that each say where', async () => {
    await fc.assert(
      fc.asyncProperty(oddDraft, async (draft) => {
        const { faults } = await validateFlow(structuredClone(draft), whose, everythingBut());
        expect(faults.length).toBeLessThanOrEqual(maxFaults);
        for (const { node, field, message } of faults) {
          expect([node === null || typeof node === 'string', field === '' || field.startsWith('/')]).toEqual([
            true,
            true,
          ]);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is drawn in as many lines as it has nodes and ways', () => {
    fc.assert(
      fc.property(oddDraft, (draft) => {
        const [first, ...lines] = drawFlow(draft).trimEnd().split('\n');
        expect(first).toBe('flowchart TD');
        for (const line of lines)
          expect(line).toMatch(/^ {2}n\d+(\(\[|\{\{|\{|\[| -- )"[^"\n`<>]*(<br\/>[^"\n`<>]*)?"/);
      }),
      { numRuns: 300 },
    );
  });

  it('is drawn where a label is no text, not even something that can be made text', () => {
    const label = { toString: 1, valueOf: 1 };
    const menu = { id: 'a', kind: 'menu', label, keys: [{ key: label, label, next: 'a' }], exits: {} };
    expect(drawFlow({ nodes: [menu] } as unknown as FlowDraft)).toContain('toString');
  });

  it('differs from itself in nothing, and from another in both directions alike', () => {
    fc.assert(
      fc.property(oddDraft, oddDraft, (one, other) => {
        expect(compareDocuments(one, structuredClone(one))).toEqual({
          added: [],
          removed: [],
          changed: [],
          fields: [],
        });
        const [there, back] = [compareDocuments(one, other), compareDocuments(other, one)];
        expect(there.added.map(({ node }) => node)).toEqual(back.removed.map(({ node }) => node));
        expect(there.changed.map(({ node }) => node).sort()).toEqual(back.changed.map(({ node }) => node).sort());
      }),
      { numRuns: 200 },
    );
  });

  it('that may be published still may be when one of its prompts is changed', async () => {
    await fc.assert(
      fc.asyncProperty(validFlow, fc.string({ minLength: 1, maxLength: 50 }), async (document, text) => {
        const { nodes } = structuredClone(document);
        const end = nodes.find(({ kind }) => kind === 'end') as { prompts: { verb: string; text: string }[] };
        end.prompts[0]!.text = text;
        expect(isPublishable(await validateFlow({ nodes }, whose, everythingBut()))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
