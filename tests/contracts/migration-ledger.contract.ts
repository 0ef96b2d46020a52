import type { MigrationLedger } from '@hookswitch/api/store/migrations';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';

/** Where schema versions are kept: the same sentences for every store. */
export function migrationLedgerContract(name: string, make: (clock: ManualClock) => Promise<MigrationLedger>): void {
  describe(`migration ledger contract: ${name}`, () => {
    it('knows each subject’s version, 0 to begin with', async () => {
      const ledger = await make(new ManualClock());
      expect(await ledger.version('calls')).toBe(0);
      await ledger.setVersion('calls', 1);
      await ledger.setVersion('calls', 2);
      await ledger.setVersion('keys', 1);
      expect([await ledger.version('calls'), await ledger.version('keys'), await ledger.version('x')]).toEqual([
        2, 1, 0,
      ]);
    });

    it('gives the lease to one of many, until it is released or expires', async () => {
      const clock = new ManualClock();
      const ledger = await make(clock);
      const holders = ['a', 'b', 'c', 'd'];
      const claims = await Promise.all(holders.map((holder) => ledger.claim(holder, 1000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      const holder = holders[claims.indexOf(true)]!;
      expect(await ledger.claim(holder, 1000)).toBe(true);
      await ledger.release('somebody else');
      expect(await ledger.claim('e', 1000)).toBe(false);
      await ledger.release(holder);
      expect(await ledger.claim('e', 1000)).toBe(true);
      clock.advance(1000);
      expect(await ledger.claim('f', 1000)).toBe(true);
      expect(await ledger.claim('e', 1000)).toBe(false);
    });
  });
}
