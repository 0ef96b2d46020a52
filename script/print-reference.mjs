import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Prints `.env.example` and docs/reference/ from the settings table, the catalogue of errors and the API description. The build runs it; a file is written only when it changes.
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = (path) => join(root, path);
if (existsSync(built('api/dist/config/settings.js')) && existsSync(built('openapi/dist/error-codes.js'))) {
  const { printEnvExample, printSettingsReference } = await import(built('api/dist/config/settings.js'));
  const { errorCatalogue } = await import(built('openapi/dist/error-codes.js'));
  const { readDocument } = await import(built('openapi/dist/document.js'));
  const note = '<!-- Printed by script/print-reference.mjs; change what it is printed from. -->\n\n';
  write(
    '.env.example',
    `# Every setting with its default. Copy to .env and take the # away from what you change.\n\n${printEnvExample()}`,
  );
  write('docs/reference/settings.md', note + printSettingsReference());
  write('docs/reference/errors.md', note + printErrors(errorCatalogue));
  write('docs/reference/operations.md', note + printOperations(readDocument()));
}

function printErrors(catalogue) {
  const rows = Object.entries(catalogue)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { status, title, help }]) => `| \`${code}\` | ${status} | ${title} | ${help} |`);
  return ['# Errors', '', '| code | status | what happened | what to do |', '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

function printOperations({ paths }) {
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, { operationId, summary, 'x-scope': scope }]) =>
        `| \`${method.toUpperCase()} ${path}\` | \`${operationId}\` | ${summary} | \`${scope}\` |`,
    ),
  );
  return [
    '# Operations',
    '',
    'The full description, with every field and example, is served at `/openapi.json`.',
    '',
    '| request | operation | what it does | scope of the key |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function write(path, text) {
  const target = join(root, path);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
