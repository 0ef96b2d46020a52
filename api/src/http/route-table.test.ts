import { operationTable } from '@hookswitch/openapi/operations';
import { describe, expect, it } from 'vitest';
import { RouteTable } from './route-table.js';

describe('the route table', () => {
  const table = new RouteTable<string>();
  for (const [method, path] of [
    ['GET', '/v1/things'],
    ['POST', '/v1/things'],
    ['POST', '/v1/things/import'],
    ['GET', '/v1/things/{thingId}'],
    ['GET', '/v1/things/{thingId}/parts/{partId}'],
    ['GET', '/v1/{kind}/import/log'],
  ] as const) {
    table.add(method, path, `${method} ${path}`);
  }

  it.each([
    ['/v1/things', ['GET /v1/things', 'POST /v1/things'], {}],
    ['/v1/things/', ['GET /v1/things', 'POST /v1/things'], {}],
    ['/v1/things/import', ['POST /v1/things/import'], {}],
    ['/v1/things/a', ['GET /v1/things/{thingId}'], { thingId: 'a' }],
    ['/v1/things/%2F', ['GET /v1/things/{thingId}'], { thingId: '%2F' }],
    ['/v1/things/a/parts/b', ['GET /v1/things/{thingId}/parts/{partId}'], { thingId: 'a', partId: 'b' }],
    ['/v1/things/import/parts/b', ['GET /v1/things/{thingId}/parts/{partId}'], { thingId: 'import', partId: 'b' }],
    ['/v1/things/import/log', ['GET /v1/{kind}/import/log'], { kind: 'things' }],
  ])('finds %s', (path, targets, params) => {
    const found = table.find(path);
    expect([...found!.methods.values()]).toEqual(targets);
    expect(found!.params).toEqual(params);
  });

  it.each(['', '/', '/v1', '/v1/', '/v1//', '/V1/things', '/v1/Things', '/v1/things//', '/v1//things', '//v1/things'])(
    'finds nothing at "%s"',
    (path) => {
      expect(table.find(path)).toBeUndefined();
    },
  );

  it.each(['/v1/things/a/parts', '/v1/things/a/parts/', '/v1/things/a/parts/b/c', '/v1/__proto__', '/v1/constructor'])(
    'finds nothing at %s, which only begins like a path',
    (path) => {
      expect(table.find(path)).toBeUndefined();
    },
  );

  it('finds each operation of the API at its own path', () => {
    const all = new RouteTable<string>();
    for (const [id, { method, path }] of Object.entries(operationTable)) all.add(method, path, id);
    for (const [id, { method, path, pathParameters }] of Object.entries(operationTable)) {
      const found = all.find(path.replaceAll(/[{}]/g, '-'));
      expect(found?.methods.get(method)).toBe(id);
      expect(Object.keys(found!.params)).toEqual(pathParameters);
    }
  });
});
