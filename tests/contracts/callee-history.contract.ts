import type { CalleeHistory } from '@hookswitch/api/outbound-dialling/callee-history';
import { describe, expect, it } from 'vitest';

/** When numbers were called: the same sentences for every adapter. */
export function calleeHistoryContract(name: string, make: () => CalleeHistory) {
  describe(`callee history contract: ${name}`, () => {
    const number = '+8613812345678';
    const day = 86_400_000;

    it('tells the calls since then, in order, of that account and number only', async () => {
      const history = make();
      for (const at of [1000, 2000, 2000, 3000]) await history.note('AC1', number, at, day);
      await history.note('AC2', number, 1500, day);
      await history.note('AC1', '+8613812345679', 1500, day);
      expect(await history.since('AC1', number, 1000)).toEqual([2000, 2000, 3000]);
      expect(await history.since('AC1', number, 0)).toHaveLength(4);
      expect(await history.since('AC3', number, 0)).toEqual([]);
    });

    it('forgets what is older than the keep time', async () => {
      const history = make();
      await history.note('AC1', number, 1000, 5000);
      await history.note('AC1', number, 6001, 5000);
      expect(await history.since('AC1', number, 0)).toEqual([6001]);
    });
  });
}
