import type { FakeFarEnd } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import { signalAgent } from '../acd/index.js';
import type { ContactAct, ContactTarget } from './contact-control.js';
import { ContactWorld } from './contact-world.fixture.js';

const accountId = `AC${'1'.repeat(32)}`;
const outside = { type: 'number', number: '+442071838750' } as const;
const toGroup = { type: 'group', skillGroupId: 'SG2' } as const;
const toAgent = { type: 'agent', agentId: 'AG3' } as const;
const reach = (kind: 'transfer' | 'invite' | 'consult', to: ContactTarget): ContactAct => ({
  kind,
  agentId: 'AG1',
  to,
});

/** The customer talks with AG1, and AG2 listens. */
async function talk() {
  const world = await new ContactWorld().start('AG1', 'AG3');
  const customer = await world.customer();
  const first = await world.answer('AG1', 'first');
  await world.act({ kind: 'supervise', agentId: 'AG2', mode: 'listen' });
  const listener = await world.answer('AG2', 'second');
  const { id: contactId } = await world.contact();
  return { world, customer, first, listener, contactId };
}
type Talk = Awaited<ReturnType<typeof talk>>;

/** What comes of acts that are asked for in the same moment: `done`, or the error's code. */
async function atOnce({ world, contactId }: Talk, acts: readonly ContactAct[]): Promise<string[]> {
  const outcomes = acts.map((act) =>
    world.contacts.control.act({ accountId, contactId, act }).then(
      () => 'done',
      (error: { code?: string; message: string }) => error.code ?? error.message,
    ),
  );
  await world.advance(100);
  return Promise.all(outcomes);
}

/** Whoever rings answers, then all hang up: nobody and nothing is left. */
async function endsClean({
  world,
  customer,
  contactId,
}: Pick<Talk, 'world' | 'customer' | 'contactId'>): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    for (const { farEnd } of world.rung) if (farEnd.status === 'called') farEnd.answer();
    await world.advance(2000);
  }
  customer.hangUp();
  await world.advance(1000);
  for (const { farEnd } of world.rung) farEnd.hangUp();
  await world.advance(60_000);
  const contact = await world.contact();
  expect(contact).toMatchObject({ id: contactId, status: 'finished' });
  expect(contact.pendingEvents.filter(({ type }) => type === 'contact.completed')).toHaveLength(1);
  expect(contact.participants.filter(({ endCode }) => endCode === undefined)).toEqual([]);
  const { entries, offers, agents } = await world.live.load(accountId);
  expect([entries, offers]).toEqual([[], []]);
  for (const { id, status, offerId, contactId: in_ } of agents) {
    expect({ id, offerId, in_, busy: status === 'busy' }).toEqual({ id, busy: false });
  }
  expect(world.contacts.size).toBe(0);
}

describe('acts on one contact in the same moment', () => {
  it.each([
    ['to two groups', toGroup, toGroup],
    ['to a group and to an agent', toGroup, toAgent],
    ['to an agent and to a group', toAgent, toGroup],
    ['to a group and to a number', toGroup, outside],
    ['to a number and to a group', outside, toGroup],
    ['to two numbers', outside, outside],
  ] as const)('the customer is transferred once: %s', async (_what, one, other) => {
    const talking = await talk();
    const outcomes = await atOnce(talking, [reach('transfer', one), reach('transfer', other)]);
    expect(outcomes.sort()).toEqual(['contact-act-not-possible', 'done']);
    await endsClean(talking);
  });

  it('nobody is asked for a contact that ended while somebody was looked for', async () => {
    for (const kind of ['transfer', 'invite', 'consult'] as const) {
      for (const to of [toGroup, toAgent, outside]) {
        const talking = await talk();
        const { world } = talking;
        const rung = world.rung.length;
        const outcomes = await atOnce(talking, [reach(kind, to), { kind: 'end' }]);
        expect(outcomes[1]).toBe('done');
        await world.advance(1000);
        const rings = world.rung.slice(rung).filter(({ farEnd }) => farEnd.status !== 'ended');
        expect(rings.map(({ of }) => of)).toEqual([]);
        expect((await world.agent('AG3'))!.offerId).toBeUndefined();
        await endsClean(talking);
      }
    }
  });

  const acts: Readonly<Record<string, ContactAct>> = {
    transferToGroup: reach('transfer', toGroup),
    transferToAgent: reach('transfer', toAgent),
    transferToNumber: reach('transfer', outside),
    inviteAgent: reach('invite', toAgent),
    inviteNumber: reach('invite', outside),
    consultAgent: reach('consult', toAgent),
    hold: { kind: 'hold', agentId: 'AG1' },
    hangUp: { kind: 'hangUp', agentId: 'AG1' },
    takeOver: { kind: 'takeOver', agentId: 'AG2' },
    leaveSupervision: { kind: 'leaveSupervision', agentId: 'AG2' },
    end: { kind: 'end' },
  };
  const names = Object.keys(acts);
  const pairs = names.flatMap((one) => names.map((other) => [one, other] as const));

  it.each(pairs)('%s and %s end in a whole record and leave nobody behind', async (one, other) => {
    const talking = await talk();
    for (const outcome of await atOnce(talking, [acts[one]!, acts[other]!])) {
      expect(['done', 'contact-act-not-possible', 'contact-not-live', 'agent-unavailable']).toContain(outcome);
    }
    await endsClean(talking);
  });

  it.each(names)('%s, while the customer and the agent hang up', async (name) => {
    for (const order of ['before', 'after'] as const) {
      const talking = await talk();
      const hangUp = () => {
        talking.customer.hangUp();
        talking.first.hangUp();
      };
      if (order === 'before') hangUp();
      const outcomes = atOnce(talking, [acts[name]!]);
      if (order === 'after') hangUp();
      await outcomes;
      await endsClean(talking);
    }
  });
});

describe('in the moment in which an offer rings', () => {
  const control = (world: ContactWorld, act: ContactAct) =>
    world
      .contact()
      .then(({ id: contactId }) => world.contacts.control.act({ accountId, contactId, act }))
      .catch(() => {});
  /** The agent asks for a rest, which refuses what rings for it. */
  const rest = (world: ContactWorld) => {
    const ask = { type: 'ask', status: 'rest', restReason: 'meal', restReasons: ['meal'], by: 'agent' } as const;
    return signalAgent(world.live, accountId, 'AG1', [ask], world.clock.now()).catch(() => {});
  };
  const happenings: Readonly<Record<string, (world: ContactWorld, customer: FakeFarEnd) => unknown>> = {
    'the customer hangs up': (_world, customer) => customer.hangUp(),
    'the phone answers': (world) => world.phone('AG1').answer(),
    'the phone is busy': (world) => world.phone('AG1').refuse(486),
    'the agent declines': (world) => control(world, { kind: 'decline', agentId: 'AG1' }),
    'the agent takes it in its client': (world) => control(world, { kind: 'accept', agentId: 'AG1' }),
    'the agent goes to rest': rest,
    'a supervisor ends it': (world) => control(world, { kind: 'end' }),
  };
  const names = Object.keys(happenings);
  const pairs = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const));

  it.each(pairs)('%s and %s: it ends once, with one code, and nobody is stuck', async (one, other) => {
    for (const turns of [0, 1, 2, 3, 5, 8]) {
      const world = await new ContactWorld().start('AG1');
      const customer = await world.customer();
      expect(world.rings('AG1')).toBe(true);
      void happenings[one]!(world, customer);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      void happenings[other]!(world, customer);
      await world.advance(500);
      expect((await world.live.load(accountId)).offers.length).toBeLessThanOrEqual(1);
      await endsClean({ world, customer, contactId: (await world.contact()).id });
      expect((await world.contact()).endCode).toBeDefined();
      expect(['free', 'rest']).toContain((await world.agent('AG1'))!.status);
    }
  });
});
