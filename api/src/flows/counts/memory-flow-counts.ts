import { type HourSum, hourOf, nodeCounts, sumsOf } from './add-up.js';
import type { FlowCount, FlowCounts, FlowCountsQuery, NodeCount } from './flow-counts.js';

/** Counts in this process's memory. */
export class MemoryFlowCounts implements FlowCounts {
  readonly #sums = new Map<string, HourSum>();

  async add(counts: readonly FlowCount[]): Promise<void> {
    for (const [key, sum] of sumsOf(counts)) {
      this.#sums.set(key, { ...sum, times: sum.times + (this.#sums.get(key)?.times ?? 0) });
    }
  }

  async read({ accountId, flowId, version, from, to }: FlowCountsQuery): Promise<readonly NodeCount[]> {
    const [first, end] = [hourOf(from), to];
    return nodeCounts(
      [...this.#sums.values()].filter(
        (sum) =>
          sum.accountId === accountId &&
          sum.flowId === flowId &&
          (version === undefined || sum.version === version) &&
          sum.hour >= first &&
          sum.hour < end,
      ),
    );
  }

  async forget(accountId: string, flowId: string): Promise<void> {
    for (const [key, sum] of this.#sums) {
      if (sum.accountId === accountId && sum.flowId === flowId) this.#sums.delete(key);
    }
  }
}
