import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { BatchedTimeline, type BatchedTimelineSettings } from './batched-timeline.js';
import type { NewTimelineEntry } from './call-timeline.js';
import { cutDetail, maxTextLength } from './cut-detail.js';
import { MemoryTimelineStore } from './memory-timeline-store.js';

function setUp(more: Partial<BatchedTimelineSettings> = {}) {
  const clock = new ManualClock();
  const store = new MemoryTimelineStore();
  const batches: number[] = [];
  const append = store.append.bind(store);
  store.append = async (entries) => {
    batches.push(entries.length);
    await append(entries);
  };
  const timeline = new BatchedTimeline({ store, clock, logger: silentLogger, writer: 'n1', ...more });
  const entry = (summary: string): NewTimelineEntry => ({ accountId: 'AC1', callId: 'CA1', kind: 'verb', summary });
  const written = async () => (await store.list('AC1', 'CA1', { limit: 1000 })).map((each) => each.summary);
  return { clock, store, timeline, entry, written, batches };
}

describe('BatchedTimeline', () => {
  it('writes what came in within 250 ms together, in order', async () => {
    const { clock, timeline, entry, written, batches } = setUp();
    timeline.add(entry('one'));
    await clock.advanceAsync(100);
    timeline.add(entry('two'));
    timeline.add(entry('three'));
    await clock.advanceAsync(149);
    expect(await written()).toEqual([]);
    await clock.advanceAsync(1);
    expect(await written()).toEqual(['one', 'two', 'three']);
    expect(batches).toEqual([3]);
    expect(clock.pending).toBe(0);
  });

  it('does not wait where a batch is full', async () => {
    const { timeline, entry, written } = setUp({ batchSize: 2 });
    timeline.add(entry('one'));
    timeline.add(entry('two'));
    await timeline.flush();
    expect(await written()).toEqual(['one', 'two']);
  });

  it('tries a batch once more, then goes on without it and counts what was lost', async () => {
    const { clock, store, timeline, entry, written } = setUp();
    let tries = 0;
    const append = store.append.bind(store);
    store.append = async (entries) => {
      if (entries[0]!.summary === 'lost' || tries++ === 0) throw new Error('away');
      return append(entries);
    };
    timeline.add(entry('kept'));
    await clock.advanceAsync(250);
    timeline.add(entry('lost'));
    await clock.advanceAsync(250);
    timeline.add(entry('after'));
    await timeline.flush();
    expect(await written()).toEqual(['kept', 'after']);
    expect(timeline.dropped).toBe(1);
  });

  it('holds no more than so many while the store is slow', async () => {
    const { store, timeline, entry } = setUp({ maxWaiting: 10, batchSize: 5 });
    store.append = () => new Promise(() => undefined);
    for (let count = 0; count < 100; count++) timeline.add(entry('x'));
    expect(timeline.dropped).toBeGreaterThan(80);
  });

  it('flushes nothing when nothing waits', async () => {
    const { timeline, batches } = setUp();
    await timeline.flush();
    expect(batches).toEqual([]);
  });
});

describe('cutDetail', () => {
  it('cuts texts at 8 KB and says how much is missing', () => {
    const { body } = cutDetail({ body: 'x'.repeat(maxTextLength + 3) }) as { body: string };
    expect(body).toBe(`${'x'.repeat(maxTextLength)}… (3 more characters)`);
    expect(cutDetail({ body: 'x'.repeat(maxTextLength) })).toEqual({ body: 'x'.repeat(maxTextLength) });
  });

  it('bounds depth and width', () => {
    const circle: Record<string, unknown> = {};
    circle.again = circle;
    expect(JSON.stringify(cutDetail(circle))).toHaveLength(
      JSON.stringify({ again: { again: { again: { again: { again: { again: '…' } } } } } }).length,
    );
    expect(cutDetail({ list: Array.from({ length: 500 }, () => 1) }).list).toHaveLength(100);
  });
});
