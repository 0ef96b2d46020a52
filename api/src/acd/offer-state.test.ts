import { describe, expect, it } from 'vitest';
import { nextAgent } from './agent-state.js';
import { liveAgent, queueEntry } from './live-records.fixture.js';
import type { LiveAgent, Offer, QueueEntry } from './live-records.js';
import { MemoryLiveCentreStore } from './memory-live-centre-store.js';
import { offerTo, refuseOffer } from './offer-state.js';
import { answerOffer, endUnansweredOffer, leave } from './queue-answers.js';
import { admitEntry, enqueue, leaveQueue, newQueueEntry, turnAwayEntry } from './queue-entry-state.js';

/** A call that rings for two agents at once. */
async function ringing() {
  const store = new MemoryLiveCentreStore();
  const agents = ['AG1', 'AG2'].map((id) => liveAgent(id, { revision: 0 }));
  await store.commit('AC1', [...agents.map((put) => ({ put })), { put: queueEntry('QE1', { revision: 0 }) }]);
  const { entries, agents: stored } = await store.load('AC1');
  const offers = stored.map((agent, at) => ({ offerId: `OF${at + 1}`, agent, skillGroupId: 'SG1', because: [] }));
  await store.commit('AC1', offerTo(entries[0]!, offers, 1000, 16_000));
  return store;
}

const kept = async (store: MemoryLiveCentreStore) => {
  const { agents, entries, offers } = await store.load('AC1');
  return {
    agents: Object.fromEntries(agents.map((agent: LiveAgent) => [agent.id, [agent.status, agent.offerId]])),
    entries: entries.map((entry: QueueEntry) => [entry.state, entry.offerIds, entry.declined]),
    offers: offers.map((offer: Offer) => offer.id),
  };
};

describe('an offer', () => {
  it('claims the agents and the call', async () => {
    const store = await ringing();
    expect(await kept(store)).toEqual({
      agents: { AG1: ['free', 'OF1'], AG2: ['free', 'OF2'] },
      entries: [['offered', ['OF1', 'OF2'], []]],
      offers: ['OF1', 'OF2'],
    });
    expect(await store.get('AC1', 'offer', 'OF1')).toMatchObject({
      agentId: 'AG1',
      entryId: 'QE1',
      ringsUntil: 16_000,
    });
    expect(await store.get('AC1', 'agent', 'AG1')).toMatchObject({ lastOfferedAt: 1000 });
  });

  it('is answered once: the agent is busy, the call out of the queue, the others stop ringing', async () => {
    const store = await ringing();
    const answers = ['OF1', 'OF2'].map((id) => answerOffer(store, 'AC1', id, 2000, '2026-01-01'));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'offer-over' } });
    expect(await kept(store)).toEqual({
      agents: { AG1: ['busy', undefined], AG2: ['free', undefined] },
      entries: [],
      offers: [],
    });
  });

  it('loses against the hang-up, or wins against it, never both', async () => {
    const store = await ringing();
    const [answered, left] = await Promise.allSettled([
      answerOffer(store, 'AC1', 'OF1', 2000, '2026-01-01'),
      leave(store, 'AC1', 'QE1', 2000),
    ]);
    expect(answered.status === 'fulfilled').toBe(left.status === 'fulfilled' && left.value === false);
    const { agents, ...rest } = await kept(store);
    expect(rest).toEqual({ entries: [], offers: [] });
    expect(agents.AG2).toEqual(['free', undefined]);
  });

  it('INSET-01 is missed or refused: the call keeps its place and remembers who, once', async () => {
    const store = await ringing();
    const missed = { type: 'missed', afterMissedOffer: 'rest' } as const;
    expect(await endUnansweredOffer(store, 'AC1', 'OF1', 3000, missed)).toBe(true);
    expect(await endUnansweredOffer(store, 'AC1', 'OF1', 3000, missed)).toBe(false);
    expect(await kept(store)).toEqual({
      agents: { AG1: ['rest', undefined], AG2: ['free', 'OF2'] },
      entries: [['offered', ['OF2'], [{ agentId: 'AG1', at: 3000 }]]],
      offers: ['OF2'],
    });
    expect(await endUnansweredOffer(store, 'AC1', 'OF2', 4000, { type: 'declined' })).toBe(true);
    expect((await kept(store)).entries).toEqual([
      [
        'waiting',
        [],
        [
          { agentId: 'AG1', at: 3000 },
          { agentId: 'AG2', at: 4000 },
        ],
      ],
    ]);
    expect(await store.get('AC1', 'entry', 'QE1')).toMatchObject({ enqueuedAt: 0 });
  });

  it('is withdrawn without a trace', async () => {
    const store = await ringing();
    for (const id of ['OF1', 'OF2']) await endUnansweredOffer(store, 'AC1', id, 3000, { type: 'withdrawn' });
    expect(await kept(store)).toEqual({
      agents: { AG1: ['free', undefined], AG2: ['free', undefined] },
      entries: [['waiting', [], []]],
      offers: [],
    });
  });

  it('is refused by an agent who goes offline meanwhile, in one commit', async () => {
    const store = await ringing();
    const claims = {
      offer: (await store.get('AC1', 'offer', 'OF1'))!,
      agent: (await store.get('AC1', 'agent', 'AG1'))!,
      entry: await store.get('AC1', 'entry', 'QE1'),
    };
    const offline = { type: 'goOffline', why: 'loggedOut', by: 'agent' } as const;
    expect(() => nextAgent(claims.agent, offline, 3000)).toThrow();
    expect(await store.commit('AC1', refuseOffer(claims, [offline], 3000))).toMatchObject({ committed: true });
    expect(await kept(store)).toMatchObject({ agents: { AG1: ['offline', undefined] }, offers: ['OF2'] });
  });

  it('is refused to an agent who is not free, and to one who is asked already', () => {
    const agent = { ...liveAgent('AG1'), offerId: 'OF0' };
    expect(() => offerTo(queueEntry('QE1'), [{ offerId: 'OF1', agent, because: [] }], 1, undefined)).toThrow(
      expect.objectContaining({ code: 'agent-status-not-allowed' }),
    );
  });
});

describe('a queue entry', () => {
  it('arrives, then waits or is turned away, as long as it does not ring', () => {
    const [write] = enqueue({ ...newQueueEntry(queueEntry('QE1')) });
    expect(write).toMatchObject({ put: { state: 'arriving', onNoSeat: 'turnAway', priority: 0, revision: 0 } });
    const entry = queueEntry('QE1');
    expect(admitEntry(entry)).toMatchObject([{ put: { state: 'waiting' } }]);
    expect(turnAwayEntry(entry, 'queueFull')).toMatchObject([
      { put: { state: 'turnedAway', turnedAway: 'queueFull' } },
    ]);
    const offered = { ...entry, state: 'offered' } as const;
    expect(admitEntry(offered)).toBeUndefined();
    expect(turnAwayEntry(offered, 'noSeatOnline')).toBeUndefined();
  });

  it('needs a group or agents', () => {
    const { skillGroupId: _, ...draft } = queueEntry('QE1');
    expect(() => newQueueEntry(draft)).toThrow(RangeError);
    expect(newQueueEntry({ ...draft, onlyAgentIds: ['AG1'] })).toMatchObject({ onlyAgentIds: ['AG1'] });
  });

  it('leaves although an agent of its offers is gone', () => {
    const offer = { kind: 'offer', id: 'OF1', revision: 2 } as Offer;
    expect(leaveQueue(queueEntry('QE1'), [{ offer, agent: undefined }], 5)).toEqual([
      { remove: { kind: 'entry', id: 'QE1', revision: 1 } },
      { remove: { kind: 'offer', id: 'OF1', revision: 2 } },
    ]);
  });
});
