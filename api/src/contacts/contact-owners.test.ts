import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { MemoryCommandChannel, MemoryNodeLeases } from '../nodes/index.js';
import type { AgentEvent } from './agent-events.js';
import type { ContactControl } from './contact-control.js';
import type { NewContact } from './contact-store.js';
import { ExpireLostContacts } from './expire-lost-contacts.js';
import { MemoryContactStore } from './memory-contact-store.js';
import { contactCommand, routedContactControl } from './routed-contact-control.js';

const accountId = 'AC1';

async function setUp() {
  const clock = new ManualClock();
  const newId = idMaker(clock, seededRandom(1));
  const contacts = new MemoryContactStore({ clock, newId });
  const leases = new MemoryNodeLeases(clock);
  const commands = new MemoryCommandChannel({ clock });
  const insert = (nodeId: string, more: Partial<NewContact> = {}) =>
    contacts.insert(
      {
        id: newId('CN'),
        accountId,
        nodeId,
        direction: 'inbound',
        customer: '+8613800138000',
        line: '+861012345678',
        status: 'queued',
        startedAt: clock.now(),
        participants: [{ sequence: 0, type: 'customer', startedAt: clock.now(), heldMs: 0 }],
        keys: [],
        trail: [],
        recordingIds: [],
        ...more,
      },
      [],
    );
  return { clock, contacts, leases, commands, insert };
}

describe('a contact whose owner died', () => {
  it('ends once, with its participants, and those of living nodes go on', async () => {
    const { clock, contacts, leases, insert } = await setUp();
    await leases.renew('alive', 60_000, { counts: { total: 0, accounts: {}, trunks: {} } });
    const at = clock.now();
    const talk = (agent: object) => ({
      acceptedAt: at,
      participants: [
        { sequence: 0, type: 'customer', startedAt: at, heldMs: 0 },
        { sequence: 1, type: 'staffSeat', agentId: 'AG1', startedAt: at, heldMs: 0, ...agent },
      ] as const,
    });
    const [lost, talking, talked, going] = [
      await insert('dead'),
      await insert('dead', { status: 'inProgress', ...talk({}) }),
      // The agent hung up, and the customer is in the script that comes after.
      await insert('dead', { status: 'ivr', endedBy: 'agent', ...talk({ endedAt: at, endCode: 'ok' }) }),
      await insert('alive'),
    ];
    const inFlow = await insert('dead', { status: 'ivr' });
    const told: [string, AgentEvent][] = [];
    const agentEvents = { publish: (_: string, agentId: string, event: AgentEvent) => told.push([agentId, event]) };
    const [one, other] = [1, 2].map(
      () => new ExpireLostContacts({ contacts, leases, agentEvents, clock, logger: silentLogger }),
    );
    await one!.run();
    await other!.run();
    clock.advance(6000);
    expect(await one!.run()).toBe(4);
    await other!.run();
    const [a, b, c, d] = await contacts.findMany([lost.id, talking.id, talked.id, going.id]);
    expect(a).toMatchObject({ status: 'finished', endCode: 'error', endedBy: 'system', sequence: 1 });
    expect(a!.participants[0]).toMatchObject({ endedAt: clock.now() });
    expect(b).toMatchObject({ status: 'finished', endCode: 'error', endedBy: 'system', sequence: 1 });
    expect(b!.participants.map(({ endCode }) => endCode)).toEqual(['error', 'error']);
    expect(c).toMatchObject({ status: 'finished', endCode: 'ok', endedBy: 'agent' });
    expect(d!.status).toBe('queued');
    const [ended] = await contacts.findMany([inFlow.id]);
    expect(ended).toMatchObject({ status: 'finished', endCode: 'error', endedBy: 'system' });
    const sessionId = talking.id;
    expect(told).toEqual([
      ['AG1', { type: 'sessionEnded', sessionId, closeBy: 'timer' }],
      ['AG1', { type: 'sessionCompleted', sessionId }],
    ]);
  });
});

describe('an act on a contact', () => {
  it('is done by the process that owns it', async () => {
    const { contacts, commands, insert } = await setUp();
    const done: string[] = [];
    const control: ContactControl = {
      act: async ({ contactId, act }) => {
        done.push(act.kind);
        return (await contacts.findMany([contactId]))[0]!;
      },
    };
    await commands.listen('owner', ({ type, request }) => {
      expect(type).toBe(contactCommand);
      return control.act(request as never);
    });
    const { id } = await insert('owner');
    const elsewhere = routedContactControl({ contacts, commands });
    const here = routedContactControl({ contacts, commands, local: { nodeId: 'owner', control } });
    const request = { accountId, contactId: id, act: { kind: 'hold' } } as const;
    expect((await elsewhere.act(request)).id).toBe(id);
    expect((await here.act(request)).id).toBe(id);
    expect(done).toEqual(['hold', 'hold']);
  });

  it('is refused where the contact is over, unknown, another account’s, or its owner silent', async () => {
    const { contacts, commands, insert, clock } = await setUp();
    const control = routedContactControl({ contacts, commands });
    const [over, going] = [await insert('owner', { status: 'finished' }), await insert('owner')];
    const act = (contactId: string, account = accountId) =>
      control
        .act({ accountId: account, contactId, act: { kind: 'end' } })
        .catch((error: { code: string }) => error.code);
    expect(await act(over.id)).toBe('contact-not-live');
    expect(await act('CN0')).toBe('resource-not-found');
    expect(await act(going.id, 'AC2')).toBe('resource-not-found');
    const silent = act(going.id);
    await clock.advanceAsync(60_000);
    expect(await silent).toBe('owner-unreachable');
  });
});
