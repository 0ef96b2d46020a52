import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Prints docs/reference/ from the catalogue of errors and the API description: errors, operations, verbs, nodes of flows, events. The build runs it; a file is written only when it changes. (Settings: script/docs.)
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = (path) => join(root, path);
if (existsSync(built('openapi/dist/error-codes.js'))) {
  const { errorCatalogue } = await import(built('openapi/dist/error-codes.js'));
  const { readDocument } = await import(built('openapi/dist/document.js'));
  const note = '<!-- Printed by script/print-reference.mjs; change what it is printed from. -->\n\n';
  write('docs/reference/errors.md', note + printErrors(errorCatalogue));
  const document = readDocument();
  write('docs/reference/operations.md', note + printOperations(document));
  write('docs/reference/verbs.md', note + printVerbs(document));
  write('docs/reference/flows.md', note + printFlowNodes(document));
  write('docs/reference/events.md', note + printEvents(document));
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
        `| \`${method.toUpperCase()} ${path}\` | \`${operationId}\` | ${summary} | ${scope ? `\`${scope}\`` : 'none'} |`,
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

function printVerbs({ components: { schemas } }) {
  const sections = schemas.Verb.oneOf.flatMap(({ $ref }) => {
    const { properties, ...schema } = schemas[nameIn($ref)];
    const { verb, ...fields } = properties;
    return section(verb.enum[0], { ...schema, properties: fields }, schemas);
  });
  const about =
    'A script is a JSON list of verbs, which a call carries out one after another. Fields in bold are required.';
  return ['# Verbs', '', about, '', ...sections].join('\n');
}

function printFlowNodes({ components: { schemas } }) {
  const sections = schemas.FlowNode.oneOf.flatMap(({ $ref }) => {
    const { properties, ...schema } = schemas[nameIn($ref)];
    const { id, kind, label, exits, ...fields } = properties;
    const ways = Object.entries(exits?.properties ?? {}).map(([name, { description }]) => {
      const shown = exits.required?.includes(name) ? `**\`${name}\`**` : `\`${name}\``;
      return `| ${shown} | ${cell(description)} |`;
    });
    const table = ways.length > 0 ? ['| exit | |', '|---|---|', ...ways, ''] : [];
    return section(kind.enum[0], { ...schema, properties: fields }, schemas, table);
  });
  const about =
    'A flow is a JSON document, `{ "language": "en-US", "nodes": [ … ] }`. Each node has an `id`, a `kind`, a `label` for people if it likes, and `exits` that name nodes. Fields and exits in bold are required; an exit that leads nowhere hangs up unless it says otherwise. [The guide](../guides/flows.md) goes through one.';
  return ['# Nodes of flows', '', about, '', ...sections].join('\n');
}

/** A verb or node: what it does, its fields, more tables, an example. */
function section(name, { properties, required, description, examples }, schemas, more = []) {
  return [
    `## ${name}`,
    '',
    description,
    '',
    ...(Object.keys(properties).length > 0
      ? ['| field | value | default | |', '|---|---|---|---|', ...fieldRows(properties, required, schemas), '']
      : ['It has no fields.', '']),
    ...more,
    ...(examples ?? []).flatMap((example) => ['```json', JSON.stringify(example, null, 2), '```', '']),
  ];
}

function printEvents({ webhooks, components: { schemas } }) {
  const all = Object.entries(webhooks);
  const sections = all.flatMap(([type, { post }]) => {
    const { schema, example } = post.requestBody.content['application/json'];
    const { properties } = schemas[nameIn(schema.$ref)];
    const subject = ['call', 'contact', 'agent', 'conference'].find((each) => `${each}Id` in properties);
    const order = subject
      ? `About one ${subject}: it has \`${subject}Id\` and the gap-free \`sequence\`.`
      : 'About nothing of these: it has no `sequence`.';
    const shown = example ?? schemas[nameIn(schema.$ref)].examples?.[0];
    const block = shown ? ['```json', JSON.stringify(shown, null, 2), '```', ''] : [];
    return [`## ${type}`, '', `${post.summary}. ${post.description ?? ''}`.trim(), '', order, '', ...block];
  });
  const rows = all.map(([type, { post }]) => `| [\`${type}\`](#${type.replace(/[^\w-]/g, '')}) | ${post.summary} |`);
  return ['# Events', '', '| event | when |', '|---|---|', ...rows, '', ...sections].join('\n');
}

function fieldRows(fields, required = [], schemas) {
  return Object.entries(fields).map(([name, field]) => {
    const shown = required.includes(name) ? `**\`${name}\`**` : `\`${name}\``;
    const named = field.$ref ? schemas[nameIn(field.$ref)] : field;
    const standard = field.default ?? named.default;
    const cells = [shown, valueText(field, schemas), standard === undefined ? '' : `\`${JSON.stringify(standard)}\``];
    return `| ${[...cells, cell(field.description ?? named.description ?? '')].join(' | ')} |`;
  });
}

/** What a field holds, in a few words. */
function valueText(field, schemas) {
  if (field.$ref) return valueText(schemas[nameIn(field.$ref)], schemas);
  if (field.allOf) return valueText(field.allOf[0], schemas);
  if (field.enum) return field.enum.map((one) => `\`${one}\``).join(', ');
  if (field.oneOf ?? field.anyOf)
    return (field.oneOf ?? field.anyOf).map((one) => valueText(one, schemas)).join(' or ');
  if (field.type === 'array') return `list of ${valueText(field.items, schemas)}`;
  if (field.properties) return `{ ${Object.entries(field.properties).map(memberText).join(', ')} }`;
  const { minimum, maximum } = field;
  const range = minimum === undefined || maximum === undefined ? '' : ` ${minimum} to ${maximum}`;
  return `${[field.type ?? 'any'].flat().join(' or ')}${range}`;
}

/** A member of an object: its name, with its value where that is always the same. */
function memberText([name, { enum: values }]) {
  return values?.length === 1 ? `\`${name}: ${values[0]}\`` : `\`${name}\``;
}

function nameIn(ref) {
  return ref.split('/').at(-1);
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function write(path, text) {
  const target = join(root, path);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
