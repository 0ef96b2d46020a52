import {
  reportKeptMs,
  type TrunkRegistrationReport,
  type TrunkRegistrationStore,
} from '@hookswitch/api/registrations/trunk-registration-store';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';

/** How our registrations at carriers stand: the same sentences for every store. */
export function trunkRegistrationStoreContract(
  name: string,
  make: (clock: ManualClock) => Promise<TrunkRegistrationStore>,
): void {
  describe(`trunk registration store contract: ${name}`, () => {
    const report = (trunkId: string, nodeId: string): TrunkRegistrationReport => ({
      trunkId,
      nodeId,
      state: 'registered',
      since: 1_700_000_000_000,
    });

    it('gives what each node said of a trunk, by node, and nothing of another trunk', async () => {
      const store = await make(new ManualClock());
      await store.save([report('TK1', 'node-2'), report('TK2', 'node-1')]);
      await store.save([report('TK1', 'node-1')]);
      expect(await store.list('TK1')).toEqual([report('TK1', 'node-1'), report('TK1', 'node-2')]);
      expect(await store.list('TK3')).toEqual([]);
    });

    it('replaces what the same node said before', async () => {
      const store = await make(new ManualClock());
      const failed = { ...report('TK1', 'node-1'), state: 'failed', detail: 'SIP 403' } as const;
      await store.save([failed]);
      expect(await store.list('TK1')).toEqual([failed]);
      await store.save([report('TK1', 'node-1')]);
      expect(await store.list('TK1')).toEqual([report('TK1', 'node-1')]);
    });

    it('forgets a node that says nothing more, and keeps one that does', async () => {
      const clock = new ManualClock();
      const store = await make(clock);
      await store.save([report('TK1', 'node-1'), report('TK1', 'node-2')]);
      clock.advance(reportKeptMs - 1);
      expect(await store.list('TK1')).toHaveLength(2);
      await store.save([report('TK1', 'node-2')]);
      clock.advance(1);
      expect(await store.list('TK1')).toEqual([report('TK1', 'node-2')]);
      await store.save([]);
      clock.advance(reportKeptMs);
      expect(await store.list('TK1')).toEqual([]);
    });
  });
}
