import { followCentre } from '@hookswitch/api/acd/follow-centre';
import type { LiveCentre, LiveCentreStore, LiveChange } from '@hookswitch/api/acd/live-centre-store';
import type { LiveAgent, Offer, QueueEntry } from '@hookswitch/api/acd/live-records';
import { describe, expect, it, vi } from 'vitest';

/** Two processes on the same live state, and what can happen to it. */
export interface LiveCentreWorld {
  readonly mine: LiveCentreStore;
  readonly theirs: LiveCentreStore;
  /** Everything stored is gone, and connections break. */
  lose(): Promise<void>;
  /** The connections of subscribers break; while they are broken this is done. */
  interrupt(meanwhile: () => Promise<void>): Promise<void>;
}

const account = 'AC1';

/** The live state of contact centres: the same sentences for every adapter. */
export function liveCentreStoreContract(name: string, make: () => Promise<LiveCentreWorld>) {
  describe(`live centre store contract: ${name}`, () => {
    it('stores what is committed, each record one revision on, and answers it to every process', async () => {
      const { mine, theirs } = await make();
      expect(await mine.load(account)).toEqual({ epoch: '', sequence: 0, agents: [], entries: [], offers: [] });
      const writes = [{ put: agent('AG1') }, { put: entry('QE1') }, { put: offer('OF1') }];
      expect(await mine.commit(account, writes)).toEqual({ committed: true, sequence: 1 });
      const stored = { ...agent('AG1'), revision: 1 };
      expect(await theirs.get(account, 'agent', 'AG1')).toEqual(stored);
      const centre = await theirs.load(account);
      expect(centre).toMatchObject({
        sequence: 1,
        agents: [stored],
        entries: [{ id: 'QE1' }],
        offers: [{ id: 'OF1' }],
      });
      expect(centre.epoch).not.toBe('');
      expect(await theirs.get(account, 'entry', 'AG1')).toBeUndefined();
    });

    it('stores all writes of a commit or none', async () => {
      const { mine } = await make();
      await mine.commit(account, [{ put: agent('AG1') }]);
      const stale = [{ put: { ...agent('AG1'), revision: 1 } }, { put: { ...entry('QE1'), revision: 4 } }];
      expect(await mine.commit(account, stale)).toEqual({ committed: false });
      expect(await mine.commit(account, [{ put: entry('QE1') }, { put: agent('AG1') }])).toEqual({ committed: false });
      const absent = { remove: { kind: 'offer', id: 'OF1', revision: 1 } } as const;
      expect(await mine.commit(account, [{ put: entry('QE1') }, absent])).toEqual({ committed: false });
      expect(await mine.load(account)).toMatchObject({
        sequence: 1,
        agents: [{ revision: 1 }],
        entries: [],
        offers: [],
      });
    });

    it('removes what is at the revision given, and takes it anew from 0', async () => {
      const { mine } = await make();
      await mine.commit(account, [{ put: entry('QE1') }]);
      const remove = (revision: number) => [{ remove: { kind: 'entry', id: 'QE1', revision } }] as const;
      expect(await mine.commit(account, remove(2))).toEqual({ committed: false });
      expect(await mine.commit(account, remove(1))).toEqual({ committed: true, sequence: 2 });
      expect(await mine.get(account, 'entry', 'QE1')).toBeUndefined();
      expect(await mine.commit(account, [{ put: entry('QE1') }])).toEqual({ committed: true, sequence: 3 });
    });

    it('lets one of many win who decide on the same revision', async () => {
      const { mine, theirs } = await make();
      await mine.commit(account, [{ put: agent('AG1') }]);
      const seen = { ...agent('AG1'), revision: 1 };
      const attempts = Array.from({ length: 40 }, (_, at) =>
        (at % 2 === 0 ? mine : theirs).commit(account, [
          { put: { ...seen, offerId: `OF${at}` } },
          { put: offer(`OF${at}`) },
        ]),
      );
      const won = (await Promise.all(attempts)).filter(({ committed }) => committed);
      expect(won).toHaveLength(1);
      const centre = await mine.load(account);
      expect(centre.offers.map(({ id }) => id)).toEqual([centre.agents[0]!.offerId]);
    });

    it('keeps accounts apart', async () => {
      const { mine } = await make();
      await mine.commit(account, [{ put: agent('AG1') }]);
      expect(await mine.get('AC2', 'agent', 'AG1')).toBeUndefined();
      expect(await mine.load('AC2')).toMatchObject({ sequence: 0, agents: [] });
      const heard: string[] = [];
      await mine.subscribe('AC2', { changed: (change) => heard.push(change.accountId), reload: () => {} });
      await mine.commit(account, [{ put: entry('QE1') }]);
      await mine.commit('AC2', [{ put: { ...entry('QE2'), accountId: 'AC2' } }]);
      await vi.waitFor(() => expect(heard).toEqual(['AC2']));
      await expect(mine.commit('AC2', [{ put: entry('QE3') }])).rejects.toThrow('another account');
    });

    it.each(['', 'a:b', '../x', 'a b', "x' or 1", 'a\n', '{}', '*', 'é', 'x'.repeat(65)])(
      'refuses %j as an id',
      async (id) => {
        const { mine } = await make();
        const refused = { code: 'invalid-request' };
        await expect(mine.commit(account, [{ put: agent(id) }])).rejects.toMatchObject(refused);
        await expect(mine.get(account, 'agent', id)).rejects.toMatchObject(refused);
        await expect(mine.load(id)).rejects.toMatchObject(refused);
        await expect(mine.commit(id, [])).rejects.toMatchObject(refused);
        await expect(mine.changesAfter(id, { epoch: '', sequence: 0 })).rejects.toMatchObject(refused);
        expect(await mine.accounts()).toEqual([]);
      },
    );

    it('refuses to write one record twice in a commit', async () => {
      const { mine } = await make();
      await expect(mine.commit(account, [{ put: agent('AG1') }, { put: agent('AG1') }])).rejects.toThrow('twice');
    });

    it('tells every commit once, in order, to every subscriber, until it has enough', async () => {
      const { mine, theirs } = await make();
      const heard: LiveChange[] = [];
      const stop = await theirs.subscribe(account, { changed: (change) => heard.push(change), reload: () => {} });
      for (let at = 1; at <= 20; at++) await (at % 2 ? mine : theirs).commit(account, [{ put: entry(`QE${at}`) }]);
      await mine.commit(account, [{ remove: { kind: 'entry', id: 'QE3', revision: 1 } }, { put: agent('AG1') }]);
      await vi.waitFor(() => expect(heard).toHaveLength(21));
      expect(heard.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 21 }, (_, at) => at + 1));
      expect(heard[0]!.records).toEqual([{ kind: 'entry', id: 'QE1', record: { ...entry('QE1'), revision: 1 } }]);
      expect(heard[20]!.records).toEqual([
        { kind: 'entry', id: 'QE3' },
        { kind: 'agent', id: 'AG1', record: { ...agent('AG1'), revision: 1 } },
      ]);
      await stop();
      const others: LiveChange[] = [];
      await theirs.subscribe(account, { changed: (change) => others.push(change), reload: () => {} });
      await mine.commit(account, [{ put: entry('QE30') }]);
      await vi.waitFor(() => expect(others).toHaveLength(1));
      expect(heard).toHaveLength(21);
    });

    it('answers the changes after a position, and nothing where it cannot answer all', async () => {
      const { mine, theirs } = await make();
      for (let at = 1; at <= 5; at++) await mine.commit(account, [{ put: entry(`QE${at}`) }]);
      const { epoch } = await theirs.load(account);
      const after = async (sequence: number, ofEpoch = epoch) =>
        (await theirs.changesAfter(account, { epoch: ofEpoch, sequence }))?.map((change) => change.sequence);
      expect(await after(0, '')).toEqual([1, 2, 3, 4, 5]);
      expect(await after(3)).toEqual([4, 5]);
      expect(await after(5)).toEqual([]);
      expect(await after(6)).toBeUndefined();
      expect(await after(3, 'another life')).toBeUndefined();
      expect(await theirs.changesAfter('AC2', { epoch: '', sequence: 0 })).toEqual([]);
      expect(await theirs.changesAfter(account, { epoch, sequence: 4 })).toEqual([
        {
          accountId: account,
          epoch,
          sequence: 5,
          records: [{ kind: 'entry', id: 'QE5', record: { ...entry('QE5'), revision: 1 } }],
        },
      ]);
    });

    it('forgets old changes, and says so', async () => {
      const { mine } = await make();
      await mine.commit(account, [{ put: agent('AG1') }]);
      for (let at = 1; at <= 4500; at++) {
        const { committed } = await mine.commit(account, [{ put: { ...agent('AG1'), revision: at } }]);
        if (!committed) throw new Error('lost');
      }
      const { epoch, sequence } = await mine.load(account);
      expect(await mine.changesAfter(account, { epoch, sequence: 10 })).toBeUndefined();
      expect(await mine.changesAfter(account, { epoch, sequence: sequence - 1500 })).toHaveLength(1500);
    });

    it('knows the accounts with something live, and tells of new ones', async () => {
      const { mine, theirs } = await make();
      const told: string[] = [];
      const stop = await theirs.subscribeAccounts((accountId) => told.push(accountId));
      await mine.commit(account, [{ put: agent('AG1') }]);
      await mine.commit(account, [{ put: entry('QE1') }]);
      await mine.commit('AC2', [{ put: { ...agent('AG1'), accountId: 'AC2' } }]);
      await vi.waitFor(() => expect(told).toEqual([account, 'AC2']));
      expect([...(await theirs.accounts())].sort()).toEqual([account, 'AC2']);
      await stop();
    });

    it('tells subscribers that missed changes to load again', async () => {
      const { mine, theirs, interrupt } = await make();
      let reloads = 0;
      await theirs.subscribe(account, { changed: () => {}, reload: () => reloads++ });
      await mine.commit(account, [{ put: agent('AG1') }]);
      await interrupt(async () => {
        await mine.commit(account, [{ put: agent('AG2') }]);
      });
      await vi.waitFor(() => expect(reloads).toBeGreaterThan(0));
    });

    it('begins anew after it lost everything: other numbers, another epoch, and owners are told', async () => {
      const { mine, theirs, lose } = await make();
      await mine.commit(account, [{ put: agent('AG1') }]);
      await mine.commit(account, [{ put: entry('QE1') }]);
      const before = await mine.load(account);
      let told = false;
      await theirs.subscribe(account, { changed: () => {}, reload: () => (told = true) });
      await lose();
      await vi.waitFor(() => expect(told).toBe(true));
      expect(await theirs.load(account)).toMatchObject({ sequence: 0, agents: [], entries: [] });
      expect(await theirs.accounts()).toEqual([]);
      expect(await theirs.commit(account, [{ put: { ...agent('AG1'), revision: 1 } }])).toEqual({ committed: false });
      expect(await theirs.commit(account, [{ put: agent('AG1') }])).toEqual({ committed: true, sequence: 1 });
      expect((await theirs.load(account)).epoch).not.toBe(before.epoch);
      expect(await theirs.changesAfter(account, before)).toBeUndefined();
    });

    it('lets a follower have the whole state, whatever breaks meanwhile', async () => {
      const { mine, theirs, lose, interrupt } = await make();
      const view = new Map<string, number>();
      const fill = (centre: LiveCentre) => {
        view.clear();
        for (const { id, revision } of [...centre.agents, ...centre.entries, ...centre.offers]) view.set(id, revision);
      };
      await mine.commit(account, [{ put: agent('AG0') }]);
      const stop = await followCentre(
        theirs,
        account,
        {
          loaded: fill,
          changed: ({ records }) => {
            for (const { id, record } of records) {
              if (record) view.set(id, record.revision);
              else view.delete(id);
            }
          },
        },
        (again) => setImmediate(again),
      );
      expect([...view]).toEqual([['AG0', 1]]);
      const same = () =>
        vi.waitFor(async () => {
          const now = (await mine.load(account)).agents.map(({ id, revision }) => `${id} ${revision}`);
          expect([...view].map((pair) => pair.join(' ')).sort()).toEqual(now.sort());
          expect(now.length).toBeGreaterThan(0);
        });
      const work = async (from: number) => {
        for (let at = from; at < from + 20; at++) await mine.commit(account, [{ put: agent(`AG${at}`) }]);
      };
      await work(100);
      await same();
      await interrupt(() => work(200));
      await same();
      await lose();
      await work(300);
      await same();
      await stop();
    });
  });
}

function agent(id: string): LiveAgent {
  return {
    kind: 'agent',
    id,
    accountId: account,
    revision: 0,
    status: 'free',
    since: 1,
    idleSince: 1,
    clients: [],
    reachableWithoutClient: true,
    skillGroups: [{ skillGroupId: 'SG1', priority: 3 }],
    answered: { day: '2026-01-01', count: 0 },
    lastOfferedAt: 0,
    lastChange: { number: 1, from: 'offline', to: 'free', by: 'agent', why: 'wentOnline', at: 1 },
  };
}

function entry(id: string): QueueEntry {
  return {
    kind: 'entry',
    id,
    accountId: account,
    revision: 0,
    contactId: 'CN1',
    callId: 'CA1',
    nodeId: 'node "1"\n',
    skillGroupId: 'SG1',
    enqueuedAt: 1,
    priority: 0,
    state: 'arriving',
    onNoSeat: 'turnAway',
    offerIds: [],
    preferredAgentIds: [],
    declined: [],
  };
}

function offer(id: string): Offer {
  return {
    kind: 'offer',
    id,
    accountId: account,
    revision: 0,
    entryId: 'QE1',
    contactId: 'CN1',
    agentId: 'AG1',
    nodeId: 'n1',
    madeAt: 1,
    because: [{ code: 'longestIdle', text: 'ä "%d" \\' }],
  };
}
