import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Prints docs/reference/ from the catalogue of errors and the API description. The build runs it; a file is written only when it changes. (Settings: script/docs.)
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = (path) => join(root, path);
if (existsSync(built('openapi/dist/error-codes.js'))) {
  const { errorCatalogue } = await import(built('openapi/dist/error-codes.js'));
  const { readDocument } = await import(built('openapi/dist/document.js'));
  const note = '<!-- Printed by script/print-reference.mjs; change what it is printed from. -->\n\n';
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
