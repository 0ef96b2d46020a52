import { createTestApi, type TestApi } from '@hookswitch/api/test-api/create-test-api.fixture';
import { readDocument } from '@hookswitch/openapi/document';
import { type OperationEntry, type OperationId, operationTable } from '@hookswitch/openapi/operations';
import fc from 'fast-check';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WholeApi } from '../whole-api.fixture.js';

const document = readDocument();
const operations = Object.entries(operationTable) as [OperationId, OperationEntry][];

function example(entry: OperationEntry): unknown {
  const operation = document.paths[entry.path]![entry.method] as {
    requestBody: { content: Record<string, { example: unknown }> };
  };
  return operation.requestBody.content['application/json']!.example;
}

/** Values that programs trip over. */
const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1e308,
    '',
    ' ',
    '\u0000',
    '\ud83d',
    '$where',
    '__proto__',
    '../..',
    'AC',
    '+',
    '%',
    [],
    {},
    { $gt: '' },
    'x'.repeat(5000),
  ),
);

/** A JSON value with one part, anywhere in it, replaced, removed or added. */
function spoil(value: unknown): fc.Arbitrary<unknown> {
  if (value === null || typeof value !== 'object') return nasty;
  const names = Object.keys(value);
  const deeper = names.map((name) =>
    spoil((value as Record<string, unknown>)[name]).map((part) => replaced(value, name, part)),
  );
  const removed = names.map((name) =>
    fc.constant(
      Array.isArray(value) ? [] : Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
    ),
  );
  const added = fc
    .tuple(fc.string(), nasty)
    .map(([name, part]) => (Array.isArray(value) ? [...value, part] : { ...value, [name]: part }));
  return fc.oneof(nasty, added, ...deeper, ...removed);
}

function replaced(value: object, name: string, part: unknown): unknown {
  if (Array.isArray(value)) return value.map((member, index) => (String(index) === name ? part : member));
  return { ...value, [name]: part };
}

describe('hostile requests', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi({ operations: (core) => new WholeApi(core).operations });
  });
  afterAll(() => api.close());

  /** Every answer is checked against the API description too: one that it does not declare comes as 500. */
  async function send(entry: OperationEntry, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const request = supertest(api.server)[entry.method](path).set('Authorization', api.tenant.authorization);
    const answer =
      body === undefined
        ? await request
        : await request.set('Content-Type', 'application/json').send(JSON.stringify(body));
    return { status: answer.status, text: answer.text };
  }

  function pathOf(entry: OperationEntry, id = 'nonsense'): string {
    return entry.path.replace(/\{(\w+)\}/g, encodeURIComponent(id));
  }

  const withBodies = operations.filter(([, { body }]) => body === 'json');
  it.each(withBodies)('%s answers any body with a declared answer', async (_id, entry) => {
    await fc.assert(
      fc.asyncProperty(spoil(example(entry)), async (body) => {
        const { status, text } = await send(entry, pathOf(entry), body);
        // 503 where a call is asked for: there is no engine here.
        expect(status === 503 ? 0 : status, text).toBeLessThan(500);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  const reads = operations.filter(([, { method }]) => method === 'get');
  it.each(reads)('%s answers any query with a declared answer', async (_id, entry) => {
    const item = document.paths[entry.path]!.get as { parameters: { in?: string; name?: string }[] };
    const names = ['limit', 'cursor', ...item.parameters.flatMap((each) => (each.in === 'query' ? [each.name!] : []))];
    const query = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.string({ unit: 'grapheme' }), {
      maxKeys: 3,
    });
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const text = new URLSearchParams(pairs).toString();
        const answer = await send(entry, `${pathOf(entry)}?${text}`);
        expect(answer.status, `${text} ${answer.text}`).toBeLessThan(500);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  const withIds = operations.filter(([, { pathParameters }]) => pathParameters.length > 0);
  it.each(withIds)('%s answers any id with a declared answer', async (_id, entry) => {
    const ids = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.constantFrom('%', '..%2f', '\u0000', 'AC'.repeat(1000), '{callId}', ':id', '*'),
    );
    await fc.assert(
      fc.asyncProperty(ids, async (id) => {
        const { status, text } = await send(
          entry,
          pathOf(entry, id),
          entry.body === 'json' ? example(entry) : undefined,
        );
        expect(status, text).toBeLessThan(500);
      }),
      { numRuns: 15, seed: 1 },
    );
  });
});
