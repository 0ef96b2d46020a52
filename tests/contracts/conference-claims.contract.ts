import type { ConferenceClaims } from '@hookswitch/api/conferences/index';
import { describe, expect, it } from 'vitest';

/** Which node mixes which conference: the same sentences for every adapter. `pass` lets a little time pass. */
export function conferenceClaimsContract(
  name: string,
  make: () => Promise<{ claims: ConferenceClaims; pass: () => Promise<void> }>,
) {
  describe(`conference claims contract: ${name}`, () => {
    const of = (named: string, accountId = 'AC1') => ({ accountId, name: named });
    const [weekly, daily] = [of('weekly: all 人'), of('daily')];
    const long = 600_000;

    it('gives a name to who claims it first, and tells the others whose it is', async () => {
      const { claims } = await make();
      expect(await claims.claim(weekly, 'node-1', long)).toBe('node-1');
      expect(await claims.claim(weekly, 'node-2', long)).toBe('node-1');
      expect(await claims.claim(weekly, 'node-1', long)).toBe('node-1');
      expect(await claims.owners([daily, weekly])).toEqual([undefined, 'node-1']);
    });

    it('gives it to one of many that claim it at once, and tells all the same', async () => {
      const { claims } = await make();
      const nodes = Array.from({ length: 20 }, (_, at) => `node-${at}`);
      const told = await Promise.all(nodes.map((nodeId) => claims.claim(weekly, nodeId, long)));
      expect(new Set(told).size).toBe(1);
      expect(nodes).toContain(told[0]);
    });

    it('knows the names of two accounts apart', async () => {
      const { claims } = await make();
      await claims.claim(weekly, 'node-1', long);
      const theirs = of(weekly.name, 'AC2');
      expect(await claims.claim(theirs, 'node-2', long)).toBe('node-2');
      expect(await claims.owners([weekly, theirs])).toEqual(['node-1', 'node-2']);
    });

    it('forgets a claim that runs out, and keeps one that is renewed', async () => {
      const { claims, pass } = await make();
      await claims.claim(weekly, 'node-1', 40);
      await claims.claim(daily, 'node-1', 40);
      await claims.renew([daily], 'node-1', long);
      while ((await claims.owners([weekly]))[0] !== undefined) await pass();
      expect(await claims.owners([weekly, daily])).toEqual([undefined, 'node-1']);
      expect(await claims.claim(weekly, 'node-2', long)).toBe('node-2');
    });

    it('tells a node that renews which it has lost, and takes again what nobody has', async () => {
      const { claims } = await make();
      await claims.claim(weekly, 'node-2', long);
      expect(await claims.renew([weekly, daily], 'node-1', long)).toEqual([weekly]);
      expect(await claims.owners([weekly, daily])).toEqual(['node-2', 'node-1']);
      expect(await claims.renew([], 'node-1', long)).toEqual([]);
    });

    it('gives up what is the node’s own, and nothing else', async () => {
      const { claims } = await make();
      await claims.claim(weekly, 'node-1', long);
      await claims.release(weekly, 'node-2');
      expect(await claims.owners([weekly])).toEqual(['node-1']);
      await claims.release(weekly, 'node-1');
      await claims.release(weekly, 'node-1');
      expect(await claims.owners([weekly])).toEqual([undefined]);
      expect(await claims.owners([])).toEqual([]);
    });
  });
}
