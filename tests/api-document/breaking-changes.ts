import { compareSchemas, type SchemaNode, type Schemas } from './narrowed-schemas.js';

/** As much of an OpenAPI document as programs depend on. */
export interface DocumentShape {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Schemas;
    readonly parameters?: Readonly<Record<string, Parameter>>;
  };
}

interface Operation {
  readonly operationId: string;
  readonly 'x-scope'?: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Body & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Body>>;
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: SchemaNode }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: SchemaNode;
}

/** What a developer's backend answers with, and what it is asked: bodies that no path has. */
const scriptBodies = { Script: 'input', ScriptRequest: 'output' } as const;

/**
 * What a program written for the `old` document may stumble over with the new one, a sentence each. Additions are none: operations, optional fields of
 * requests, fields, values and events of answers.
 */
export function breakingChanges(old: DocumentShape, now: DocumentShape): readonly string[] {
  const faults: string[] = [];
  const compare = compareSchemas(old.components.schemas, now.components.schemas, faults);

  for (const [path, item] of Object.entries(old.paths)) {
    for (const [method, before] of Object.entries(item)) {
      const after = now.paths[path]?.[method];
      if (after) compareOperation(before, after);
      else faults.push(`${before.operationId} (${method.toUpperCase()} ${path}): is gone`);
    }
  }
  for (const [event, { post: before }] of Object.entries(old.webhooks)) {
    const after = now.webhooks[event]?.post;
    if (after) compareContent(`event ${event}`, before?.requestBody, after.requestBody, 'output');
    else faults.push(`event ${event}: is gone`);
  }
  for (const [name, direction] of Object.entries(scriptBodies)) {
    if (!old.components.schemas[name]) continue;
    const $ref = `#/components/schemas/${name}`;
    compare(name, { $ref }, { $ref }, direction);
  }
  return faults;

  function compareOperation(before: Operation, after: Operation): void {
    const id = before.operationId;
    if (after.operationId !== id) faults.push(`${id}: its operationId is now ${after.operationId}`);
    if (after['x-scope'] !== before['x-scope']) faults.push(`${id}: needs the scope ${after['x-scope']} now`);
    compareParameters(id, parametersOf(old, before), parametersOf(now, after));
    if (after.requestBody?.required && !before.requestBody?.required) faults.push(`${id}: needs a body now`);
    compareContent(`${id} request`, before.requestBody, after.requestBody, 'input');
    for (const [status, response] of Object.entries(before.responses)) {
      if (after.responses[status]) {
        compareContent(`${id} ${status}`, response, after.responses[status], 'output');
      } else faults.push(`${id}: the status ${status} is gone`);
    }
  }

  function compareParameters(id: string, before: readonly Parameter[], after: readonly Parameter[]): void {
    const same = (one: Parameter) => (other: Parameter) => other.name === one.name && other.in === one.in;
    for (const parameter of before) {
      const at = `${id} ${parameter.in} ${parameter.name}`;
      const kept = after.find(same(parameter));
      if (kept) compare(at, parameter.schema, kept.schema, 'input');
      else faults.push(`${at}: is gone`);
    }
    for (const parameter of after) {
      if (parameter.required && !before.find(same(parameter))?.required)
        faults.push(`${id} ${parameter.in} ${parameter.name}: is required now`);
    }
  }

  function compareContent(
    at: string,
    before: Body | undefined,
    after: Body | undefined,
    way: 'input' | 'output',
  ): void {
    for (const [type, { schema }] of Object.entries(before?.content ?? {})) {
      const kept = after?.content?.[type];
      if (!kept) faults.push(`${at}: the content type ${type} is gone`);
      else if (schema && kept.schema) compare(at, schema, kept.schema, way);
    }
  }
}

function parametersOf(document: DocumentShape, { parameters = [] }: Operation): readonly Parameter[] {
  return parameters.map((one) => ('$ref' in one ? document.components.parameters![one.$ref.split('/').at(-1)!]! : one));
}
