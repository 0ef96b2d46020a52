import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** One import statement: who imports what, and whether only types come in. */
export interface Import {
  /** Importing file, from the repository's root. */
  readonly from: string;
  /** A file of this repository, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+\s+from\s+)?'([^']+)';?/gm;
const dynamic = /\bimport\('([^']+)'\)/g;

/** The TypeScript sources of these folders, tests and their fixtures left out, as paths from `root`. */
export function sources(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts') && !/\.(test|fixture|d)\.ts$/.test(file))
      .map((file) => join(folder, file)),
  );
}

/** Every import of these files. `@hookswitch/x/y` and relative names become the source file they mean. */
export function imports(root: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const found: Import[] = [];
    for (const match of text.matchAll(statement)) {
      found.push({ from: file, to: resolve(file, match[2]!), typeOnly: match[1] !== undefined });
    }
    for (const match of text.matchAll(dynamic)) {
      found.push({ from: file, to: resolve(file, match[1]!), typeOnly: false });
    }
    return found;
  });
}

function resolve(from: string, specifier: string): string {
  const own = /^@hookswitch\/([^/]+)\/(.+)$/.exec(specifier);
  if (own) {
    const folder = own[1] === 'openapi' ? 'openapi/generated' : `${own[1]}/src`;
    return `${folder}/${own[2]}.ts`;
  }
  if (!specifier.startsWith('.')) return specifier;
  return relative('.', normalize(join(dirname(from), specifier))).replace(/\.js$/, '.ts');
}

/** The first cycle of value imports, as the files on it, or undefined. */
export function findCycle(all: readonly Import[]): string[] | undefined {
  const edges = new Map<string, string[]>();
  for (const { from, to, typeOnly } of all) {
    if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of edges.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Groups of names that need each other, each and all in order of the alphabet. `needs` holds what each needs itself. */
export function circlesOf(needs: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reachable = (from: string) => {
    const found = new Set<string>();
    const open = [from];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      for (const next of needs.get(name) ?? []) {
        if (!found.has(next)) open.push(next);
        found.add(next);
      }
    }
    return found;
  };
  const reach = new Map([...needs.keys()].map((name) => [name, reachable(name)]));
  const circles = new Map<string, string[]>();
  for (const [name, found] of reach) {
    const circle = [...found].filter((other) => reach.get(other)?.has(name)).sort();
    if (circle.length > 1) circles.set(circle.join(), circle);
  }
  return [...circles.values()].sort();
}
