import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { shape } from './shape.mjs';
import { root } from './sources.mjs';

// Keeps what programs depend on in the document of today, as `released/v<version>.json`: `node openapi/scripts/release.mjs 0.2`. With each release, once.
const version = process.argv[2] ?? '';
if (!/^\d+\.\d+$/.test(version)) {
  console.error('Give the version that is released, such as 0.2.');
  process.exit(1);
}
const { paths, webhooks, components } = shape(bundle().document);
mkdirSync(join(root, 'released'), { recursive: true });
const text = JSON.stringify({ paths, webhooks, components }, null, 1);
writeFileSync(join(root, 'released', `v${version}.json`), `${text}\n`, { flag: 'wx' });
