import type { NodeLeases } from '@hookswitch/api/calls/node-leases';
import { describe, expect, it } from 'vitest';

/** Which media nodes live: the same sentences for every adapter. `pass` lets a little time pass. */
export function nodeLeasesContract(
  name: string,
  make: () => Promise<{ leases: NodeLeases; pass: () => Promise<void> }>,
) {
  describe(`node leases contract: ${name}`, () => {
    const counts = { total: 3, accounts: { AC1: 2, AC2: 1 }, trunks: { TK1: 1 } };
    const none = { total: 0, accounts: {}, trunks: {} };

    it('knows the nodes that renewed, with what they carry', async () => {
      const { leases } = await make();
      expect(await leases.alive()).toEqual([]);
      await leases.renew('a', 60_000, none);
      await leases.renew('b', 60_000, none);
      await leases.renew('a', 60_000, counts);
      const alive = [...(await leases.alive())].sort((x, y) => (x.nodeId < y.nodeId ? -1 : 1));
      expect(alive).toEqual([
        { nodeId: 'a', counts },
        { nodeId: 'b', counts: none },
      ]);
    });

    it('forgets a node that gives its lease up, at once', async () => {
      const { leases } = await make();
      await leases.renew('a', 60_000, counts);
      await leases.release('a');
      await leases.release('never there');
      expect(await leases.alive()).toEqual([]);
    });

    it('forgets a node whose lease runs out, and nothing it said stays', async () => {
      const { leases, pass } = await make();
      await leases.renew('a', 40, counts);
      await leases.renew('b', 600_000, none);
      while ((await leases.alive()).length === 2) await pass();
      expect(await leases.alive()).toEqual([{ nodeId: 'b', counts: none }]);
      await leases.renew('a', 60_000, none);
      expect((await leases.alive()).find((node) => node.nodeId === 'a')).toEqual({ nodeId: 'a', counts: none });
    });
  });
}
