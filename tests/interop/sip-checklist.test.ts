import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(`${root}docs/sip-checklist.md`, 'utf8');
const files = new Map([...page.matchAll(/^\| ([A-Z-]+) \| `([^`]+)` \|$/gm)].map(([, key, path]) => [key!, path!]));
const rows = page.split('\n').filter((line) => (line.match(/ \| /g) ?? []).length === 2 && line.includes('`'));
const proofs = rows.flatMap((row) =>
  [...row.matchAll(/`([A-Z-]+): ([^`]+)`/g)].map(([, key, name]) => ({ key: key!, name: name! })),
);

describe('docs/sip-checklist.md', () => {
  it('has rows, each with a proof', () => {
    expect(files.size).toBeGreaterThan(20);
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => !/`[A-Z-]+: /.test(row))).toEqual([]);
  });

  it.each([...files])('%s: %s is there', (_key, path) => {
    expect(existsSync(root + path)).toBe(true);
  });

  it.each(proofs)('$key has the test “$name”', ({ key, name }) => {
    const path = files.get(key);
    expect(path, key).toBeDefined();
    const source = readFileSync(root + path, 'utf8').replaceAll("\\'", "'");
    expect(source.includes(name)).toBe(true);
  });
});
