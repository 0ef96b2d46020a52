import { type Edge, edgesOf } from '../document/edges.js';
import type { ParsedDocument, SentNode } from '../document/parse-flow.js';

/** The nodes of a document by number, and what leads where. Of nodes with one id the first counts. */
export interface FlowGraph {
  readonly nodes: readonly SentNode[];
  readonly numberOf: ReadonlyMap<string, number>;
  /** By a node's number; edges to nodes that are not there are left out. */
  readonly edges: readonly (readonly GraphEdge[])[];
  /** Edges to nodes that are not there. */
  readonly dangling: readonly (readonly Edge[])[];
  /** Numbers of the nodes that a call may come to. All where there is no start. */
  readonly reachable: ReadonlySet<number>;
}

export interface GraphEdge {
  readonly field: string;
  readonly to: number;
}

export function flowGraph({ nodes }: ParsedDocument): FlowGraph {
  const numberOf = new Map<string, number>();
  for (const [number, { id }] of nodes.entries()) if (id !== undefined && !numberOf.has(id)) numberOf.set(id, number);
  const edges: GraphEdge[][] = [];
  const dangling: Edge[][] = [];
  for (const { sent } of nodes) {
    const all = edgesOf(sent);
    dangling.push(all.filter(({ target }) => !numberOf.has(target)));
    edges.push(
      all.flatMap(({ field, target }) => {
        const to = numberOf.get(target);
        return to === undefined ? [] : [{ field, to }];
      }),
    );
  }
  const starts = nodes.flatMap(({ sent }, number) => ((sent as { kind?: unknown }).kind === 'start' ? [number] : []));
  const reachable = reach(starts.length > 0 ? starts : nodes.map((_, number) => number), (from) =>
    edges[from]!.map(({ to }) => to),
  );
  return { nodes, numberOf, edges, dangling, reachable };
}

/** Everything that can be come to from there, those included. */
export function reach(from: Iterable<number>, next: (node: number) => readonly number[]): ReadonlySet<number> {
  const seen = new Set(from);
  for (const node of seen) for (const to of next(node)) seen.add(to);
  return seen;
}
