import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// Prints where a source file or folder is compiled to, seen from the root: media/src/sip -> media/dist/sip.
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = relative(root, resolve(process.argv[2])).replace(/\.ts$/, '.js');
const [workspace = '', ...rest] = path.split('/');
const config = join(root, workspace, 'tsconfig.json');
const rootDir = existsSync(config) ? JSON.parse(readFileSync(config, 'utf8')).compilerOptions.rootDir : '.';
const inner = rootDir === '.' ? rest : rest[0] === rootDir ? rest.slice(1) : rest;
console.log(rest[0] === 'dist' ? path : ['.', workspace, 'dist', ...inner].slice(1).join('/'));
