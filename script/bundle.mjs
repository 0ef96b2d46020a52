// Puts the compiled platform and its packages into a few files in platform/dist/bundle, which load in a third of the time that the 2,700 files in them take
// (docs/decisions/0028-the-platform-starts-from-a-bundle.md). `platform/start.sh` runs them while they are newer than what was compiled.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, 'platform/dist/bundle');
const draft = `${bundle}.draft`;

/** What a module finds beside itself (the file of a thread, the description of the API, a package's version) it still finds: it is told its own place, relative to the bundle. */
const inItsPlace = {
  name: 'in-its-place',
  load(id) {
    if (!id.startsWith(root) || !/\.[cm]?js$/.test(id)) return null;
    const path = relative(bundle, id);
    const url = `new URL(${JSON.stringify(path)}, import.meta.url).href`;
    const code = readFileSync(id, 'utf8').replaceAll('import.meta.url', url);
    if (!id.includes('/node_modules/')) return { code, map: readFileSync(`${id}.map`, 'utf8') };
    return { code: withFolder(code, path), map: { version: 3, sources: [], names: [], mappings: '' } };
  },
};

/** On the first line, so that the others keep their numbers. */
function withFolder(code, path) {
  if (!/\b__(dirname|filename)\b/.test(code)) return code;
  return `var __filename = __inBundle(${JSON.stringify(path)}), __dirname = __inBundle(${JSON.stringify(dirname(path))}); ${code}`;
}

/** Which line of which source a line is from, and no columns: Node.js unfolds the whole map at the first error, which took 0.1 s with them. */
function keepLinesOnly(file) {
  const map = JSON.parse(readFileSync(file, 'utf8'));
  const lines = decode(map.mappings).map((segments) => segments.slice(0, 1));
  writeFileSync(file, JSON.stringify({ ...map, names: [], mappings: encode(lines.map(withoutNames)) }));
}

const withoutNames = (segments) => segments.map((segment) => segment.slice(0, 4));

const compiled = ['kernel', 'openapi', 'media', 'api', 'workers', 'platform'];
const startedAt = Date.now();
rmSync(draft, { recursive: true, force: true });
const build = await rolldown({
  input: { main: join(root, 'platform/dist/main.js') },
  platform: 'node',
  plugins: [inItsPlace],
});
await build.write({
  dir: draft,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // What is read less is parsed sooner: comments are a fifth of it, and text beyond ASCII would make two bytes of every letter.
  comments: false,
  charset: 'ascii',
  sourcemap: true,
  sourcemapExcludeSources: true,
  banner: "const __inBundle = (path) => process.getBuiltinModule('node:path').join(import.meta.dirname, path);",
});
for (const file of readdirSync(draft)) if (file.endsWith('.map')) keepLinesOnly(join(draft, file));
// What was compiled meanwhile may be in it by half.
if (compiled.some((name) => statSync(join(root, name, 'tsconfig.tsbuildinfo')).mtimeMs > startedAt)) {
  rmSync(draft, { recursive: true });
  console.error(
    'script/bundle.mjs: something was compiled meanwhile; the platform starts without a bundle until the next script/build',
  );
} else {
  rmSync(bundle, { recursive: true, force: true });
  renameSync(draft, bundle);
}
