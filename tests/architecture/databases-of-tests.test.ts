import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

it('no two test files share a Redis database: they run at the same time', () => {
  const owners = new Map<string, Set<string>>();
  const folders = ['contracts', 'journeys', 'security', 'docs', 'demo', 'interop'];
  const files = folders.flatMap((name) =>
    readdirSync(`${root}tests/${name}`, { recursive: true, encoding: 'utf8' }).map((path) => `tests/${name}/${path}`),
  );
  for (const file of files.filter((path) => path.endsWith('.ts'))) {
    for (const [, number] of readFileSync(root + file, 'utf8').matchAll(/redisDatabase: (\d+)/g)) {
      owners.set(number!, (owners.get(number!) ?? new Set()).add(file));
    }
  }
  expect(owners.size).toBeGreaterThan(20);
  const shared = [...owners].filter(([, files]) => files.size > 1).map(([number, files]) => [number, ...files]);
  expect(shared).toEqual([]);
});
