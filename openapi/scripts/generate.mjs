import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { checkRules } from './rules.mjs';
import { inputsHash, root } from './sources.mjs';
import { flowNodeValidators, verbValidators } from './validators.mjs';

// Writes openapi/generated/ from the YAML files, and does nothing when none of them changed. `--force` does it anyway.
const generated = join(root, 'generated');
const stamp = join(generated, '.inputs');
const hash = inputsHash();
if (process.argv.includes('--force') || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  const { document, catalogue, verbNames, flowNodeKinds, eventTypes } = bundle();
  const faults = checkRules(document);
  if (faults.length > 0) {
    console.error(
      `The API description breaks ${faults.length} rule(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    process.exit(1);
  }
  mkdirSync(generated, { recursive: true });
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const types = astToString(await openapiTS(document, { defaultNonNullable: false }));
  write('openapi.json', `${JSON.stringify(document, null, 1)}\n`);
  write('types.ts', `// @generated from openapi/ by openapi/scripts/generate.mjs\n${types}`);
  write('operations.ts', operationsModule(document));
  write('error-codes.ts', errorCodesModule(catalogue));
  write('verbs.ts', verbsModule(verbNames));
  write('flow-nodes.ts', flowNodesModule(flowNodeKinds));
  write('verb-validators.ts', verbValidators(document, verbNames));
  write('flow-node-validators.ts', flowNodeValidators(document, flowNodeKinds, 'flowNodeValidators', false));
  write(
    'thorough-flow-node-validators.ts',
    flowNodeValidators(document, flowNodeKinds, 'thoroughFlowNodeValidators', true),
  );
  write('event-types.ts', eventTypesModule(eventTypes));
  write('document.ts', documentModule());
  write('.inputs', hash);
  console.log(
    `openapi: ${Object.keys(document.components.schemas).length} schemas, ${operationEntries(document).length} operations generated`,
  );
}

/** Writes a file only when it says something new, and never half of it. */
function write(name, text) {
  const path = join(generated, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

function operationEntries(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

function operationsModule(document) {
  const resolve = (parameter) =>
    parameter.$ref ? document.components.parameters[parameter.$ref.split('/').at(-1)] : parameter;
  const entries = operationEntries(document).map(({ path, method, operation }) => {
    const parameters = operation.parameters.map(resolve);
    const contentTypes = Object.keys(operation.requestBody?.content ?? {});
    const entry = {
      method,
      path,
      tag: operation.tags[0],
      scope: operation['x-scope'] ?? null,
      own: operation['x-own'] ?? null,
      headers: parameters.filter((parameter) => parameter.in === 'header').map((parameter) => parameter.name),
      pathParameters: parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name),
      body: contentTypes.length === 0 ? 'none' : contentTypes.includes('application/json') ? 'json' : 'binary',
      contentTypes,
      statuses: Object.keys(operation.responses).map(Number),
      errorCodes: operation['x-error-codes'],
    };
    return `  ${operation.operationId}: ${JSON.stringify(entry)},`;
  });
  const ids = operationEntries(document).map(({ operation }) => operation.operationId);
  const publicIds = operationEntries(document).flatMap(({ operation }) =>
    operation['x-scope'] === undefined ? [operation.operationId] : [],
  );
  return `// @generated from openapi/ by openapi/scripts/generate.mjs
import type { components } from './types.js';

/** Name of an operation of the API. */
export type OperationId =
${ids.map((id) => `  | '${id}'`).join('\n')};

/** An operation that needs no credentials. */
export type PublicOperationId = ${publicIds.map((id) => `'${id}'`).join(' | ') || 'never'};

/** A named schema of the API description. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** What the router must know of an operation. */
export interface OperationEntry {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** The feature it belongs to. */
  readonly tag: string;
  /** What a key or a role needs for it. Null: it is public, for those who have no credentials yet. */
  readonly scope: Schema<'Scope'> | null;
  /**
   * How agents whose role has the scope only for what is their own are held to it. agentId: the parameter of that name must be the agent. handler: the
   * operation's handler sees to it. Null: such agents may not use it.
   */
  readonly own: 'agentId' | 'handler' | null;
  readonly headers: readonly string[];
  readonly pathParameters: readonly string[];
  readonly body: 'none' | 'json' | 'binary';
  readonly contentTypes: readonly string[];
  readonly statuses: readonly number[];
  readonly errorCodes: readonly string[];
}

export const operationTable: Readonly<Record<OperationId, OperationEntry>> = {
${entries.join('\n')}
};
`;
}

function errorCodesModule({ kinds, codes }) {
  const entries = Object.entries(codes).map(([code, entry]) => {
    const status = entry.status ?? kinds[entry.kind];
    return `  '${code}': ${JSON.stringify({ kind: entry.kind, status, title: entry.title, help: entry.help })},`;
  });
  return `// @generated from openapi/errors.yaml by openapi/scripts/generate.mjs

/** Every error code the API answers with: its kind, HTTP status, title and what to do. */
export const errorCatalogue = {
${entries.join('\n')}
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** The HTTP status of a kind of failure. */
export const statusOfKind = ${JSON.stringify(kinds)} as const;
`;
}

function flowNodesModule(kinds) {
  const members = kinds.map((kind) => `  ${kind}: Schema<'${kind[0].toUpperCase()}${kind.slice(1)}FlowNode'>;`);
  return `// @generated from openapi/flow-nodes/ by openapi/scripts/generate.mjs
import type { Schema } from './operations.js';

/** Each kind of node of a flow, as the document has it. */
export interface FlowNodes {
${members.join('\n')}
}

export type FlowNodeKind = keyof FlowNodes;

export const flowNodeKinds: readonly FlowNodeKind[] = ${JSON.stringify(kinds)};
`;
}

function verbsModule(names) {
  const members = names.map((name) => `  ${name}: Schema<'${name[0].toUpperCase()}${name.slice(1)}Verb'>;`);
  return `// @generated from openapi/verbs/ by openapi/scripts/generate.mjs
import type { Schema } from './operations.js';

/** Each verb's name and payload. */
export interface VerbPayloads {
${members.join('\n')}
}

export type VerbName = keyof VerbPayloads;
export type Verb = VerbPayloads[VerbName];

export const verbNames: readonly VerbName[] = ${JSON.stringify(names)};
${names.length === 0 ? "\nexport type NoVerbs = Schema<'Problem'>;\n" : ''}`;
}

function eventTypesModule(types) {
  const schemaOf = (type) => `${type.replace(/(^|[-.])([a-z0-9])/g, (_, __, letter) => letter.toUpperCase())}Event`;
  const members = types.map((type) => `  '${type}': Schema<'${schemaOf(type)}'>;`);
  return `// @generated from openapi/webhooks/ by openapi/scripts/generate.mjs
import type { Schema } from './operations.js';

/** Each event's type and envelope, as webhooks carry it. */
export interface EventPayloads {
${members.join('\n')}
}

export type EventType = keyof EventPayloads;
export type ApiEvent = EventPayloads[EventType];

export const eventTypes: readonly EventType[] = ${JSON.stringify(types)};
${types.length === 0 ? "\nexport type NoEvents = Schema<'Problem'>;\n" : ''}`;
}

function documentModule() {
  return `// @generated by openapi/scripts/generate.mjs
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the bundled OpenAPI 3.1 document lies. */
export const documentPath = fileURLToPath(new URL('../generated/openapi.json', import.meta.url));

/** As much of an OpenAPI document as programs here look into. */
export interface ApiDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Record<string, unknown>>>;
  webhooks: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, Record<string, unknown>> } & Record<string, unknown>;
}

/** The bundled document, read afresh: the caller may change its copy. */
export function readDocument(): ApiDocument {
  return JSON.parse(readFileSync(documentPath, 'utf8')) as ApiDocument;
}
`;
}
