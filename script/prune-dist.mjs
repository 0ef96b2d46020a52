import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// Removes compiled files whose TypeScript source is gone, so that no test runs code that no longer exists.
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = /(\.d\.ts|\.js)(\.map)?$/;

for (const workspace of JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces) {
  const config = join(root, workspace, 'tsconfig.json');
  const dist = join(root, workspace, 'dist');
  if (!existsSync(config) || !existsSync(dist)) continue;
  const { rootDir } = JSON.parse(readFileSync(config, 'utf8')).compilerOptions;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !output.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const source = join(root, workspace, rootDir, relative(dist, path).replace(output, '.ts'));
    if (!existsSync(source)) rmSync(path);
  }
}
