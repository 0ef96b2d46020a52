import { join } from 'node:path';
import { expandOperation } from './expand-operation.mjs';
import { camelCase, pascalCase, readYaml, root, yamlFiles } from './sources.mjs';

/**
 * Joins the files under `openapi/` into one OpenAPI 3.1 document. Names come from file names: `schemas/calls/create-call-request.yaml` is the schema
 * `CreateCallRequest`, `verbs/say.yaml` is `SayVerb`, `flow-nodes/say.yaml` is `SayFlowNode`, `webhooks/call.initiated.yaml` is the webhook `call.initiated` with the schema
 * `CallInitiatedEvent`, `paths/calls/create-call.yaml` is the operation `createCall` with the tag `calls`.
 * @returns {{document: object, catalogue: object, verbNames: string[], flowNodeKinds: string[], eventTypes: string[]}}
 */
export function bundle() {
  const document = readYaml(join(root, 'openapi.yaml'));
  const catalogue = readYaml(join(root, 'errors.yaml'));
  const schemas = {};
  const define = (name, schema, path) => {
    if (schemas[name]) throw new Error(`${path}: a schema named ${name} exists already; file names must differ`);
    schemas[name] = schema;
  };

  for (const file of yamlFiles('schemas')) define(pascalCase(file.name), file.content, file.path);
  const verbs = yamlFiles('verbs');
  for (const file of verbs) define(`${pascalCase(file.name)}Verb`, file.content, file.path);
  if (verbs.length > 0) {
    define(
      'Verb',
      union(
        verbs.map((file) => [camelCase(file.name), `${pascalCase(file.name)}Verb`]),
        'verb',
      ),
      'verbs',
    );
    schemas.Verb.description = 'One step of a script.';
  }

  const flowNodes = yamlFiles('flow-nodes');
  for (const file of flowNodes) define(`${pascalCase(file.name)}FlowNode`, file.content, file.path);
  define(
    'FlowNode',
    union(
      flowNodes.map((file) => [camelCase(file.name), `${pascalCase(file.name)}FlowNode`]),
      'kind',
    ),
    'flow-nodes',
  );
  schemas.FlowNode.description = 'One node of a flow.';

  const webhooks = yamlFiles('webhooks');
  for (const file of webhooks) define(`${pascalCase(file.name)}Event`, eventSchema(file), file.path);
  if (webhooks.length > 0) {
    define(
      'Event',
      union(
        webhooks.map((file) => [file.name, `${pascalCase(file.name)}Event`]),
        'type',
      ),
      'webhooks',
    );
    schemas.Event.description = 'One event, as a webhook carries it and as the event list shows it.';
    schemas.Event.examples = webhooks.flatMap((file) => file.content.example ?? []).slice(0, 1);
    define(
      'EventType',
      { type: 'string', description: 'Name of an event.', enum: webhooks.map((file) => file.name) },
      'webhooks',
    );
  }

  const operations = yamlFiles('paths').map((file) => expandOperation(file, schemas, catalogue));
  const scopes = ['*', ...new Set(operations.flatMap(({ operation }) => operation['x-scope'] ?? []))].sort();
  define('Scope', { type: 'string', description: 'What a key may do. `*` is everything.', enum: scopes }, 'paths');

  const paths = {};
  for (const { path, method, operation } of operations) {
    const item = (paths[path] ??= {});
    if (item[method])
      throw new Error(`${operation.operationId}: ${method} ${path} is ${item[method].operationId} already`);
    item[method] = operation;
  }

  document.paths = sorted(paths);
  document.webhooks = Object.fromEntries(webhooks.map((file) => [file.name, webhookItem(file)]));
  document.components.schemas = sorted(schemas);
  document.tags = [...new Set(operations.map(({ operation }) => operation.tags[0]))].sort().map((name) => ({ name }));
  addLists(document);
  return {
    document,
    catalogue,
    verbNames: verbs.map((file) => camelCase(file.name)),
    flowNodeKinds: flowNodes.map((file) => camelCase(file.name)),
    eventTypes: webhooks.map((file) => file.name),
  };
}

/** A `oneOf` told apart by a property with a one-value enum in each branch. */
function union(members, propertyName) {
  return {
    oneOf: members.map(([, schema]) => ref(schema)),
    discriminator: {
      propertyName,
      mapping: Object.fromEntries(members.map(([value, schema]) => [value, `#/components/schemas/${schema}`])),
    },
  };
}

/** What an event can be about: what the envelope calls it, and the schema of its id. */
const subjects = {
  call: { name: 'callId', schema: 'CallId' },
  contact: { name: 'contactId', schema: 'ContactId' },
  agent: { name: 'agentId', schema: 'AgentId' },
  conference: { name: 'conferenceId', schema: 'ConferenceId' },
};

/** The envelope around an event's `data`. An event about one of `subjects` says so with `about` and carries its id and a gap-free sequence. */
function eventSchema({ name, path, content }) {
  if (!content.data) throw new Error(`${path}: say what the event carries under 'data'`);
  const subject = content.about && subjects[content.about];
  if (content.about && !subject) throw new Error(`${path}: 'about' is one of ${Object.keys(subjects).join(', ')}`);
  return {
    type: 'object',
    description: content.description ?? content.summary,
    required: ['id', 'type', 'timestamp', 'accountId', ...(subject ? [subject.name, 'sequence'] : []), 'data'],
    additionalProperties: false,
    properties: {
      id: ref('EventId'),
      type: { type: 'string', enum: [name] },
      timestamp: ref('Timestamp'),
      accountId: ref('AccountId'),
      ...(subject && {
        [subject.name]: ref(subject.schema),
        sequence: { type: 'integer', minimum: 1, description: `Counts this ${content.about}'s events, without a gap.` },
      }),
      data: content.data,
    },
    ...(content.example && { examples: [content.example] }),
  };
}

function webhookItem({ name, content }) {
  return {
    post: {
      operationId: `${camelCase(name)}Webhook`,
      summary: content.summary,
      ...(content.description && { description: content.description }),
      tags: ['webhooks'],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: ref(`${pascalCase(name)}Event`),
            ...(content.example && { example: content.example }),
          },
        },
      },
      responses: { '2XX': { description: 'Taken. Anything else is tried again.' } },
    },
  };
}

/** Makes `FooList` (a page of `Foo`) for every reference to one that no file defines. */
function addLists(document) {
  const schemas = document.components.schemas;
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)List"/g)) {
    if (schemas[`${name}List`]) continue;
    if (!schemas[name]) throw new Error(`${name}List is referred to, but there is no schema ${name}`);
    const example = schemas[name].examples?.[0];
    schemas[`${name}List`] = {
      type: 'object',
      description: 'One page, newest first.',
      required: ['items', 'nextCursor'],
      additionalProperties: false,
      properties: {
        items: { type: 'array', items: ref(name) },
        nextCursor: {
          type: ['string', 'null'],
          description: 'Give it as `cursor` for the next page; null on the last.',
        },
      },
      ...(example && { examples: [{ items: [example], nextCursor: null }] }),
    };
    for (const item of Object.values(document.paths)) {
      for (const operation of Object.values(item)) {
        for (const response of Object.values(operation.responses)) {
          const media = response.content?.['application/json'];
          if (media?.schema?.$ref === `#/components/schemas/${name}List` && example && media.example === undefined) {
            media.example = { items: [example], nextCursor: null };
          }
        }
      }
    }
  }
  document.components.schemas = sorted(schemas);
}

function ref(name) {
  return { $ref: `#/components/schemas/${name}` };
}

function sorted(map) {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
