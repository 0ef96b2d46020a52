import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { circlesOf, findCycle, type Import, imports, sources } from './import-graph.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const product = ['kernel/src', 'media/src', 'api/src', 'workers/src', 'platform/src', 'simulation/src'];
const all = imports(root, sources(root, product));

/** The imports that start in `from` and go to a file or package that is none of `allowed`. */
function straying(from: RegExp, allowed: readonly RegExp[]): string[] {
  return all
    .filter((one) => from.test(one.from) && !allowed.some((pattern) => pattern.test(one.to)))
    .map((one) => `${one.from} imports ${one.to}`);
}

const node = /^node:/;
const kernel = /^kernel\/src\//;

describe('import rules (ARCHITECTURE.md)', () => {
  it('sees the tree', () => {
    expect(all.length).toBeGreaterThan(20);
  });

  it('kernel imports nothing of ours', () => {
    expect(straying(/^kernel\//, [kernel, node, /^pino$/])).toEqual([]);
  });

  it('media imports only kernel, itself and Node, net WebSockets besides', () => {
    expect(straying(/^media\/(?!src\/net\/)/, [kernel, /^media\/src\//, node])).toEqual([]);
    expect(straying(/^media\/src\/net\//, [kernel, /^media\/src\//, node, /^ws$/])).toEqual([]);
  });

  it('the port knows no driver, protocol or socket', () => {
    expect(straying(/^media\/src\/port\//, [kernel, /^media\/src\/port\//])).toEqual([]);
  });

  it('SIP and RTP are sans-I/O: no sockets, no clock, no threads', () => {
    expect(
      straying(/^media\/src\/(sip|rtp)\//, [
        kernel,
        /^media\/src\/(sip|rtp)\//,
        /^media\/src\/port\//,
        /^node:(crypto|buffer|net)$/, // `net` for isIP only, see the next rule
      ]),
    ).toEqual([]);
  });

  it('no driver imports another driver', () => {
    const crossing = all.filter(({ from, to }) => {
      const mine = /^media\/src\/drivers\/([^/]+)\//.exec(from)?.[1];
      const theirs = /^media\/src\/drivers\/([^/]+)\//.exec(to)?.[1];
      return mine && theirs && mine !== theirs;
    });
    expect(crossing).toEqual([]);
  });

  it('only composition picks drivers', () => {
    const outside = all.filter(
      ({ from, to }) =>
        /^media\/src\/drivers\//.test(to) &&
        !/^media\/src\/drivers\//.test(from) &&
        !/^(platform\/src\/compose|simulation\/src)\//.test(from),
    );
    expect(outside).toEqual([]);
  });

  it('api imports kernel, the document, the media port and libraries', () => {
    expect(
      straying(/^api\//, [
        kernel,
        /^openapi\/generated\//,
        /^media\/src\/port\//,
        /^api\/src\//,
        /^(node:|@?[a-z])/,
      ]).concat(
        all
          .filter(({ from, to }) => from.startsWith('api/') && /^(workers|platform|simulation|tests)\//.test(to))
          .map((one) => `${one.from} imports ${one.to}`),
        all
          .filter(
            ({ from, to }) => from.startsWith('api/') && to.startsWith('media/') && !to.startsWith('media/src/port/'),
          )
          .map((one) => `${one.from} imports ${one.to}`),
      ),
    ).toEqual([]);
  });

  // Not features: what every feature stands on.
  const groundwork = /^api\/src\/(store|config|operation)\//;

  it('a feature uses another through its index.ts; types may come from any plain file', () => {
    const feature = (path: string) => /^api\/src\/([^/]+)\//.exec(path)?.[1];
    const around = all.filter(({ from, to, typeOnly }) => {
      const mine = feature(from);
      const theirs = feature(to);
      const past = !groundwork.test(to) && !/^api\/src\/[^/]+\/index\.ts$/.test(to);
      return mine && theirs && mine !== theirs && !typeOnly && past;
    });
    expect(around).toEqual([]);
  });

  it('features know what an operation is, and nothing of the server that serves them', () => {
    const above = /^api\/src\/(http\/|operation-handlers\.ts$)/;
    const upwards = all.filter(({ from, to }) => from.startsWith('api/') && above.test(to) && !above.test(from));
    expect(upwards).toEqual([]);
    const known = /^api\/src\/(http|operation|accounts|audit|config|failed-attempts|secrets|store)\//;
    const features = all.filter(
      ({ from, to }) => from.startsWith('api/src/http/') && to.startsWith('api/src/') && !known.test(to),
    );
    expect(features).toEqual([]);
  });

  it.each([
    ['mongoose', /(^|\/)mongo-[^/]*\.ts$|^platform\/src\/compose\//],
    ['ioredis', /(^|\/)(redis|bull)-[^/]*\.ts$|^platform\/src\/compose\//],
    ['bull', /(^|\/)bull-[^/]*\.ts$/],
    ['undici', /^api\/src\/outbound-http\//],
    ['express', /^api\/src\/http\//],
    ['express-openapi-validator', /^api\/src\/http\//],
  ])('%s is imported only by files that say so', (library, allowed) => {
    const elsewhere = all.filter(({ from, to, typeOnly }) => to === library && !typeOnly && !allowed.test(from));
    expect(elsewhere).toEqual([]);
  });

  it('workers know features by their index.ts only', () => {
    const inner = all.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith('workers/') && to.startsWith('api/') && !typeOnly && !/^api\/src\/[^/]+\/index\.ts$/.test(to),
    );
    expect(inner).toEqual([]);
  });

  // Also not by types alone: what two features need of each other belongs below both, or is said as a narrow interface by the lower one.
  it('no features need each other', () => {
    const needs = new Map<string, Set<string>>();
    const feature = (path: string) => /^api\/src\/([^/]+)\//.exec(path)?.[1];
    for (const { from, to } of all) {
      const [mine, theirs] = [feature(from), feature(to)];
      if (mine && theirs && mine !== theirs) needs.set(mine, (needs.get(mine) ?? new Set()).add(theirs));
    }
    expect(circlesOf(needs)).toEqual([
      ['accounts', 'operation'], // an account asks for every operation, and has some itself
      ['events', 'webhooks'], // events go out as webhooks, and an endpoint that is turned off is an event
    ]);
  });

  it('no files import each other in a circle', () => {
    expect(findCycle(all)).toBeUndefined();
  });
});

describe('the rules can fail', () => {
  const circle: Import[] = [
    { from: 'a.ts', to: 'b.ts', typeOnly: false },
    { from: 'b.ts', to: 'c.ts', typeOnly: false },
    { from: 'c.ts', to: 'a.ts', typeOnly: false },
  ];

  it('finds a circle', () => {
    expect(findCycle(circle)).toEqual(['a.ts', 'b.ts', 'c.ts', 'a.ts']);
  });

  it('finds all circles of what needs what', () => {
    const needs = { a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], f: ['g'], g: ['f', 'a'] };
    const circles = circlesOf(new Map(Object.entries(needs).map(([name, list]) => [name, new Set(list)])));
    expect(circles).toEqual([
      ['a', 'b', 'c'],
      ['f', 'g'],
    ]);
  });

  it('takes no circle of types for one', () => {
    expect(findCycle(circle.map((one) => ({ ...one, typeOnly: one.from === 'c.ts' })))).toBeUndefined();
  });
});
