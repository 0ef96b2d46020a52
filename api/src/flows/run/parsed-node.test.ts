import { readDocument } from '@hookswitch/openapi/document';
import { flowNodeKinds } from '@hookswitch/openapi/flow-nodes';
import { describe, expect, it } from 'vitest';
import { defaultedFields } from './parsed-node.js';

describe('defaults of nodes', () => {
  it.each(flowNodeKinds)('of %s are those of the API description', (kind) => {
    const { schemas } = readDocument().components as {
      schemas: Record<string, { properties: Record<string, { default?: unknown }> }>;
    };
    const { properties } = schemas[`${kind[0]!.toUpperCase()}${kind.slice(1)}FlowNode`]!;
    const described = Object.keys(properties).filter((name) => properties[name]!.default !== undefined);
    const listed: readonly string[] = (defaultedFields as Record<string, readonly string[]>)[kind] ?? [];
    expect([...listed].sort()).toEqual(described.sort());
  });
});
