/** A JSON schema as our documents write it. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Schemas;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly [keyword: string]: unknown;
}

export type Schemas = Readonly<Record<string, SchemaNode>>;

/** `input` is what users send: it may only get wider. `output` is what they get: it may only get narrower, or have more fields and values. */
type Direction = 'input' | 'output';

type Compare = (at: string, before: SchemaNode, after: SchemaNode, direction: Direction) => void;

const lowerLimits = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const upperLimits = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;
/** What must not be new or different where users send something. */
const patterns = ['pattern', 'format', 'uniqueItems'] as const;

/** Compares schemas of two documents and pushes a sentence for every change that breaks somebody. Named schemas are compared once each way. */
export function compareSchemas(old: Schemas, now: Schemas, faults: string[]): Compare {
  const seen = new Set<string>();

  const compare: Compare = (at, before, after, direction) => {
    const pair = `${before.$ref ?? ''} ${after.$ref ?? ''} ${direction}`;
    if (before.$ref && after.$ref) {
      if (seen.has(pair)) return;
      seen.add(pair);
    }
    const place = before.$ref ? nameOf(before.$ref) : at;
    compareNodes(place, resolve(old, before), resolve(now, after), direction);
  };

  function compareNodes(at: string, before: SchemaNode, after: SchemaNode, direction: Direction): void {
    const fault = (sentence: string) => faults.push(`${at}: ${sentence}`);
    compareTypes(before, after, direction, fault);
    compareValues(before, after, direction, fault);
    if (direction === 'input') compareLimits(before, after, fault);
    compareFields(at, before, after, direction, fault);
    compareBranches(at, before, after, direction, fault);
    if (before.items && after.items) compare(`${at}[]`, before.items, after.items, direction);
  }

  function compareFields(
    at: string,
    before: SchemaNode,
    after: SchemaNode,
    direction: Direction,
    fault: (sentence: string) => void,
  ): void {
    for (const [name, schema] of Object.entries(before.properties ?? {})) {
      const kept = after.properties?.[name];
      if (kept) compare(`${at}.${name}`, schema, kept, direction);
      else fault(`the field ${name} is gone`);
    }
    if (direction === 'input') {
      for (const name of missing(after.required, before.required)) fault(`the field ${name} is required now`);
      if (after.additionalProperties === false && before.additionalProperties !== false) {
        fault('takes no other fields now');
      }
    } else {
      for (const name of missing(before.required, after.required)) {
        if (after.properties?.[name]) fault(`the field ${name} may be absent now`);
      }
    }
    if (isSchema(before.additionalProperties) && isSchema(after.additionalProperties)) {
      compare(`${at}.*`, before.additionalProperties, after.additionalProperties, direction);
    }
  }

  function compareBranches(
    at: string,
    before: SchemaNode,
    after: SchemaNode,
    direction: Direction,
    fault: (sentence: string) => void,
  ): void {
    if (!before.oneOf) {
      if (after.oneOf && direction === 'input') fault('takes only certain shapes now');
      return;
    }
    const branches = new Map((after.oneOf ?? [after]).map((branch, index) => [branchName(branch, index), branch]));
    for (const [index, branch] of before.oneOf.entries()) {
      const name = branchName(branch, index);
      const kept = branches.get(name);
      if (kept) compare(`${at}<${name}>`, branch, kept, direction);
      else fault(`the shape ${name} is gone`);
    }
  }

  return compare;
}

function compareTypes(before: SchemaNode, after: SchemaNode, way: Direction, fault: (sentence: string) => void): void {
  const [narrow, wide] = way === 'input' ? [before, after] : [after, before];
  const wideTypes = typesOf(wide);
  if (!wideTypes || before.oneOf || after.oneOf) return;
  const lost = (typesOf(narrow) ?? ['anything']).filter(
    (type) => !wideTypes.includes(type) && !(type === 'integer' && wideTypes.includes('number')),
  );
  if (lost.length > 0)
    fault(way === 'input' ? `takes no ${lost.join(', ')} any more` : `may be ${lost.join(', ')} now`);
}

/** A value that is gone breaks both ways: nobody may send it, or a program waits for it in vain. */
function compareValues(before: SchemaNode, after: SchemaNode, way: Direction, fault: (sentence: string) => void): void {
  if (before.enum && after.enum) {
    for (const value of missing(before.enum, after.enum)) fault(`the value ${JSON.stringify(value)} is gone`);
  }
  if (!before.enum && after.enum && way === 'input') fault('takes only certain values now');
  if (before.enum && !after.enum && way === 'output') fault('is no longer one of certain values');
}

function compareLimits(before: SchemaNode, after: SchemaNode, fault: (sentence: string) => void): void {
  const limit = (node: SchemaNode, keyword: string) => node[keyword] as number | undefined;
  for (const keyword of lowerLimits) {
    const [was, is] = [limit(before, keyword), limit(after, keyword)];
    if (is !== undefined && is > (was ?? Number.NEGATIVE_INFINITY)) fault(`${keyword} is ${is} now`);
  }
  for (const keyword of upperLimits) {
    const [was, is] = [limit(before, keyword), limit(after, keyword)];
    if (is !== undefined && is < (was ?? Number.POSITIVE_INFINITY)) fault(`${keyword} is ${is} now`);
  }
  for (const keyword of patterns) {
    const [was, is] = [before[keyword], after[keyword]];
    if (is !== undefined && is !== false && is !== was) fault(`${keyword} is ${String(is)} now`);
  }
}

function branchName(branch: SchemaNode, index: number): string {
  return branch.$ref ? nameOf(branch.$ref) : `number ${index + 1}`;
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1)!;
}

/** The schema behind a reference, with what stands beside it. */
function resolve(schemas: Schemas, node: SchemaNode): SchemaNode {
  if (!node.$ref) return node;
  const { $ref, ...beside } = node;
  return { ...resolve(schemas, schemas[nameOf($ref)]!), ...beside };
}

function typesOf({ type }: SchemaNode): readonly string[] | undefined {
  return type === undefined ? undefined : [type].flat();
}

function isSchema(value: unknown): value is SchemaNode {
  return value !== null && typeof value === 'object';
}

function missing<Value>(wanted: readonly Value[] = [], there: readonly Value[] = []): readonly Value[] {
  return wanted.filter((value) => !there.includes(value));
}
