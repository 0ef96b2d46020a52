import type { NodeState } from '../../nodes/node-leases.js';

/** Up to here a node's work and its lateness say nothing against it. */
const easyBusy = 0.5;
const easyLagMs = 50;

/** The nodes that a new call may go to. */
export function takingCalls(nodes: readonly NodeState[]): readonly NodeState[] {
  return nodes.filter(({ media }) => media !== undefined && media.drain === undefined);
}

/**
 * The node with most room: its calls beside those it may carry, with what it has been given since it said so; more than half busy or late with its heartbeat, it counts as fuller. Undefined
 * where all are full. Pure.
 */
export function chooseNode(
  nodes: readonly NodeState[],
  givenSince: (node: NodeState) => number,
): NodeState | undefined {
  const withRoom = takingCalls(nodes).filter(
    (node) => node.counts.total + givenSince(node) < (node.media?.maxCalls ?? 0),
  );
  const [first, ...others] = withRoom;
  if (!first) return undefined;
  return others.reduce((best, each) => (loadOf(each, givenSince) < loadOf(best, givenSince) ? each : best), first);
}

function loadOf(node: NodeState, givenSince: (node: NodeState) => number): number {
  const { maxCalls = 1, busy = 0, lagMs = 0 } = node.media ?? {};
  return (
    (node.counts.total + givenSince(node)) / maxCalls +
    Math.max(0, busy - easyBusy) +
    Math.max(0, lagMs - easyLagMs) / 1000
  );
}
