import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { MemoryLiveCentreStore } from '../acd/index.js';
import { liveAgent, queueEntry } from '../acd/live-records.fixture.js';
import type { ActiveCall } from '../calls/index.js';
import type { KeptCall } from '../calls/resume/kept-call.js';
import type { AgentEvent } from './agent-events.js';
import type { Contact, Participant } from './contact.js';
import { formerContacts } from './former-contacts.js';
import { MemoryContactStore } from './memory-contact-store.js';
import { type KeptVisit, takenUp } from './state/taken-up.js';

const accountId = 'AC1';

async function setUp() {
  const clock = new ManualClock();
  const at = clock.now();
  const contacts = new MemoryContactStore({ clock, newId: idMaker(clock, seededRandom(1)) });
  const live = new MemoryLiveCentreStore();
  const told: [string, AgentEvent['type']][] = [];
  const agentEvents = { publish: (_: string, agentId: string, event: AgentEvent) => told.push([agentId, event.type]) };
  const party = (sequence: number, more: Partial<Participant>): Participant => ({
    sequence,
    type: sequence === 0 ? 'customer' : 'staffSeat',
    startedAt: at,
    heldMs: 0,
    ...more,
  });
  const insert = (id: string, more: Partial<Contact> = {}, agentId?: string) =>
    contacts.insert(
      {
        id,
        accountId,
        nodeId: 'n1',
        direction: 'inbound',
        customer: '+8613800138000',
        line: '+861012345678',
        status: 'queued',
        startedAt: at,
        participants: [party(0, { callId: `CA-${id}` }), ...(agentId === undefined ? [] : [party(1, { agentId })])],
        keys: [],
        trail: [],
        recordingIds: [],
        ...more,
      },
      [],
    );
  const taken: Contact[] = [];
  const talking: [contactId: string, there: readonly number[]][] = [];
  const former = async (kept: readonly KeptCall[] = []) => {
    const { settle } = await formerContacts(
      { nodeId: 'n1', contacts, live, agentEvents, clock },
      {
        backInScript: (contact) => taken.push(contact),
        goOn: (contact, _kept, _visit, calls) => talking.push([contact.id, [...calls.keys()]]),
      },
    );
    return settle(kept);
  };
  const call = (id: string) => ({ id: `CA-${id}` }) as ActiveCall;
  return { clock, at, contacts, live, told, insert, former, taken, talking, call };
}

describe('the contacts of the process that was this node before', () => {
  it('go on where their customer is still there, also one whom an agent has left; all others end, once', async () => {
    const { contacts, insert, former, taken, call, told } = await setUp();
    await insert('waiting');
    await insert('talking', { status: 'inProgress', acceptedAt: 1 }, 'AG1');
    await insert('hung-up', {}, 'AG2');
    await insert('left', { status: 'ivr', endedBy: 'agent' });
    await insert('elsewhere', { nodeId: 'n2' });
    await (await former()).goOn([call('waiting'), call('talking'), call('left'), call('elsewhere')]);
    expect(taken.map(({ id }) => id).sort()).toEqual(['left', 'talking', 'waiting']);
    const all = await contacts.findMany(['waiting', 'talking', 'hung-up', 'left', 'elsewhere']);
    const ends = all.map(({ id, status, endCode }) => [id, status, endCode]).sort();
    expect(ends).toEqual([
      ['elsewhere', 'queued', undefined],
      ['hung-up', 'finished', 'error'],
      ['left', 'ivr', undefined],
      ['talking', 'inProgress', undefined],
      ['waiting', 'queued', undefined],
    ]);
    expect(told.sort()).toEqual([
      ['AG1', 'sessionCompleted'],
      ['AG1', 'sessionEnded'],
      ['AG2', 'sessionCompleted'],
      ['AG2', 'sessionEnded'],
    ]);
  });

  it('leave nothing in the live state: agents are free, queue and offers are empty, and other nodes’ stay', async () => {
    const { live, insert, former } = await setUp();
    await insert('talking', { status: 'inProgress' }, 'AG1');
    const busy = (id: string, nodeId: string) =>
      liveAgent(id, { revision: 0 }, [{ type: 'joinCall', contactId: `of ${id}`, nodeId }]);
    await live.commit(accountId, [
      { put: busy('AG1', 'n1') },
      { put: busy('AG2', 'n2') },
      { put: queueEntry('QE1', { nodeId: 'n1', revision: 0 }) },
      { put: queueEntry('QE2', { nodeId: 'n2', revision: 0 }) },
    ]);
    await (await former()).goOn([]);
    const { agents, entries } = await live.load(accountId);
    expect(agents.map(({ id, status }) => [id, status]).sort()).toEqual([
      ['AG1', 'free'],
      ['AG2', 'busy'],
    ]);
    expect(agents.find(({ id }) => id === 'AG1')!.lastChange.why).toBe('callLost');
    expect(entries.map(({ id }) => id)).toEqual(['QE2']);
  });

  describe('in which people talk', () => {
    /** An agent talks with a customer; kept with the customer's call. */
    async function talking() {
      const made = await setUp();
      const { live, insert, at } = made;
      const participants: Participant[] = [
        { sequence: 0, type: 'customer', callId: 'CA-talking', startedAt: at, heldMs: 0 },
        {
          sequence: 1,
          type: 'staffSeat',
          agentId: 'AG1',
          callId: 'CA-agent',
          startedAt: at,
          heldMs: 0,
          acceptedAt: at,
        },
      ];
      await insert('talking', { status: 'inProgress', acceptedAt: at, participants });
      const busy = liveAgent('AG1', { revision: 0 }, [{ type: 'joinCall', contactId: 'talking', nodeId: 'n1' }]);
      await live.commit(accountId, [{ put: busy }]);
      const contact: KeptVisit = {
        contactId: 'talking',
        ahead: {},
        parties: [
          { sequence: 0, role: 'customer', state: 'talking', muted: false },
          { sequence: 1, role: 'agent', agentId: 'AG1', state: 'talking', muted: false },
        ],
        searches: [],
        talk: { joinedAt: at, takenAt: at },
      };
      const position = { kind: 'verb', verbs: [], index: 0 } as const;
      const customer = { callId: 'CA-talking', contact, script: { of: { url: 'https://app.example' }, position } };
      return { ...made, customer: customer as unknown as KeptCall, agent: { callId: 'CA-agent' } as KeptCall };
    }
    const status = async ({ live }: { live: MemoryLiveCentreStore }) =>
      (await live.load(accountId)).agents.map((one) => one.status);

    it('go on with all who are there; the agent stays busy, and is told nothing', async () => {
      const made = await talking();
      const { former, customer, agent } = made;
      const settled = await former([customer, agent]);
      expect([...settled.talking].sort()).toEqual(['CA-agent', 'CA-talking']);
      await settled.goOn([made.call('talking'), { id: 'CA-agent' } as ActiveCall]);
      expect(made.talking).toEqual([['talking', [0, 1]]]);
      expect([made.taken, made.told, await status(made)]).toEqual([[], [], ['busy']]);
    });

    it('have the customer wait again where the agent is gone, or where nobody knows where its script stood', async () => {
      const gone = await talking();
      const alone = await gone.former([gone.customer]);
      expect(alone.talking.size).toBe(0);
      await alone.goOn([gone.call('talking')]);
      expect([gone.taken.map(({ id }) => id), await status(gone)]).toEqual([['talking'], ['free']]);
      const lost = await talking();
      const { script, ...rest } = lost.customer;
      const settled = await lost.former([{ ...rest, script: { of: script!.of } }, lost.agent]);
      expect(settled.talking.size).toBe(0);
      const { talk: _, ...contact } = lost.customer.contact as KeptVisit;
      expect((await lost.former([{ ...lost.customer, contact }, lost.agent])).talking.size).toBe(0);
    });
  });

  it('are visits with nobody but the customer, in its own script', async () => {
    const { contacts, insert, at } = await setUp();
    await insert('talking', { status: 'inProgress', acceptedAt: at }, 'AG1');
    const [contact] = await contacts.findMany(['talking']);
    const visit = takenUp(contact!, at + 5000);
    expect(visit.parties).toEqual([{ sequence: 0, role: 'customer', state: 'scripted', muted: false }]);
    expect(visit.contact).toMatchObject({ status: 'ivr', acceptedAt: at });
    expect(visit.contact.participants.map(({ endedAt, endCode }) => [endedAt, endCode])).toEqual([
      [undefined, undefined],
      [at + 5000, 'error'],
    ]);
  });
});
