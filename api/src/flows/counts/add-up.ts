import type { FlowCount, NodeCount } from './flow-counts.js';

const hourMs = 3_600_000;

/** The beginning of the hour. */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs) * hourMs;
}

/** A sum of one hour, node and exit. */
export interface HourSum {
  readonly accountId: string;
  readonly flowId: string;
  readonly version: string;
  readonly node: string;
  readonly exit?: string;
  readonly hour: number;
  readonly times: number;
}

/** Names a sum. Its parts hold no slash but the exit, which comes last. */
export function keyOf({ accountId, flowId, version, node, exit, hour }: Omit<HourSum, 'times'>): string {
  return `${accountId}/${flowId}/${version}/${hour}/${node}${exit === undefined ? '' : `/${exit}`}`;
}

/** One sum for each hour, node and exit. */
export function sumsOf(counts: readonly FlowCount[]): ReadonlyMap<string, HourSum> {
  const sums = new Map<string, HourSum>();
  for (const { at, times = 1, ...what } of counts) {
    const hour = hourOf(at);
    const key = keyOf({ ...what, hour });
    sums.set(key, { ...what, hour, times: (sums.get(key)?.times ?? 0) + times });
  }
  return sums;
}

/** The nodes' counts from the sums of many hours. */
export function nodeCounts(sums: Iterable<Pick<HourSum, 'node' | 'exit' | 'times'>>): readonly NodeCount[] {
  const nodes = new Map<string, { node: string; entered: number; exits: Map<string, number> }>();
  for (const { node, exit, times } of sums) {
    let count = nodes.get(node);
    if (!count) nodes.set(node, (count = { node, entered: 0, exits: new Map() }));
    if (exit === undefined) count.entered += times;
    else count.exits.set(exit, (count.exits.get(exit) ?? 0) + times);
  }
  return [...nodes.values()]
    .sort((a, b) => b.entered - a.entered || (a.node < b.node ? -1 : 1))
    .map(({ exits, ...count }) => ({ ...count, exits: Object.fromEntries(exits) }));
}
