import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { BatchedFlowCounts } from './batched-flow-counts.js';
import type { FlowCount } from './flow-counts.js';

const count = (node: string): FlowCount => ({ accountId: 'AC1', flowId: 'FL1', version: '1.0', node, at: 0 });

function batched(settings: object = {}) {
  const clock = new ManualClock();
  const written: string[][] = [];
  const store = { refusing: false };
  const counts = new BatchedFlowCounts({
    counts: {
      async add(batch) {
        if (store.refusing) throw new Error('away');
        written.push(batch.map(({ node }) => node));
      },
    },
    clock,
    logger: silentLogger,
    ...settings,
  });
  return { clock, counts, written, store };
}

describe('counts of flows, many at a time', () => {
  it('wait for others, and not for long', async () => {
    const { clock, counts, written } = batched();
    counts.add(count('a'));
    await clock.advanceAsync(1000);
    counts.add(count('b'));
    expect(written).toEqual([]);
    await clock.advanceAsync(1000);
    expect([written, clock.pending]).toEqual([[['a', 'b']], 0]);
  });

  it('do not wait where they are many', async () => {
    const { clock, counts, written } = batched({ batchSize: 2 });
    for (const node of ['a', 'b', 'c']) counts.add(count(node));
    await clock.advanceAsync(0);
    expect(written).toEqual([['a', 'b']]);
    await clock.advanceAsync(2000);
    expect(written).toEqual([['a', 'b'], ['c']]);
  });

  it('are written at once when asked for', async () => {
    const { clock, counts, written } = batched();
    counts.add(count('a'));
    await counts.flush();
    expect([written, clock.pending]).toEqual([[['a']], 0]);
  });

  it('are dropped where the store is away, or too slow, and later ones are written', async () => {
    const { counts, written, store } = batched({ maxWaiting: 1 });
    store.refusing = true;
    counts.add(count('a'));
    counts.add(count('b'));
    await counts.flush();
    store.refusing = false;
    counts.add(count('c'));
    await counts.flush();
    expect([written, counts.dropped]).toEqual([[['c']], 2]);
  });
});
