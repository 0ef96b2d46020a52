import { shown } from '../../scripting/index.js';
import type { FlowNode } from '../document/flow-document.js';
import { errorAt, type FlowFault, warningAt } from '../document/flow-fault.js';
import { type FlowGraph, reach } from './flow-graph.js';
import { loops } from './loops.js';

/** One start, ids that are there once, exits that lead somewhere, nodes that are come to, and an end. */
export function checkGraph(graph: FlowGraph): readonly FlowFault[] {
  return [
    ...startFaults(graph),
    ...duplicateIds(graph),
    ...danglingEdges(graph),
    ...unreachableNodes(graph),
    ...endlessParts(graph),
  ];
}

function startFaults({ nodes }: FlowGraph): readonly FlowFault[] {
  const starts = nodes.filter(({ sent }) => (sent as { kind?: unknown }).kind === 'start');
  if (starts.length === 0) return [errorAt(null, '/nodes', 'no-start', 'must hold one node of the kind start.')];
  return starts
    .slice(1)
    .map(({ id }) => errorAt(id ?? null, '/kind', 'several-starts', 'is a second start; a flow has one.'));
}

function duplicateIds({ nodes, numberOf }: FlowGraph): readonly FlowFault[] {
  return nodes.flatMap(({ id }, number) =>
    id === undefined || numberOf.get(id) === number
      ? []
      : [errorAt(id, '/id', 'duplicate-id', `is the id of another node too (/nodes/${number} is the later one).`)],
  );
}

function danglingEdges({ nodes, dangling }: FlowGraph): readonly FlowFault[] {
  return nodes.flatMap(({ id, node }, number) =>
    // What the schema does not know is told already.
    node === undefined || id === undefined
      ? []
      : dangling[number]!.map(({ field, target }) =>
          errorAt(id, field, 'unknown-node', `names no node of this flow: ${shown(target)}.`),
        ),
  );
}

function unreachableNodes({ nodes, numberOf, reachable }: FlowGraph): readonly FlowFault[] {
  return nodes.flatMap(({ id }, number) =>
    id === undefined || numberOf.get(id) !== number || reachable.has(number)
      ? []
      : [warningAt(id, '', 'unreachable-node', 'is never come to: no exit leads here from the start.')],
  );
}

/** Where a call that came in would never be ended by the flow. */
function endlessParts({ nodes, edges, dangling, reachable }: FlowGraph): readonly FlowFault[] {
  const before: number[][] = nodes.map(() => []);
  for (const [from, all] of edges.entries()) for (const { to } of all) before[to]!.push(from);
  const ends = nodes.flatMap(({ node }, number) =>
    node === undefined || dangling[number]!.length > 0 || mayEnd(node) ? [number] : [],
  );
  const canEnd = reach(ends, (node) => before[node]!);
  const isTrap = (node: number) => reachable.has(node) && !canEnd.has(node);
  const parts = loops(nodes.length, (node) => (isTrap(node) ? edges[node]!.map(({ to }) => to) : []));
  return parts.map(([first]) =>
    errorAt(
      nodes[first!]!.id ?? null,
      '',
      'no-end',
      'From here the flow never ends: no way leads to an end or hangs up.',
    ),
  );
}

/** Exits without which the call is hung up. Those of other names fall back on another exit, or must be there. */
const endingExits: { readonly [Kind in FlowNode['kind']]?: readonly string[] } = {
  menu: ['failed'],
  dynamicMenu: ['failed'],
  collectDigits: ['failed'],
  subFlow: ['failed'],
  webhookScript: ['failed'],
  toSkillGroup: ['ended', 'timeout', 'left', 'noSeatOnline', 'failed'],
  toAgent: ['ended', 'timeout', 'left', 'noSeatOnline', 'failed'],
  toExternalLine: ['ended', 'failed'],
  voicemail: ['next'],
  callback: ['next', 'failed'],
  survey: ['next'],
};

function mayEnd(node: FlowNode): boolean {
  if (node.kind === 'end') return true;
  const exits = ('exits' in node ? node.exits : undefined) as Readonly<Record<string, string>> | undefined;
  return endingExits[node.kind]?.some((exit) => exits?.[exit] === undefined) ?? false;
}
