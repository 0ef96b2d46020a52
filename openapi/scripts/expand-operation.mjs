import { camelCase } from './sources.mjs';

const known = new Set([
  'path',
  'method',
  'summary',
  'description',
  'scope',
  'own',
  'public',
  'errors',
  'list',
  'query',
  'headers',
  'request',
  'responses',
  'deprecated',
]);

/** Errors every operation can answer with. */
const always = [
  'authentication-failed',
  'session-ended',
  'scope-missing',
  'account-suspended',
  'invalid-request',
  'resource-not-found',
  'rate-limited',
  'internal-error',
  'not-ready',
];
const onlyWithCredentials = ['authentication-failed', 'session-ended', 'scope-missing', 'account-suspended'];
const onWrites = ['idempotency-key-reused', 'idempotency-key-in-use'];
const onBodies = ['invalid-json', 'unsupported-media-type', 'body-too-large'];

/**
 * Turns one short operation file into a full OpenAPI operation. See `openapi/README.md` for the words of such a file.
 * @returns {{path: string, method: string, operation: object}}
 */
export function expandOperation({ path: file, name, folder, content }, schemas, catalogue) {
  const complain = (sentence) => {
    throw new Error(`${file}: ${sentence}`);
  };
  for (const key of Object.keys(content))
    if (!known.has(key)) complain(`'${key}' is not a word of an operation file; known are ${[...known].join(', ')}`);
  const { path, method, summary, description, list = false, request, deprecated, own } = content;
  const open = content.public === true;
  if (!path?.startsWith('/')) complain("'path' must begin with a slash");
  if (!['get', 'post', 'put', 'patch', 'delete'].includes(method))
    complain("'method' must be get, post, put, patch or delete");
  if (!summary) complain("'summary' is missing");
  if (!content.responses) complain("'responses' is missing");
  if (open && (path.includes('{') || content.scope || own))
    complain("a public operation has no path parameters, no 'scope' and no 'own'");
  const writes = method !== 'get';

  const common = open ? always.filter((code) => !onlyWithCredentials.includes(code)) : always;
  const errors = new Set([...common, ...(content.errors ?? [])]);
  if (writes && !open) for (const code of onWrites) errors.add(code);
  if (request) for (const code of onBodies) errors.add(code);
  if (list) errors.add('invalid-cursor');

  const responses = {};
  for (const [status, response] of Object.entries(content.responses)) {
    responses[status] = expandBody(response, schemas, status);
    responses[status].headers = {
      ...responses[status].headers,
      'Request-Id': { $ref: '#/components/headers/RequestId' },
    };
  }
  Object.assign(responses, problemResponses([...errors], catalogue, complain));

  return {
    path,
    method,
    operation: {
      operationId: camelCase(name),
      summary,
      ...(description && { description }),
      tags: [folder],
      ...(deprecated && { deprecated }),
      ...(open
        ? { security: [] }
        : { 'x-scope': content.scope ?? `${folder}:${writes ? 'write' : 'read'}`, ...(own && { 'x-own': own }) }),
      'x-error-codes': [...errors].sort(),
      parameters: [
        ...[...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
          name: parameter,
          in: 'path',
          required: true,
          schema: { $ref: `#/components/schemas/${parameter[0].toUpperCase()}${parameter.slice(1)}` },
        })),
        ...parameters('query', content.query),
        ...(list ? [{ $ref: '#/components/parameters/Limit' }, { $ref: '#/components/parameters/Cursor' }] : []),
        ...parameters('header', content.headers),
        ...(open ? [] : [{ $ref: '#/components/parameters/ActAs' }]),
        ...(writes && !open ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
      ],
      ...(request && { requestBody: { required: true, ...expandBody(request, schemas) } }),
      responses,
    },
  };
}

function parameters(where, map = {}) {
  return Object.entries(map).map(([name, { required = false, description, ...schema }]) => ({
    name,
    in: where,
    required,
    ...(description && { description }),
    // Clients need not encode the colons of a time.
    ...(where === 'query' && { allowReserved: true }),
    schema,
  }));
}

/** A schema's name stands for a JSON body of that schema; null for no body; an object is taken as OpenAPI has it. */
function expandBody(body, schemas, status) {
  const described = status === undefined ? {} : { description: body?.description ?? descriptions[status] ?? 'Done.' };
  if (body === null) return described;
  if (typeof body !== 'string') return { ...body, ...described };
  const example = schemas[body]?.examples?.[0];
  return {
    ...described,
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${body}` },
        ...(example !== undefined && { example }),
      },
    },
  };
}

const descriptions = {
  200: 'The answer.',
  201: 'Made.',
  202: 'Taken; it happens after the answer.',
  204: 'Done; there is nothing to say.',
};

function problemResponses(codes, catalogue, complain) {
  const byStatus = new Map();
  for (const code of codes.sort()) {
    const entry = catalogue.codes[code];
    if (!entry) complain(`error '${code}' is not in errors.yaml`);
    const status = entry.status ?? catalogue.kinds[entry.kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), { code, ...entry }]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, entries]) => [
        String(status),
        {
          description: entries.map((entry) => `\`${entry.code}\`: ${entry.title}.`).join('\n\n'),
          headers: { 'Request-Id': { $ref: '#/components/headers/RequestId' } },
          content: {
            'application/problem+json': {
              schema: { $ref: '#/components/schemas/Problem' },
              example: {
                type: `urn:hookswitch:error:${entries[0].code}`,
                title: entries[0].title,
                status,
                detail: entries[0].help,
                instance: 'RQ0192f0c1a2b37c3d8e4f5a6b7c8d9e0f',
                code: entries[0].code,
              },
            },
          },
        },
      ]),
  );
}
