import { setImmediate } from 'node:timers/promises';
import { flowNodeValidators } from '@hookswitch/openapi/flow-node-validators';
import { thoroughFlowNodeValidators } from '@hookswitch/openapi/thorough-flow-node-validators';
import { schemaFault, shown } from '../../scripting/index.js';
import type { FlowNode } from './flow-document.js';
import { errorAt, type FlowFault, maxFaults } from './flow-fault.js';
import { kindOf } from './kind-of.js';
import type { ParsedFlow } from './parsed-flow.js';
import { promptLists } from './prompts.js';

/** Most nodes of a flow. */
export const maxNodes = 5000;

/** A document looked at node by node. */
export interface ParsedDocument {
  readonly language: string;
  /** In the document's order. */
  readonly nodes: readonly SentNode[];
  /** What does not fit the schemas. */
  readonly faults: readonly FlowFault[];
}

/** One node of a document as it was sent, with the defaults of its kind filled in. */
export interface SentNode {
  /** Undefined where it has none that could be one. */
  readonly id: string | undefined;
  readonly sent: object;
  /** Undefined where it does not fit its schema. */
  readonly node: FlowNode | undefined;
}

/** The event loop gets its turn after so many nodes. */
const nodesPerTurn = 250;
/** A node that holds more is told its first fault only: finding all of very many takes long. */
const thoroughBytes = 20_000;
const language = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;
const nodeId = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/**
 * Looks at each node of a document by the schema of its kind. Defaults are filled into the document that is given. Others get their turn in between, so that
 * a large document holds nobody up.
 */
export async function parseDocument(document: unknown): Promise<ParsedDocument> {
  const faults = documentFaults(document);
  const { nodes: list, language: named } = (document ?? {}) as { nodes?: unknown; language?: unknown };
  const spoken = typeof named === 'string' && language.test(named) ? named : 'en-US';
  const nodes: SentNode[] = [];
  if (!Array.isArray(list) || list.length > maxNodes) return { language: spoken, nodes, faults };
  for (const [index, sent] of list.entries()) {
    const parsed = parseNode(sent, index, faults);
    if (parsed) nodes.push(parsed);
    if (parsed?.node) speakIn(spoken, parsed.node);
    if (faults.length >= maxFaults) break;
    if (index % nodesPerTurn === nodesPerTurn - 1) await setImmediate();
  }
  return { language: spoken, nodes, faults };
}

/**
 * A document that was checked, as it runs.
 * @throws Error where it is none: a published version that this release does not understand any more
 */
export async function parseFlow(document: unknown): Promise<ParsedFlow> {
  const { language, nodes, faults } = await parseDocument(document);
  const [fault] = faults;
  if (fault) throw new Error(`The flow cannot be read: ${fault.node ?? ''}${fault.field} ${fault.message}`);
  const byId = new Map<string, FlowNode>();
  for (const { node } of nodes) if (node) byId.set(node.id, node);
  const start = nodes.find(({ node }) => node?.kind === 'start')?.node as FlowNode<'start'> | undefined;
  if (!start) throw new Error('The flow has no start.');
  return { language, start, nodes: byId };
}

function documentFaults(document: unknown): FlowFault[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return [errorAt(null, '', 'schema', 'must be an object with a list `nodes`.')];
  const faults: FlowFault[] = [];
  const { nodes, language: named, ...unknown } = document as Record<string, unknown>;
  if (!Array.isArray(nodes) || nodes.length === 0)
    faults.push(errorAt(null, '/nodes', 'schema', 'must be a list of nodes.'));
  else if (nodes.length > maxNodes)
    faults.push(errorAt(null, '/nodes', 'schema', `has ${nodes.length} nodes; at most ${maxNodes} are allowed.`));
  if (named !== undefined && (typeof named !== 'string' || named.length > 35 || !language.test(named)))
    faults.push(errorAt(null, '/language', 'schema', `must be a BCP 47 tag, not ${shown(named)}.`));
  for (const name of Object.keys(unknown).slice(0, 10))
    faults.push(errorAt(null, `/${name.slice(0, 100)}`, 'schema', 'is not a known field here.'));
  return faults;
}

function parseNode(sent: unknown, index: number, faults: FlowFault[]): SentNode | undefined {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    faults.push(errorAt(null, `/nodes/${index}`, 'schema', 'must be an object with `id` and `kind`.'));
    return undefined;
  }
  const { id: named, kind: kindName } = sent as { id?: unknown; kind?: unknown };
  const id = typeof named === 'string' && nodeId.test(named) ? named : undefined;
  const at = (field: string, message: string) => {
    const [node, prefix] = id === undefined ? [null, `/nodes/${index}`] : [id, ''];
    faults.push(errorAt(node, prefix + field, 'schema', message));
  };
  const kind = kindOf(kindName);
  if (kind === undefined) {
    at('/kind', kindName === undefined ? 'is missing.' : `is no kind of node: ${shown(kindName)}.`);
    return { id, sent, node: undefined };
  }
  const validate = flowNodeValidators[kind];
  if (validate(sent)) return { id, sent, node: sent as FlowNode };
  let { errors } = validate;
  if (JSON.stringify(sent).length <= thoroughBytes) {
    const thorough = thoroughFlowNodeValidators[kind];
    thorough(sent);
    errors = thorough.errors ?? errors;
  }
  for (const error of errors!.slice(0, maxFaults)) {
    const { pointer, message } = schemaFault(error, '');
    at(pointer, message);
  }
  return { id, sent, node: undefined };
}

/** Gives what is spoken the flow's language where it names none. */
function speakIn(language: string, node: FlowNode): void {
  if (node.kind === 'say') (node as { language?: string }).language ??= language;
  for (const [, prompts] of promptLists(node)) {
    for (const prompt of prompts) if (prompt.verb === 'say') (prompt as { language?: string }).language ??= language;
  }
}
