import type { UsageCounter } from '@hookswitch/api/usage/usage-counter';
import { describe, expect, it } from 'vitest';

/** What accounts talked: the same sentences for every adapter. `counted` resolves once what was added can be read. */
export function usageCounterContract(
  name: string,
  make: () => Promise<{ usage: UsageCounter; accountId: string; counted: () => Promise<void> }>,
) {
  describe(`usage counter contract: ${name}`, () => {
    it('sums by account, day and direction', async () => {
      const { usage, accountId, counted } = await make();
      const add = (day: string, direction: 'inbound' | 'outbound', seconds: number, account = accountId) =>
        usage.add({ accountId: account, day, direction, seconds });
      add('2026-02-28', 'inbound', 10);
      add('2026-03-01', 'outbound', 20);
      add('2026-03-01', 'outbound', 0);
      add('2026-03-01', 'inbound', 5);
      add('2026-03-02', 'inbound', 1);
      add('2026-03-01', 'outbound', 1000, `${accountId}other`);
      await counted();
      expect(await usage.days(accountId, '2026-02-28', '2026-03-01')).toEqual([
        { day: '2026-02-28', inboundCalls: 1, inboundSeconds: 10, outboundCalls: 0, outboundSeconds: 0 },
        { day: '2026-03-01', inboundCalls: 1, inboundSeconds: 5, outboundCalls: 2, outboundSeconds: 20 },
      ]);
      expect(await usage.outboundSeconds(accountId, '2026-03-01')).toBe(20);
      expect(await usage.outboundSeconds(accountId, '2026-03-05')).toBe(0);
      expect(await usage.days(accountId, '2027-01-01', '2027-01-31')).toEqual([]);
    });
  });
}
