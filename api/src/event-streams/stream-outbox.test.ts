import { describe, expect, it } from 'vitest';
import type { OutboxDocument, OutboxSource } from '../events/outbox-source.js';
import { supervisors } from './event-streams.js';
import { MemoryEventStreams } from './memory-event-streams.js';
import { streamOutbox } from './stream-outbox.js';

const accountId = 'AC1';
const document = (id: string, ...sequences: number[]): OutboxDocument => ({
  id,
  accountId,
  pendingEvents: sequences.map((sequence) => ({
    id: `EV${sequence}`,
    type: 'call.updated',
    sequence,
    occurredAt: sequence * 1000,
    data: { why: 'asked', at: 5 },
  })),
});

describe('an outbox whose events people follow', () => {
  it.each([
    ['CN1', [supervisors]],
    ['AG1', [supervisors, 'AG1']],
  ])('tells of %s on the streams of %j, in order, and keeps its records', async (id, readers) => {
    const streams = new MemoryEventStreams();
    const kept: string[] = [];
    const source = { name: 'things', keepRecords: async ([one]) => void kept.push(one!.id) } as OutboxSource;
    await streamOutbox(source, streams).keepRecords!([document(id, 1, 2)]);
    expect(kept).toEqual([id]);
    for (const of of readers) {
      const { events } = await streams.read({ accountId, of }, 0, 10);
      expect(events.map(({ at, data }) => [at, data.id, data.sequence])).toEqual([
        [1000, 'EV1', 1],
        [2000, 'EV2', 2],
      ]);
    }
    expect(await streams.newest({ accountId, of: id === 'AG1' ? 'AG2' : id })).toBe(0);
  });
});
