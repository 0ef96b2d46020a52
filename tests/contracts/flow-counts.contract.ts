import type { FlowCount, FlowCounts } from '@hookswitch/api/flows/index';
import { beforeEach, describe, expect, it } from 'vitest';

/** What every keeper of flow counts must do. `make` gives two on the same counts, as two processes have them. */
export function flowCountsContract(name: string, make: () => Promise<readonly [FlowCounts, FlowCounts]>): void {
  describe(`flow counts: ${name}`, () => {
    let counts: FlowCounts;
    let other: FlowCounts;
    beforeEach(async () => {
      [counts, other] = await make();
    });

    const hour = 3_600_000;
    const noon = Date.UTC(2026, 10, 23, 12);
    const menu: FlowCount = { accountId: 'AC1', flowId: 'FL1', version: '1.0', node: 'menu', at: noon };
    const all = { accountId: 'AC1', flowId: 'FL1', from: noon, to: noon + hour };

    it('are nothing at first', async () => {
      expect(await counts.read(all)).toEqual([]);
      await counts.add([]);
      expect(await counts.read(all)).toEqual([]);
    });

    it('are added up by node and exit, most often entered first', async () => {
      await counts.add([menu, { ...menu, exit: 'key 1' }, menu, { ...menu, exit: 'key 1', times: 4 }]);
      await other.add([menu, { ...menu, node: 'end', times: 5 }, { ...menu, exit: 'timeout' }]);
      expect(await counts.read(all)).toEqual([
        { node: 'end', entered: 5, exits: {} },
        { node: 'menu', entered: 3, exits: { 'key 1': 5, timeout: 1 } },
      ]);
      expect(await other.read(all)).toEqual(await counts.read(all));
    });

    it('are kept by version and by hour', async () => {
      await counts.add([
        menu,
        { ...menu, version: '1.1', times: 2 },
        { ...menu, at: noon + hour - 1, times: 4 },
        { ...menu, at: noon + hour, times: 8 },
        { ...menu, at: noon - 1, times: 16 },
      ]);
      const entered = async (query: object) => (await counts.read({ ...all, ...query }))[0]?.entered;
      expect(await entered({})).toBe(7);
      expect(await entered({ version: '1.0' })).toBe(5);
      expect(await entered({ version: '1.1' })).toBe(2);
      expect(await entered({ version: '2.0' })).toBeUndefined();
      expect(await entered({ to: noon + 2 * hour })).toBe(15);
      expect(await entered({ from: noon - hour, to: noon })).toBe(16);
      expect(await entered({ to: noon })).toBeUndefined();
    });

    it('are of one account and flow', async () => {
      await counts.add([menu, { ...menu, accountId: 'AC2', times: 2 }, { ...menu, flowId: 'FL2', times: 4 }]);
      expect(await counts.read(all)).toEqual([{ node: 'menu', entered: 1, exits: {} }]);
      expect(await counts.read({ ...all, accountId: 'AC2' })).toMatchObject([{ entered: 2 }]);
      await counts.forget('AC1', 'FL1');
      expect(await counts.read(all)).toEqual([]);
      expect(await counts.read({ ...all, flowId: 'FL2' })).toMatchObject([{ entered: 4 }]);
      expect(await counts.read({ ...all, accountId: 'AC2' })).toMatchObject([{ entered: 2 }]);
    });

    it('are all there when many add at once', async () => {
      const batch = Array.from({ length: 20 }, (_, at): FlowCount => ({ ...menu, node: `n${at % 5}` }));
      await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? counts : other).add(batch)));
      const read = await counts.read(all);
      expect(read.map(({ node, entered }) => [node, entered])).toEqual(
        ['n0', 'n1', 'n2', 'n3', 'n4'].map((n) => [n, 40]),
      );
    });

    it('take any name of a node or an exit', async () => {
      const odd = { ...menu, node: '__proto__', exit: '$where.a/b' };
      await counts.add([odd, { ...odd, exit: '__proto__' }]);
      const [read] = await counts.read(all);
      expect([read!.node, Object.entries(read!.exits).sort()]).toEqual([
        '__proto__',
        [
          ['$where.a/b', 1],
          ['__proto__', 1],
        ],
      ]);
    });
  });
}
