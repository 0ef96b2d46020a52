import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Ends with 0 where node_modules holds what package-lock.json asks for, and with 1 where `npm ci` has work to do.
const root = dirname(dirname(fileURLToPath(import.meta.url)));

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

const wanted = packagesIn('package-lock.json');
const installed = packagesIn('node_modules/.package-lock.json');
const missing = Object.entries(wanted ?? {}).filter(
  ([path, { version, optional, devOptional }]) =>
    path.includes('node_modules/') && !optional && !devOptional && installed?.[path]?.version !== version,
);
process.exitCode = wanted && installed && missing.length === 0 ? 0 : 1;
