import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The folder that holds `openapi.yaml`. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every YAML file under a folder: its path, its name without ending, the folder it stands in, and what it says. */
export function yamlFiles(folder) {
  return filesUnder(join(root, folder), '.yaml').map((path) => ({
    path: relative(root, path),
    name: basename(path, '.yaml'),
    folder: basename(dirname(path)),
    content: readYaml(path),
  }));
}

export function readYaml(path) {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${relative(root, path)}: ${error.message}`);
  }
}

/** Changes when anything changes that the generated files depend on. */
export function inputsHash() {
  const hash = createHash('sha256');
  const files = [
    join(root, 'openapi.yaml'),
    join(root, 'errors.yaml'),
    ...['paths', 'schemas', 'verbs', 'flow-nodes', 'webhooks'].flatMap((folder) =>
      filesUnder(join(root, folder), '.yaml'),
    ),
    ...filesUnder(join(root, 'scripts'), '.mjs'),
  ];
  for (const path of files) hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function filesUnder(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** `create-call` -> `CreateCall`. */
export function pascalCase(name) {
  return name.replace(/(^|[-.])([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
}

/** `create-call` -> `createCall`. */
export function camelCase(name) {
  const pascal = pascalCase(name);
  return pascal[0].toLowerCase() + pascal.slice(1);
}
