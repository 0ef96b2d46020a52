import { type EdgeNode, type SipEdge, SipEdgeUnavailableError } from '@hookswitch/media/port/sip-edge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** An edge of two machines, with nodes and callers around it. */
export interface SipEdgeWorld {
  readonly edge: SipEdge;
  /** Addresses of three nodes that take every call, as plans name them. */
  readonly nodes: readonly [string, string, string];
  /** Four loopback addresses that callers have. The first two are in `network`. */
  readonly callers: readonly [string, string, string, string];
  readonly network: string;
  /**
   * A call from that address to a machine (the first one): which node got it, undefined where nobody answered. `replacedTag`: a node's tag in the dialog
   * whose place it wants.
   */
  call(from: string, machine?: number, replacedTag?: string): Promise<string | undefined>;
  /** Many requests at once from that address to the first machine, none answered by anybody with success. */
  flood(from: string): Promise<void>;
  nodeDies(address: string): Promise<void>;
  nodeComesBack(address: string): Promise<void>;
  /** The machine stops answering. */
  halt(machine: number): Promise<void>;
  /** It is there again, and knows nothing. */
  comeBack(machine: number): Promise<void>;
  close(): Promise<void>;
}

/** What every `SipEdge` holds to. */
export function sipEdgeContract(name: string, make: () => Promise<SipEdgeWorld>): void {
  describe(`SIP edge: ${name}`, () => {
    let world: SipEdgeWorld;
    beforeEach(async () => {
      world = await make();
      world.edge.start();
    });
    afterEach(async () => {
      await world.edge.stop();
      await world.close();
    });

    const node = (at: 0 | 1 | 2, more: Partial<EdgeNode> = {}): EdgeNode => ({
      address: world.nodes[at],
      state: 'active',
      weight: 50,
      mark: `mark${at}`,
      ...more,
    });
    const wanted = async (
      nodes: readonly EdgeNode[],
      sources: readonly string[] = [],
      banned: readonly string[] = [],
    ) => {
      world.edge.set({ nodes, sources, banned });
      await world.edge.settled();
    };
    const calls = async (count: number, from = world.callers[0]) => {
      const got: (string | undefined)[] = [];
      for (let n = 0; n < count; n += 1) got.push(await world.call(from));
      return got;
    };
    /** Until pings have found out. */
    const seen = (what: Partial<Record<'nodesUp' | 'nodesDown', readonly string[]>>) =>
      expect
        .poll(
          async () => {
            await world.edge.settled();
            return world.edge.health()[0];
          },
          { timeout: 20_000 },
        )
        .toMatchObject(what);

    it('answers nobody before it was told anything', async () => {
      expect(await world.call(world.callers[0])).toBeUndefined();
      await wanted([node(0)]);
      expect(await world.call(world.callers[0])).toBe(world.nodes[0]);
    });

    it('gives new calls to all active nodes, more to those that weigh more', async () => {
      await wanted([node(0, { weight: 90 }), node(1, { weight: 10 })], [world.callers[0]]);
      const got = await calls(80);
      const first = got.filter((one) => one === world.nodes[0]).length;
      const second = got.filter((one) => one === world.nodes[1]).length;
      expect(first + second).toBe(80);
      expect(second).toBeGreaterThan(0);
      expect(first).toBeGreaterThan(second);
    });

    it('gives nothing new to a node that drains, and takes it back when it is active again', async () => {
      await wanted([node(0), node(1, { state: 'draining' })], [world.callers[0]]);
      expect(new Set(await calls(20))).toEqual(new Set([world.nodes[0]]));
      await wanted([node(0, { state: 'draining' }), node(1)], [world.callers[0]]);
      expect(new Set(await calls(20))).toEqual(new Set([world.nodes[1]]));
    });

    it('gives nothing to a node that is not listed any more, and calls to one that came', async () => {
      await wanted([node(0)], [world.callers[0]]);
      await wanted([node(2)], [world.callers[0]]);
      expect(new Set(await calls(10))).toEqual(new Set([world.nodes[2]]));
    });

    it('gives a call that wants the place of another to the node that has that one, also where it drains', async () => {
      await wanted([node(0), node(1, { state: 'draining' }), node(2)], [world.callers[0]]);
      for (let n = 0; n < 10; n += 1) {
        expect(await world.call(world.callers[0], 0, 'ab12-mark1')).toBe(world.nodes[1]);
        expect(await world.call(world.callers[0], 1, 'ab-12-mark2')).toBe(world.nodes[2]);
      }
      await wanted([node(0)], [world.callers[0]]);
      for (const tag of ['ab12-mark1', 'ab12', '', 'ab12-', '-mark7', 'mark1'])
        expect(await world.call(world.callers[0], 0, tag)).toBe(world.nodes[0]);
    });

    it('serves calls while weights change', async () => {
      await wanted([node(0, { weight: 100 })], [world.callers[0]]);
      for (const weight of [70, 40, 10]) {
        world.edge.set({ nodes: [node(0, { weight })], sources: [world.callers[0]], banned: [] });
        expect(await world.call(world.callers[0])).toBe(world.nodes[0]);
        await world.edge.settled();
      }
    });

    it('gives a call to the next node where the first one is dead, and says which', async () => {
      await wanted([node(0), node(1)], [world.callers[0]]);
      await world.nodeDies(world.nodes[0]);
      expect(new Set(await calls(6))).toEqual(new Set([world.nodes[1]]));
      await seen({ nodesUp: [world.nodes[1]], nodesDown: [world.nodes[0]] });
      await world.nodeComesBack(world.nodes[0]);
      await seen({ nodesDown: [] });
      expect(new Set(await calls(20))).toContain(world.nodes[0]);
    });

    it('tells a machine that was restarted everything again, and says so', async () => {
      await wanted([node(0), node(1, { state: 'draining' })], [world.callers[0]]);
      await world.halt(0);
      await world.comeBack(0);
      await expect.poll(() => world.call(world.callers[0]), { timeout: 20_000 }).toBe(world.nodes[0]);
      expect(new Set(await calls(10))).toEqual(new Set([world.nodes[0]]));
      expect(world.edge.health().map(({ restarts }) => restarts)).toEqual([1, 0]);
    });

    it('goes on with the other machine where one does not answer, and says why', async () => {
      await wanted([node(0)]);
      await world.halt(0);
      await wanted([node(1)]);
      expect(await world.call(world.callers[0], 1)).toBe(world.nodes[1]);
      expect(world.edge.health()).toMatchObject([{ up: false, problem: expect.any(String) }, { up: true }]);
      await world.comeBack(0);
      await expect.poll(() => world.call(world.callers[0]), { timeout: 20_000 }).toBe(world.nodes[1]);
      expect(world.edge.health()).toMatchObject([{ up: true }, { up: true }]);
    });

    it('does not answer whom a plan bans, on any machine, nor after a restart, until a plan leaves it out', async () => {
      const [inNetwork, , byAddress, other] = world.callers;
      const all = [byAddress, inNetwork, other];
      const served = (machine: number) =>
        Promise.all(all.map(async (caller) => (await world.call(caller, machine)) !== undefined));
      await wanted([node(0)], [byAddress], [byAddress, world.network]);
      expect(await Promise.all([served(0), served(1)])).toEqual([
        [false, false, true],
        [false, false, true],
      ]);
      await world.halt(0);
      await world.comeBack(0);
      await expect.poll(() => world.call(other), { timeout: 20_000 }).toBe(world.nodes[0]);
      expect(await served(0)).toEqual([false, false, true]);
      expect(await world.edge.bans()).toEqual([]);
      await wanted([node(0)], [byAddress]);
      expect(await Promise.all([served(0), served(1)])).toEqual([
        [true, true, true],
        [true, true, true],
      ]);
    });

    it('tells of its own bans why and since when, and lifts them where it is told', async () => {
      const [stranger] = world.callers;
      await wanted([node(0)]);
      await world.flood(stranger);
      expect(await world.call(stranger)).toBeUndefined();
      expect(await world.call(stranger, 1)).toBe(world.nodes[0]);
      const machine = world.edge.health()[0]!.machine;
      const [ban, ...others] = await world.edge.bans();
      expect(others).toEqual([]);
      expect(ban).toMatchObject({ address: stranger, reason: 'flood', machines: [machine] });
      expect(ban!.until - ban!.since).toBe(300_000);
      expect(await world.edge.unban(stranger)).toBe(true);
      expect(await world.edge.bans()).toEqual([]);
      expect(await world.edge.unban(stranger)).toBe(false);
      // Where the flood is not forgotten yet, the next request is one of it.
      const lifted = async () => {
        await world.edge.unban(stranger);
        return world.call(stranger);
      };
      await expect.poll(lifted, { timeout: 30_000 }).toBe(world.nodes[0]);
    });

    it('bans a stranger who asks too much, and nobody else', async () => {
      const [trunk, , stranger, other] = world.callers;
      await wanted([node(0)], [trunk]);
      await world.flood(stranger);
      expect(await world.call(stranger)).toBeUndefined();
      expect(await world.call(trunk)).toBe(world.nodes[0]);
      expect(await world.call(other)).toBe(world.nodes[0]);
      expect((await world.edge.bans()).map(({ address }) => address)).toEqual([stranger]);
      await expect
        .poll(async () => {
          await world.edge.settled();
          return world.edge.health()[0]?.bans;
        })
        .toBe(1);
    });

    it('bans no trunk however much it asks, be it named by address or by network', async () => {
      const [inNetwork, , byAddress] = world.callers;
      await wanted([node(0)], [byAddress, world.network]);
      await world.flood(byAddress);
      await world.flood(inNetwork);
      expect(await world.call(byAddress)).toBe(world.nodes[0]);
      expect(await world.call(inNetwork)).toBe(world.nodes[0]);
      expect(await world.edge.bans()).toEqual([]);
    });

    it('serves a source that was banned before it was one, and bans one that is none any more', async () => {
      const [inNetwork, , byAddress] = world.callers;
      await wanted([node(0)]);
      await world.flood(inNetwork);
      await world.flood(byAddress);
      expect((await world.edge.bans()).map(({ address }) => address).sort()).toEqual([byAddress, inNetwork].sort());
      await wanted([node(0)], [byAddress, world.network]);
      expect(await world.call(byAddress)).toBe(world.nodes[0]);
      expect(await world.call(inNetwork)).toBe(world.nodes[0]);
      await wanted([node(0)], []);
      await world.flood(byAddress);
      expect(await world.call(byAddress)).toBeUndefined();
    });

    it('rejects questions where no machine answers', async () => {
      await wanted([node(0)]);
      await world.halt(0);
      await world.halt(1);
      await expect(world.edge.bans()).rejects.toBeInstanceOf(SipEdgeUnavailableError);
      await expect(world.edge.unban(world.callers[0])).rejects.toBeInstanceOf(SipEdgeUnavailableError);
    });
  });
}
