import type { TimelineEntry, TimelineStore } from '@hookswitch/api/call-records/timeline/call-timeline';
import { describe, expect, it } from 'vitest';

/** Where timelines are kept: the same sentences for every store. */
export function timelineStoreContract(name: string, make: () => Promise<TimelineStore>) {
  describe(`timeline store contract: ${name}`, () => {
    const entry = (order: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
      id: `01763976600000.${String(order).padStart(9, '0')}.n1`,
      accountId: 'AC1',
      callId: 'CA1',
      at: Date.UTC(2026, 10, 23),
      kind: 'verb',
      summary: `entry ${order}`,
      ...more,
    });

    it("gives a call's entries in order, page by page", async () => {
      const store = await make();
      const entries = [1, 2, 3, 4, 5].map((order) => entry(order));
      await store.append([entries[3]!, entries[0]!]);
      await store.append([entries[4]!, entries[1]!, entries[2]!]);
      const first = await store.list('AC1', 'CA1', { limit: 2 });
      const rest = await store.list('AC1', 'CA1', { limit: 10, after: first.at(-1)!.id });
      expect([...first, ...rest]).toEqual(entries);
      const single: TimelineEntry[] = [];
      for (let after: string | undefined; single.length < entries.length; after = single.at(-1)!.id) {
        const page = await store.list('AC1', 'CA1', { limit: 1, after });
        expect(page).toHaveLength(1);
        single.push(...page);
      }
      expect(single).toEqual(entries);
    });

    it('keeps details as they are, whatever their names', async () => {
      const store = await make();
      const detail = { 'with.dot': 1, $dollar: [null, { a: 'ü' }], '': true };
      await store.append([entry(1, { detail })]);
      expect(await store.list('AC1', 'CA1', { limit: 1 })).toEqual([entry(1, { detail })]);
    });

    it('keeps large entries of one batch', async () => {
      const store = await make();
      const entries = [1, 2, 3, 4].map((order) =>
        entry(order, { detail: { text: 'ü'.repeat(order === 2 ? 1_200_000 : 400_000) } }),
      );
      await store.append(entries);
      expect(await store.list('AC1', 'CA1', { limit: 10 })).toEqual(entries);
    });

    it('shows no entry to another account or of another call', async () => {
      const store = await make();
      await store.append([entry(1)]);
      expect(await store.list('AC2', 'CA1', { limit: 10 })).toEqual([]);
      expect(await store.list('AC1', 'CA2', { limit: 10 })).toEqual([]);
    });

    it('takes a batch that was written in part once more', async () => {
      const store = await make();
      await store.append([entry(1), entry(2)]);
      await store.append([entry(1), entry(2), entry(3)]);
      await store.append([]);
      expect(await store.list('AC1', 'CA1', { limit: 10 })).toEqual([entry(1), entry(2), entry(3)]);
    });
  });
}
