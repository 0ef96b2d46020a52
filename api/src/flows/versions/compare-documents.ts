import type { Schema } from '@hookswitch/openapi/operations';
import type { FlowDraft } from '../document/flow-document.js';
import { kindOf } from '../document/kind-of.js';

type FieldChange = Schema<'FlowFieldChange'>;
type NodeChange = Schema<'FlowNodeChange'>;
type SentNode = Readonly<Record<string, unknown>>;

/** How two documents differ, node by node as their ids say; the order of the nodes means nothing. */
export function compareDocuments(before: FlowDraft, after: FlowDraft): Schema<'FlowDifference'> {
  const { nodes: nodesBefore, ...restBefore } = before;
  const { nodes: nodesAfter, ...restAfter } = after;
  const [old, fresh] = [byId(nodesBefore), byId(nodesAfter)];
  const changed: NodeChange[] = [];
  for (const [id, node] of fresh) {
    const was = old.get(id);
    const fields = was ? fieldChanges(was, node) : [];
    if (fields.length > 0) changed.push(nodeChange(id, node, fields));
  }
  return {
    added: [...fresh].filter(([id]) => !old.has(id)).map(([id, node]) => nodeChange(id, node)),
    removed: [...old].filter(([id]) => !fresh.has(id)).map(([id, node]) => nodeChange(id, node)),
    changed,
    fields: fieldChanges(restBefore, restAfter),
  };
}

function byId(nodes: readonly SentNode[]): ReadonlyMap<string, SentNode> {
  return new Map(nodes.map((node, index) => [typeof node.id === 'string' ? node.id : `#${index}`, node]));
}

function nodeChange(node: string, { kind }: SentNode, fields: FieldChange[] = []): NodeChange {
  return { node, kind: kindOf(kind) ?? '', fields };
}

/** Every value that differs, by its pointer; lists are compared place by place. */
function fieldChanges(before: unknown, after: unknown, field = ''): FieldChange[] {
  if (before === after) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => fieldChanges(own(before, name), own(after, name), `${field}/${escaped(name)}`));
}

function own(container: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(container, name) ? container[name] : undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** RFC 6901 3. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
