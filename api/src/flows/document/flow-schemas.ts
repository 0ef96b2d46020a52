import { type FlowNodeKind, flowNodeKinds } from '@hookswitch/openapi/flow-nodes';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { schemaValidators } from '../../scripting/index.js';

/** The validator of a kind of node; it fills defaults in. Compiled once, when it is first asked for. */
export const nodeValidator = validators();

/** Tells every fault of a node. As slow as a hostile node makes it, so only for small ones. */
export const thoroughNodeValidator = validators({ allErrors: true });

/** Compiles what looks at every node: it takes longer than a call may wait, so it is done before any comes. */
export function compileNodeSchemas(): void {
  for (const kind of flowNodeKinds) nodeValidator(kind);
}

/** The kind, where there is one of that name. */
export function kindOf(name: unknown): FlowNodeKind | undefined {
  return flowNodeKinds.find((kind) => kind === name);
}

function validators(options: { readonly allErrors?: boolean } = {}): (kind: FlowNodeKind) => ValidateFunction {
  let validatorOf: ReturnType<typeof schemaValidators> | undefined;
  return (kind) => {
    validatorOf ??= schemaValidators({ ...options, adapt: withoutLanguage });
    return validatorOf(`${kind[0]!.toUpperCase()}${kind.slice(1)}FlowNode`);
  };
}

/** A prompt that names no language is spoken in the flow's, not in that of scripts. */
function withoutLanguage(name: string, schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (name !== 'SayVerb') return schema;
  const { language, ...properties } = schema.properties as Record<string, Readonly<Record<string, unknown>>>;
  const { default: _default, ...withoutDefault } = language!;
  return { ...schema, properties: { ...properties, language: withoutDefault } };
}
