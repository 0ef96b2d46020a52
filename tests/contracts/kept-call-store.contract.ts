import { type KeptCallStore, type KeptEntry, keptMs } from '@hookswitch/api/calls/resume/kept-call-store';
import { describe, expect, it } from 'vitest';

/** What nodes keep for their next process: the same sentences for every adapter. `expire` lets that time pass for all that is kept. */
export function keptCallStoreContract(
  name: string,
  make: () => Promise<{ store: KeptCallStore; expire: (nodeId: string, ms: number) => Promise<void> }>,
) {
  describe(`kept call store contract: ${name}`, () => {
    const entry = (callId: string, more: Partial<KeptEntry> = {}): KeptEntry => ({
      accountId: 'AC1',
      callId,
      tries: 0,
      sealed: `sealed ${callId} ✓`,
      ...more,
    });
    const sorted = (entries: readonly KeptEntry[]) =>
      [...entries].sort((a, b) => `${a.accountId}${a.callId}`.localeCompare(`${b.accountId}${b.callId}`));

    it('answers what was put last and not dropped, by account and call', async () => {
      const { store } = await make();
      expect(await store.takeOver('a', 'first')).toEqual([]);
      expect(await store.write('a', 'first', { put: [entry('CA1'), entry('CA2'), entry('CA3')], drop: [] })).toBe(
        'kept',
      );
      const other = entry('CA1', { accountId: 'AC2', sealed: 'of another account' });
      const newer = entry('CA3', { sealed: 'newer' });
      await store.write('a', 'first', { put: [other, newer], drop: [{ accountId: 'AC1', callId: 'CA2' }] });
      await store.write('a', 'first', { put: [], drop: [{ accountId: 'AC2', callId: 'CA3' }] });
      const kept = [entry('CA1'), newer, other].map((one) => ({ ...one, tries: 1 }));
      expect(sorted(await store.takeOver('a', 'second'))).toEqual(sorted(kept));
      expect(await store.takeOver('b', 'second')).toEqual([]);
    });

    it('counts the tries, also from what the owner says', async () => {
      const { store } = await make();
      await store.takeOver('a', 'first');
      await store.write('a', 'first', { put: [entry('CA1'), entry('CA2', { tries: 9 })], drop: [] });
      await store.takeOver('a', 'second');
      expect(sorted(await store.takeOver('a', 'third')).map(({ tries }) => tries)).toEqual([2, 11]);
      await store.write('a', 'third', {
        put: [entry('CA1', { tries: 0 })],
        drop: [{ accountId: 'AC1', callId: 'CA2' }],
      });
      expect(await store.takeOver('a', 'fourth')).toEqual([entry('CA1', { tries: 1 })]);
    });

    it('takes nothing of a process whose place was taken', async () => {
      const { store } = await make();
      await store.takeOver('a', 'first');
      await store.write('a', 'first', { put: [entry('CA1')], drop: [] });
      await store.takeOver('a', 'second');
      const dropped = { put: [entry('CA9')], drop: [{ accountId: 'AC1', callId: 'CA1' }] };
      expect(await store.write('a', 'first', dropped)).toBe('taken');
      expect(await store.prolong('a', 'first')).toBe('taken');
      expect(await store.prolong('a', 'second')).toBe('kept');
      expect(await store.takeOver('a', 'third')).toEqual([entry('CA1', { tries: 2 })]);
    });

    it('keeps things for a time that each word of the owner prolongs, and says when they are gone', async () => {
      const { store, expire } = await make();
      await store.takeOver('a', 'first');
      await store.write('a', 'first', { put: [entry('CA1')], drop: [] });
      await expire('a', (keptMs * 3) / 4);
      expect(await store.prolong('a', 'first')).toBe('kept');
      await expire('a', (keptMs * 3) / 4);
      expect(await store.write('a', 'first', { put: [], drop: [] })).toBe('kept');
      await expire('a', keptMs);
      expect(await store.prolong('a', 'first')).toBe('emptied');
      expect(await store.prolong('a', 'first')).toBe('kept');
      expect(await store.takeOver('a', 'second')).toEqual([]);
      await expire('a', keptMs);
      expect(await store.write('a', 'second', { put: [entry('CA2')], drop: [] })).toBe('emptied');
      expect(await store.takeOver('a', 'third')).toEqual([entry('CA2', { tries: 1 })]);
    });
  });
}
