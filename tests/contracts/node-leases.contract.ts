import type { MediaNodeReport, NodeLeases } from '@hookswitch/api/nodes/node-leases';
import { describe, expect, it } from 'vitest';

/** Which media nodes live: the same sentences for every adapter. `pass` lets a little time pass. */
export function nodeLeasesContract(
  name: string,
  make: () => Promise<{ leases: NodeLeases; pass: () => Promise<void> }>,
) {
  describe(`node leases contract: ${name}`, () => {
    const counts = { total: 3, accounts: { AC1: 2, AC2: 1 }, trunks: { TK1: 1 } };
    const media: MediaNodeReport = {
      sip: ['udp:10.0.0.5:5060'],
      maxCalls: 100,
      lagMs: 3,
      busy: 0.5,
      drain: { since: 1000, until: 2000, stops: true },
      version: '1.2.3',
      startedAt: 500,
      reportedAt: 1500,
    };
    const full = { counts, media };
    const none = { counts: { total: 0, accounts: {}, trunks: {} } };

    it('knows the nodes that renewed, with what they said last', async () => {
      const { leases } = await make();
      expect(await leases.alive()).toEqual([]);
      await leases.renew('a', 60_000, none);
      await leases.renew('b', 60_000, none);
      await leases.renew('a', 60_000, full);
      const alive = [...(await leases.alive())].sort((x, y) => (x.nodeId < y.nodeId ? -1 : 1));
      expect(alive).toEqual([
        { nodeId: 'a', ...full },
        { nodeId: 'b', ...none },
      ]);
    });

    it('forgets a node that gives its lease up, at once', async () => {
      const { leases } = await make();
      await leases.renew('a', 60_000, full);
      await leases.release('a');
      await leases.release('never there');
      expect(await leases.alive()).toEqual([]);
    });

    it('forgets a node whose lease runs out, and nothing it said stays', async () => {
      const { leases, pass } = await make();
      await leases.renew('a', 40, full);
      await leases.renew('b', 600_000, none);
      while ((await leases.alive()).length === 2) await pass();
      expect(await leases.alive()).toEqual([{ nodeId: 'b', ...none }]);
      await leases.renew('a', 60_000, none);
      expect((await leases.alive()).find((node) => node.nodeId === 'a')).toEqual({ nodeId: 'a', ...none });
    });
  });
}
