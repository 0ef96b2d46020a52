import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { MemoryCallStore } from './memory-call-store.js';
import { MemoryCommandChannel } from './memory-command-channel.js';
import { MemoryNodeLeases } from './memory-node-leases.js';
import { routedCallControl } from './routed-call-control.js';

/** A process without an engine, and nodes that say of each call they are given that they placed it. */
function setUp() {
  const clock = new ManualClock();
  const newId = idMaker(clock, seededRandom(1));
  const commands = new MemoryCommandChannel({ clock });
  const leases = new MemoryNodeLeases(clock);
  let looks = 0;
  const counted = {
    alive: () => {
      looks++;
      return leases.alive();
    },
  };
  const control = routedCallControl({ store: new MemoryCallStore({ clock, newId }), commands, leases: counted, clock });
  const node = async (nodeId: string, total: number) => {
    await leases.renew(nodeId, 60_000, { total, accounts: {}, trunks: {} });
    return commands.listen(nodeId, async () => ({ nodeId }));
  };
  const place = async () => {
    const request = { callId: newId('CA'), accountId: newId('AC'), to: '+14155550100', from: '+14155550101' };
    const { nodeId } = await control.place({ ...request, ringTimeoutSeconds: 1, timeLimitSeconds: 1 });
    return nodeId;
  };
  return { clock, leases, node, place, looks: () => looks };
}

describe('routedCallControl', () => {
  it('gives calls to the node that carries least, and looks once for those of a moment', async () => {
    const { clock, node, place, leases, looks } = setUp();
    await node('n1', 5);
    await node('n2', 3);
    expect(await Promise.all([place(), place(), place()])).toEqual(['n2', 'n2', 'n2']);
    expect(looks()).toBe(1);
    await leases.renew('n2', 60_000, { total: 9, accounts: {}, trunks: {} });
    clock.advance(100);
    expect(await place()).toBe('n1');
    expect(looks()).toBe(2);
  });

  it('goes to another node where the one it saw has gone since', async () => {
    const { node, place, leases } = setUp();
    const stop = await node('n1', 0);
    await node('n2', 3);
    expect(await place()).toBe('n1');
    await stop();
    await leases.release('n1');
    expect(await place()).toBe('n2');
  });

  it('goes to no other where the node still has its lease: it may place the call yet', async () => {
    const { node, place } = setUp();
    const stop = await node('n1', 0);
    await node('n2', 3);
    expect(await place()).toBe('n1');
    await stop();
    await expect(place()).rejects.toMatchObject({ code: 'owner-unreachable' });
  });

  it('sees a node that comes after there was none', async () => {
    const { node, place, clock } = setUp();
    await expect(place()).rejects.toMatchObject({ code: 'no-media-node' });
    await node('n1', 0);
    clock.advance(100);
    expect(await place()).toBe('n1');
  });
});
