import type { CalleeHistory } from '@hookswitch/api/outbound-dialling/callee-history';
import { describe, expect, it } from 'vitest';

/** When numbers were called: the same sentences for every adapter. */
export function calleeHistoryContract(name: string, make: () => CalleeHistory) {
  describe(`callee history contract: ${name}`, () => {
    const number = '+8613812345678';
    const day = 86_400_000;

    it('tells the calls before it, in order, of that account and number only', async () => {
      const history = make();
      const earlier = async (at: number, accountId = 'AC1', to = number) =>
        (await history.note(accountId, to, at, day)).earlier;
      for (const at of [1000, 3000, 2000, 2000]) await history.note('AC1', number, at, day);
      await history.note('AC2', number, 1500, day);
      await history.note('AC1', '+8613812345679', 1500, day);
      expect(await earlier(4000)).toEqual([1000, 2000, 2000, 3000]);
      expect(await earlier(4000)).toEqual([1000, 2000, 2000, 3000, 4000]);
      expect(await earlier(4000, 'AC3')).toEqual([]);
    });

    it('forgets what is older than the keep time, and a call that was not placed after all', async () => {
      const history = make();
      await history.note('AC1', number, 1000, 5000);
      const twin = await history.note('AC1', number, 1001, 5000);
      await history.note('AC1', number, 1001, 5000);
      await twin.forget();
      await twin.forget();
      expect((await history.note('AC1', number, 5999, 5000)).earlier).toEqual([1000, 1001]);
      expect((await history.note('AC1', number, 6001, 5000)).earlier).toEqual([5999]);
    });

    it('lets each of many calls in the same moment see those before it: no two see the same', async () => {
      const history = make();
      const noted = await Promise.all(Array.from({ length: 20 }, () => history.note('AC1', number, 7000, day)));
      expect(noted.map(({ earlier }) => earlier.length).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    });
  });
}
