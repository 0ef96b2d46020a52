import type { RoutingLease } from '@hookswitch/api/acd/routing-lease';
import { describe, expect, it } from 'vitest';

/** Which process routes which account: the same sentences for every adapter. `pass` lets a little time pass. */
export function routingLeaseContract(
  name: string,
  make: () => Promise<{ lease: RoutingLease; pass: () => Promise<void> }>,
) {
  describe(`routing lease contract: ${name}`, () => {
    it('gives an account to one holder, and lets that one prolong it', async () => {
      const { lease } = await make();
      expect(await lease.hold('a', ['AC1', 'AC2'], 60_000)).toEqual(['AC1', 'AC2']);
      expect(await lease.hold('b', ['AC1', 'AC3', 'AC2'], 60_000)).toEqual(['AC3']);
      expect(await lease.hold('a', ['AC3', 'AC2', 'AC1'], 60_000)).toEqual(['AC2', 'AC1']);
      expect(await lease.hold('a', [], 60_000)).toEqual([]);
    });

    it('gives one of many who ask at once each account', async () => {
      const { lease } = await make();
      const accounts = Array.from({ length: 500 }, (_, at) => `AC${at}`);
      const held = await Promise.all(['a', 'b', 'c'].map((holder) => lease.hold(holder, accounts, 60_000)));
      expect(held.flat().sort()).toEqual([...accounts].sort());
    });

    it('gives it to another once it is released, and only its holder can', async () => {
      const { lease } = await make();
      await lease.hold('a', ['AC1', 'AC2'], 60_000);
      await lease.release('b', ['AC1']);
      expect(await lease.hold('b', ['AC1'], 60_000)).toEqual([]);
      await lease.release('a', ['AC1', 'AC9']);
      expect(await lease.hold('b', ['AC1', 'AC2'], 60_000)).toEqual(['AC1']);
    });

    it('gives it to another once it has run out, not while it is prolonged', async () => {
      const { lease, pass } = await make();
      await lease.hold('a', ['AC1'], 40);
      await lease.hold('a', ['AC2'], 600_000);
      let held: readonly string[] = [];
      while (held.length === 0) {
        await pass();
        held = await lease.hold('b', ['AC1', 'AC2'], 600_000);
      }
      expect(held).toEqual(['AC1']);
      expect(await lease.hold('a', ['AC1', 'AC2'], 600_000)).toEqual(['AC2']);
    });
  });
}
