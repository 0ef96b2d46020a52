import { afterEach, describe, expect, it } from 'vitest';
import { askAgainAfterMs, emptySeatsGraceMs } from '../routing/eligibility.js';
import { CentreWorld } from './centre.fixture.js';
import { missingForMs } from './dead-nodes.js';
import { ownersSayMs } from './put-back-agents.js';
import { offerMarginMs } from './upkeep.js';

let world: CentreWorld;
afterEach(() => world.stop());

async function centre(): Promise<CentreWorld> {
  world = new CentreWorld();
  world.group('G1');
  await world.nodeLives('n1');
  await world.startNode('router 1');
  return world;
}

describe('a routing node', () => {
  it('offers an arriving call to a free agent at once', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    expect(await world.ringing()).toEqual(['E1:A1']);
    const { offers } = await world.store.load('AC1');
    expect(offers[0]).toMatchObject({
      ringsUntil: world.clock.now() + 15_000,
      skillGroupId: 'G1',
      nodeId: 'n1',
      because: [{ code: 'longestIdle', idleMs: 0 }],
    });
  });

  it('ROUTE-01 gives three simultaneous calls to agents in the order of their idle time', async () => {
    await centre();
    for (const id of ['A2', 'A3', 'A1']) {
      await world.agent(id, ['G1']);
      await world.pass(10);
    }
    await Promise.all(['E1', 'E2', 'E3'].map((id) => world.enqueue(id)));
    expect(await world.ringing()).toEqual(['E1:A2', 'E2:A3', 'E3:A1']);
  });

  it('lets a call wait that nobody can take, and offers it when an agent becomes free', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'ask', status: 'notReady', restReasons: [], by: 'agent' });
    await world.enqueue('E1');
    await world.enqueue('E2');
    expect(await world.entryState('E1')).toBe('waiting');
    await world.signal('A1', { type: 'ask', status: 'free', restReasons: [], by: 'agent' });
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it('AGENT-01 rings nobody who is not ready, at rest, busy or offline', async () => {
    await centre();
    const ask = { type: 'ask', restReasons: ['meal'], by: 'agent' } as const;
    for (const id of ['A1', 'A2', 'A3', 'A4']) await world.agent(id, ['G1']);
    await world.signal('A1', { ...ask, status: 'notReady' });
    await world.signal('A2', { ...ask, status: 'rest', restReason: 'meal' });
    await world.signal('A3', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    await world.signal('A4', { type: 'goOffline', why: 'loggedOut', by: 'agent' });
    await world.enqueue('E1');
    expect(await world.ringing()).toEqual([]);
    expect(await world.entryState('E1')).toBe('waiting');
  });

  it('SOFTIN-13 offers a waiting call as soon as after-call work ends by itself', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    await world.answer('A1');
    await world.signal('A1', { type: 'callEnded', contactId: 'CNE1', afterCallWorkSeconds: 10 });
    await world.enqueue('E2');
    await world.pass(9999);
    expect(await world.ringing()).toEqual([]);
    await world.pass(1);
    expect(await world.ringing()).toEqual(['E2:A1']);
    expect(await world.live('A1')).toMatchObject({ lastChange: { why: 'afterCallWorkEnded', by: 'system' } });
  });

  it('INSET-01 asks another agent after one refused, and that one again after a pause', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.pass(5);
    await world.agent('A2', ['G1']);
    await world.enqueue('E1');
    expect(await world.ringing()).toEqual(['E1:A1']);
    await world.decline('A1');
    expect(await world.ringing()).toEqual(['E1:A2']);
    await world.decline('A2');
    expect(await world.ringing()).toEqual([]);
    await world.pass(askAgainAfterMs);
    expect(await world.ringing()).toHaveLength(1);
  });

  it('IVR-20 offers a call to the second group when its step is due', async () => {
    await centre();
    world.group('G1', { overflow: [{ afterSeconds: 20, skillGroupId: 'G2' }] });
    world.group('G2');
    await world.agent('A2', ['G2']);
    await world.enqueue('E1');
    await world.pass(19_999);
    expect(await world.entryState('E1')).toBe('waiting');
    await world.pass(1);
    expect(await world.ringing()).toEqual(['E1:A2']);
  });

  it('IVR-20 serves calls of both groups in order', async () => {
    await centre();
    world.group('G1', { overflow: [{ afterSeconds: 0, skillGroupId: 'G2' }] });
    world.group('G2');
    await world.agent('A2', ['G2']);
    await world.enqueue('E0', { skillGroupId: 'G2' });
    await world.pass(1000);
    await world.enqueue('E1');
    await world.pass(1000);
    await world.enqueue('E2', { skillGroupId: 'G2' });
    await world.leave('E0');
    expect(await world.ringing()).toEqual(['E1:A2']);
    await world.leave('E1');
    expect(await world.ringing()).toEqual(['E2:A2']);
  });

  it('IVR-18 turns a call away where nobody is there, at once or after a while', async () => {
    await centre();
    await world.enqueue('E1');
    expect(await world.entryState('E1')).toBe('noSeatOnline');
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    await world.enqueue('E2');
    expect(await world.entryState('E2')).toBe('waiting');
    await world.signal('A1', { type: 'callEnded', contactId: 'CN9', afterCallWorkSeconds: 5 });
    await world.signal('A1', { type: 'goOffline', why: 'loggedOut', by: 'agent' });
    await world.pass(emptySeatsGraceMs - 1);
    expect(await world.entryState('E2')).toBe('waiting');
    await world.pass(1);
    expect(await world.entryState('E2')).toBe('noSeatOnline');
  });

  it('turns a call away where the most wait already', async () => {
    await centre();
    world.group('G1', { maxWaiting: 2 });
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    await Promise.all(['E1', 'E2', 'E3'].map((id, at) => world.enqueue(id, { enqueuedAt: at })));
    expect(await Promise.all(['E1', 'E2', 'E3'].map((id) => world.entryState(id)))).toEqual([
      'waiting',
      'waiting',
      'queueFull',
    ]);
  });

  it('OUTSET-06 offers a call to its only agent when that one is free', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.agent('A2', ['G2']);
    await world.signal('A2', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    await world.enqueue('E1', { onlyAgentIds: ['A2'] });
    expect(await world.entryState('E1')).toBe('waiting');
    await world.signal('A2', { type: 'callEnded', contactId: 'CN9', afterCallWorkSeconds: 0 });
    expect(await world.ringing()).toEqual(['E1:A2']);
  });

  it('brings an agent offline whose client is gone too long, and asks another for its call', async () => {
    await centre();
    const profile = { skillGroups: [{ skillGroupId: 'G1', priority: 3 }], reachableWithoutClient: false };
    await world.signal('A1', { type: 'profileChanged', profile });
    await world.signal('A1', { type: 'clientConnected', client: { id: 'c1', nodeId: 'n1' } });
    await world.signal('A1', { type: 'goOnline', statusOnline: 'free', by: 'agent' });
    world.settings = { ...world.settings, clientLostGraceSeconds: 10 };
    await world.startNode('router 2');
    await world.pass(5);
    await world.agent('A2', ['G1']);
    await world.enqueue('E1');
    expect(await world.ringing()).toEqual(['E1:A1']);
    await world.signal('A1', { type: 'clientLost', clientId: 'c1' });
    await world.pass(10_000);
    expect(await world.live('A1')).toMatchObject({ status: 'free' });
    await world.pass(20_000);
    expect(await world.live('A1')).toMatchObject({ status: 'offline', lastChange: { why: 'clientLost' } });
    expect(await world.ringing()).toEqual(['E1:A2']);
  });

  it('changes nothing for a client that comes back in time', async () => {
    await centre();
    const profile = { skillGroups: [], reachableWithoutClient: false };
    await world.signal('A1', { type: 'profileChanged', profile });
    await world.signal('A1', { type: 'clientConnected', client: { id: 'c1', nodeId: 'n1' } });
    await world.signal('A1', { type: 'goOnline', statusOnline: 'free', by: 'agent' });
    await world.signal('A1', { type: 'clientLost', clientId: 'c1' });
    await world.pass(29_000);
    await world.signal('A1', { type: 'clientConnected', client: { id: 'c2', nodeId: 'n1' } });
    await world.pass(60_000);
    expect(await world.live('A1')).toMatchObject({ status: 'free', lastChange: { why: 'wentOnline' } });
  });

  it('ends an offer that its owner leaves ringing', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    await world.agent('A2', ['G1']);
    await world.pass(15_000 + offerMarginMs - 1);
    expect(await world.ringing()).toEqual(['E1:A1']);
    await world.pass(1);
    expect(await world.ringing()).toEqual(['E1:A2']);
  });

  it('ends what a dead node owned: calls that wait or ring, agents in its calls, its clients', async () => {
    await centre();
    await world.nodeLives('n2', 5000);
    for (const id of ['A1', 'A2', 'A3']) await world.agent(id, ['G1']);
    await world.enqueue('E1', { nodeId: 'n2' });
    await world.answer('A1');
    await world.enqueue('E2', { nodeId: 'n2' });
    await world.signal('A3', { type: 'clientConnected', client: { id: 'c1', nodeId: 'n2' } });
    await world.enqueue('E3', { nodeId: 'n2', onlyAgentIds: ['A1'] });
    await world.enqueue('E4', { onlyAgentIds: ['A1'] });
    await world.pass(5000 + missingForMs - 2000);
    expect(await world.live('A1')).toMatchObject({ status: 'busy' });
    await world.pass(7000);
    expect(await world.live('A1')).toMatchObject({ status: 'free', lastChange: { why: 'callLost' } });
    expect(await world.ringing()).toEqual(['E4:A1']);
    expect(await world.live('A2')).toMatchObject({ status: 'free' });
    expect(await world.live('A2')).not.toHaveProperty('offerId');
    expect(await world.live('A3')).toMatchObject({ clients: [] });
    const { entries } = await world.store.load('AC1');
    expect(entries.map(({ id }) => id)).toEqual(['E4']);
  });

  it('offers no call to who could not be reached, says so where others are asked, and offers again at once after a sign', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1', { onNoSeat: 'wait' });
    await world.notReached('A1');
    await world.pass(120_000);
    expect([await world.ringing(), await world.entryState('E1')]).toEqual([[], 'waiting']);
    await world.agent('A2', ['G1']);
    expect(await world.ringing()).toEqual(['E1:A2']);
    const { offers } = await world.store.load('AC1');
    expect(offers[0]!.because).toMatchObject([{ code: 'longestIdle' }, { code: 'unreachableLeftOut', agents: 1 }]);
    await world.decline('A2');
    await world.signal('A1', { type: 'reachableAgain' });
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it('INSET-01 lets it ring on where the time-out is off, although somebody else is free', async () => {
    await centre();
    const { ringTimeoutSeconds: _, ...settings } = world.settings;
    world.settings = settings;
    await world.pass(5_000);
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    await world.agent('A2', ['G1']);
    await world.pass(3_600_000);
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it('tries who is called on a mobile again after a minute', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    const profile = { skillGroups: [{ skillGroupId: 'G1', priority: 3 }], reachableWithoutClient: true };
    await world.signal('A1', { type: 'profileChanged', profile: { ...profile, mobileRings: true } });
    await world.enqueue('E1');
    await world.notReached('A1');
    await world.pass(59_000);
    expect(await world.ringing()).toEqual([]);
    await world.pass(1_000);
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it.each<[string, () => Promise<void>]>([
    ['cannot be reached', () => world.notReached('A1')],
    [
      'goes offline',
      async () => {
        await world.decline('A1');
        await world.signal('A1', { type: 'goOffline', why: 'loggedOut', by: 'agent' });
      },
    ],
  ])('turns a call for one agent away who %s, after a moment', async (_how, goes) => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1', { onlyAgentIds: ['A1'] });
    await goes();
    await world.pass(emptySeatsGraceMs - 1);
    expect(await world.entryState('E1')).toBe('waiting');
    await world.pass(1);
    expect(await world.entryState('E1')).toBe('noSeatOnline');
  });

  it('takes nobody for dead because the leases were lost for a moment', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    await world.leases.release('n1');
    await world.pass(missingForMs - 2000);
    await world.nodeLives('n1');
    await world.pass(60_000);
    expect(await world.live('A1')).toMatchObject({ status: 'busy' });
  });

  it('is replaced within 3 s when it dies: no waiting caller is lost or reordered', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    for (let at = 0; at < 50; at++) {
      await world.enqueue(`E${at}`, { enqueuedAt: world.clock.now() - ((at * 7) % 50), onNoSeat: 'wait' });
    }
    // It loses its lease as a killed process does: nobody renews it.
    await world.startNode('router 2');
    const { entries: before } = await world.store.load('AC1');
    const killed = world.lease;
    const hold = killed.hold.bind(killed);
    killed.hold = async (holder, ...rest) => (holder === 'router 1' ? [] : hold(holder, ...rest));
    await world.pass(600);
    await world.signal('A1', { type: 'callEnded', contactId: 'CN9', afterCallWorkSeconds: 0 });
    await world.pass(2400);
    const served: string[] = [];
    for (let turn = 0; turn < 50; turn++) {
      const [ringing] = await world.ringing();
      served.push(ringing!.split(':')[0]!);
      await world.answer('A1');
      await world.signal('A1', { type: 'callEnded', contactId: `CN${served.at(-1)}`, afterCallWorkSeconds: 0 });
    }
    const order = [...before].sort((a, b) => a.enqueuedAt - b.enqueuedAt || (a.id < b.id ? -1 : 1));
    expect(served).toEqual(order.map(({ id }) => id));
  });

  it('hands over at once when it stops', async () => {
    world = new CentreWorld();
    world.group('G1');
    await world.nodeLives('n1');
    const first = await world.startNode('router 1');
    await world.agent('A1', ['G1']);
    await world.pass(500);
    const second = await world.startNode('router 2');
    expect([first.accountIds, second.accountIds]).toEqual([['AC1'], []]);
    await first.stop();
    await world.pass(500);
    expect(second.accountIds).toEqual(['AC1']);
    await world.enqueue('E1');
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it.each<[string, (change: () => void) => Promise<void>]>([
    [
      'as soon as it is told',
      async (change) => {
        change();
        await world.news.tell('AC1', 'G1');
        await world.settle();
      },
    ],
    ['where it may have missed being told', (change) => world.news.interrupt(async () => change())],
    [
      'after a while where nobody tells it',
      async (change) => {
        change();
        await world.pass(30_000);
      },
    ],
  ])('takes up a changed group %s: who is asked', async (_when, learns) => {
    await centre();
    await world.agent('A2', ['G2']);
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'placeCall', contactId: 'CN9', nodeId: 'n1' });
    await world.enqueue('E1');
    await world.pass(5000);
    await learns(() => world.group('G1', { overflow: [{ afterSeconds: 0, skillGroupId: 'G2' }] }));
    await world.settle();
    expect(await world.ringing()).toEqual(['E1:A2']);
  });

  it('goes on after the store lost everything, with what owners put back', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    world.store.lose();
    await world.settle();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    await world.pass(1000);
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it('IVR-20 goes through groups that overflow into each other without an end, and asks each agent once', async () => {
    await centre();
    const into = (skillGroupId: string) => ({ overflow: [{ afterSeconds: 0, skillGroupId }] });
    world.group('G1', into('G2'));
    world.group('G2', into('G3'));
    world.group('G3', into('G1'));
    await world.agent('A3', ['G3']);
    for (const id of ['E1', 'E2']) await world.enqueue(id, { onNoSeat: 'wait' });
    await world.pass(60_000);
    // Overflow goes one step: calls for G1 do not reach G3 by way of G2.
    expect([await world.ringing(), await world.entryState('E1')]).toEqual([[], 'waiting']);
    await world.agent('A2', ['G2']);
    expect(await world.ringing()).toEqual(['E1:A2']);
    await world.enqueue('E3', { skillGroupId: 'G2' });
    expect(await world.ringing()).toEqual(['E1:A2', 'E3:A3']);
  });

  it('has agents go on as they were after the store lost everything', async () => {
    await centre();
    for (const id of ['A1', 'A2', 'A3', 'A4', 'A5', 'A6']) await world.agent(id, ['G1']);
    await world.signal('A2', { type: 'ask', status: 'rest', restReason: 'meal', restReasons: ['meal'], by: 'agent' });
    await world.signal('A3', { type: 'goOffline', why: 'loggedOut', by: 'agent' });
    await world.signal('A4', { type: 'placeCall', contactId: 'CN4', nodeId: 'n1' });
    await world.signal('A5', { type: 'placeCall', contactId: 'CN5', nodeId: 'n1' });
    await world.signal('A6', { type: 'clientConnected', client: { id: 'C6', nodeId: 'n1' } });
    await world.signal('A6', { type: 'profileChanged', profile: { skillGroups: [], reachableWithoutClient: false } });
    world.store.lose();
    // A client is there again before routing has looked; an owner says that its call goes on; another call is over.
    await world.signal('A1', { type: 'clientConnected', client: { id: 'C1', nodeId: 'n1' } });
    await world.signal('A4', { type: 'resumeCall', contactId: 'CN4', nodeId: 'n1' });
    await world.pass(1000);
    expect(await world.live('A1')).toMatchObject({ status: 'free', clients: [{ id: 'C1' }] });
    expect(await world.live('A2')).toMatchObject({ status: 'rest', restReason: 'meal' });
    expect(await world.live('A3')).toBeUndefined();
    expect(await world.live('A4')).toMatchObject({ status: 'busy', contactId: 'CN4' });
    expect(await world.live('A5')).toBeUndefined();
    await world.pass(ownersSayMs);
    expect(await world.live('A5')).toMatchObject({ status: 'free', lastChange: { why: 'callLost' } });
    expect(await world.live('A6')).toMatchObject({ status: 'free', clients: [] });
    await world.pass(world.settings.clientLostGraceSeconds * 1000);
    expect((await world.live('A6')).status).toBe('offline');
    await world.enqueue('E1');
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it('brings nobody back from before the last loss who went offline since', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'placeCall', contactId: 'CN1', nodeId: 'n1' });
    world.store.lose();
    await world.signal('A1', { type: 'resumeCall', contactId: 'CN1', nodeId: 'n1' });
    await world.signal('A1', { type: 'goOffline', why: 'loggedOut', by: 'agent' });
    await world.signal('A1', { type: 'callEnded', contactId: 'CN1', afterCallWorkSeconds: 0 });
    await world.pass(1000);
    world.store.lose();
    await world.pass(2 * ownersSayMs);
    expect((await world.live('A1'))?.status ?? 'offline').toBe('offline');
  });

  it('has agents go on as they were where another process routes after the loss', async () => {
    await centre();
    await world.startNode('router 2');
    await world.agent('A1', ['G1']);
    const hold = world.lease.hold.bind(world.lease);
    world.lease.hold = async (holder, ...given) => (holder === 'router 1' ? [] : hold(holder, ...given));
    await world.lease.release('router 1', ['AC1']);
    world.store.lose();
    await world.pass(1000);
    expect(await world.live('A1')).toMatchObject({ status: 'free' });
    await world.enqueue('E1');
    await world.pass(3000);
    expect(await world.ringing()).toEqual(['E1:A1']);
  });

  it('two that both believe to hold the lease do no harm', async () => {
    await centre();
    world.lease.hold = async (_, accountIds) => accountIds;
    await world.startNode('router 2');
    for (let at = 0; at < 10; at++) await world.agent(`A${at}`, ['G1']);
    await Promise.all(Array.from({ length: 20 }, (_, at) => world.enqueue(`E${at}`)));
    await world.pass(100);
    const { offers, entries } = await world.store.load('AC1');
    expect(new Set(offers.map(({ agentId }) => agentId)).size).toBe(10);
    expect(new Set(offers.map(({ entryId }) => entryId)).size).toBe(10);
    expect(entries.filter(({ state }) => state === 'waiting')).toHaveLength(10);
  });

  it('leaves no timer when it stops', async () => {
    await centre();
    await world.agent('A1', ['G1']);
    await world.enqueue('E1');
    await world.stop();
    await world.settle();
    expect(world.clock.pending).toBe(0);
  });
});
