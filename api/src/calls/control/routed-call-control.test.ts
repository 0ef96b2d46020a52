import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { MemoryCallStore } from '../../call-records/memory-call-store.js';
import { MemoryCommandChannel } from '../../nodes/memory-command-channel.js';
import { MemoryNodeLeases } from '../../nodes/memory-node-leases.js';
import type { MediaNodeReport } from '../../nodes/node-leases.js';
import { ShuttingDownError } from '../call-errors.js';
import { NodePlacement } from '../node/node-placement.js';
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
  const placement = new NodePlacement({ leases: counted, clock });
  const control = routedCallControl({ store: new MemoryCallStore({ clock, newId }), commands, placement });
  const report = (nodeId: string, total: number, media: Partial<MediaNodeReport> = {}) => {
    const at = clock.now();
    const said = { sip: [], maxCalls: 100, lagMs: 0, busy: 0, version: '1', startedAt: 0, reportedAt: at, ...media };
    return leases.renew(nodeId, 60_000, { counts: { total, accounts: {}, trunks: {} }, media: said });
  };
  const node = async (nodeId: string, total: number, media?: Partial<MediaNodeReport>) => {
    await report(nodeId, total, media);
    return commands.listen(nodeId, async () => ({ nodeId }));
  };
  const place = async () => {
    const request = { callId: newId('CA'), accountId: newId('AC'), to: '+14155550100', from: '+14155550101' };
    const { nodeId } = await control.place({ ...request, ringTimeoutSeconds: 1, timeLimitSeconds: 1 });
    return nodeId;
  };
  return { clock, commands, leases, node, report, place, looks: () => looks };
}

describe('routedCallControl', () => {
  it('gives calls to the node with most room, counting what it gave it since, and looks once for those of a moment', async () => {
    const { clock, node, report, place, looks } = setUp();
    await node('n1', 5);
    await node('n2', 3);
    expect([await place(), await place(), await place(), await place()]).toEqual(['n2', 'n2', 'n1', 'n2']);
    expect(looks()).toBe(1);
    await report('n2', 9, { reportedAt: 1 });
    clock.advance(100);
    expect(await place()).toBe('n1');
    expect(looks()).toBe(2);
  });

  it.each<[string, Partial<MediaNodeReport>]>([
    ['is full', { maxCalls: 3 }],
    ['is drained', { drain: { since: 0, stops: false } }],
    ['works hard', { busy: 0.9 }],
    ['is late', { lagMs: 400 }],
    ['carries more beside what it may', { maxCalls: 10 }],
  ])('passes over a node that %s', async (_why, media) => {
    const { node, place } = setUp();
    await node('n1', 3, media);
    await node('n2', 20);
    expect(await place()).toBe('n2');
  });

  it('passes over a process whose engine does not listen yet', async () => {
    const { leases, node, place } = setUp();
    await leases.renew('n1', 60_000, { counts: { total: 0, accounts: {}, trunks: {} } });
    await node('n2', 20);
    expect(await place()).toBe('n2');
  });

  it('says why where no node takes the call: all are full, or all are drained', async () => {
    const { clock, node, report, place } = setUp();
    await node('n1', 100);
    await expect(place()).rejects.toMatchObject({ code: 'node-calls-limit' });
    await report('n1', 0, { drain: { since: 0, stops: false } });
    clock.advance(100);
    await expect(place()).rejects.toMatchObject({ code: 'no-media-node', kind: 'unavailable', retryAfterSeconds: 5 });
  });

  it('goes to another node where the first began to drain since it was seen', async () => {
    const { commands, report, node, place } = setUp();
    await report('n1', 0);
    await commands.listen('n1', async () => {
      throw new ShuttingDownError();
    });
    await expect(place()).rejects.toMatchObject({ code: 'shutting-down' });
    await node('n2', 3);
    expect(await place()).toBe('n2');
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
