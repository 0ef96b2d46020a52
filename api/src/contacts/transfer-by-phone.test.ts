import type { TransferTarget } from '@hookswitch/media/port/transfer';
import { describe, expect, it } from 'vitest';
import { ContactWorld } from './contact-world.fixture.js';

const number = '+442071838750';
const ours = (user: string): { to: TransferTarget } => ({
  to: { uri: `sip:${user}@us.example`, user, host: 'us.example', isOurs: true, headers: {} },
});
const elsewhere: { to: TransferTarget } = {
  to: { uri: 'sip:bob@friends.example', user: 'bob', host: 'friends.example', isOurs: false, headers: {} },
};

/** The customer talks with AG1; AG3, staff number 1003, of the group Service, is free. */
async function talk() {
  const world = await new ContactWorld().start('AG1', 'AG3');
  const customer = await world.customer();
  const phone = await world.answer('AG1', 'first');
  expect(world.hears(customer)).toEqual(['first']);
  const presses = async (refer: { to: TransferTarget }) => {
    phone.refer(refer);
    await world.advance(100);
    return phone.referAnswers.at(-1);
  };
  return { world, customer, phone, presses };
}

describe('an agent’s phone that presses "transfer" in a contact', () => {
  it.each([
    ['a colleague by staff number', '1003'],
    ['a group by name', 'Service'],
    ['a group by id', 'SG2'],
  ])('hands the customer to %s, as the API does', async (_whom, name) => {
    const { world, customer, phone, presses } = await talk();
    expect([await presses(ours(name)), phone.notified.at(-1), phone.status]).toEqual([202, 200, 'ended']);
    await world.answer('AG3', 'third');
    expect(world.hears(customer)).toEqual(['third']);
    const { participants, trail } = await world.contact();
    expect(participants.slice(1)).toMatchObject([
      { agentId: 'AG1', transferTo: 2, endCode: 'seatForward' },
      { agentId: 'AG3', transferFrom: 1 },
    ]);
    expect(trail.map(({ what }) => what)).toContain('transfer');
    expect((await world.agent('AG1'))?.status).toBe('afterCallWork');
  });

  it('calls no number outside whose digits are a colleague’s staff number', async () => {
    const { world, phone, customer, presses } = await talk();
    world.agents.set('AG3', { ...world.agents.get('AG3')!, staffNumber: number.slice(1) });
    expect([await presses(ours(number.slice(1))), phone.notified.at(-1)]).toEqual([202, 200]);
    expect(world.rings(number)).toBe(false);
    await world.answer('AG3', 'third');
    expect(world.hears(customer)).toEqual(['third']);
  });

  it('hands the customer to a number; it stays until that is answered, and is told', async () => {
    const { world, customer, phone, presses } = await talk();
    expect([await presses(ours(number)), phone.status]).toEqual([202, 'answered']);
    await world.answer(number, 'outside');
    expect([phone.notified.at(-1), phone.status]).toEqual([200, 'ended']);
    expect(world.hears(customer)).toEqual(['outside']);
  });

  it.each([
    ['busy', 486],
    ['declined', 603],
    ['away', 480],
  ] as const)('talks on where the number is %s, and is told %i', async (how, status) => {
    const { world, customer, phone, presses } = await talk();
    await presses(ours(number));
    if (how === 'away') await world.advance(61_000);
    else world.phone(number).refuse(how === 'busy' ? 486 : 603);
    await world.advance(100);
    expect(phone.notified.at(-1)).toBe(status);
    expect([world.hears(customer), world.hears(phone)]).toEqual([['first'], ['customer']]);
  });

  it('may hang up as soon as it was told that its wish is heard: the customer still gets there', async () => {
    const { world, customer, phone, presses } = await talk();
    await presses(ours(number));
    phone.hangUp();
    await world.advance(100);
    await world.answer(number, 'outside');
    expect(world.hears(customer)).toEqual(['outside']);
    expect((await world.contact()).status).toBe('inProgress');
  });

  it.each([
    ['an agent who is not free', ours('1002'), 480],
    ['nobody of that name', ours('nobody'), 404],
    ['a SIP address elsewhere', elsewhere, 404],
  ] as const)('is refused %s, and nothing changes', async (_what, refer, status) => {
    const { world, customer, phone, presses } = await talk();
    const before = (await world.contact()).participants;
    expect(await presses(refer)).toBe(status);
    expect([world.hears(customer), phone.notified]).toEqual([['first'], []]);
    expect((await world.contact()).participants).toEqual(before);
  });

  it('is refused a second transfer while one is under way', async () => {
    const { world, presses } = await talk();
    await world.act({ kind: 'transfer', agentId: 'AG1', to: { type: 'number', number } });
    expect(await presses(ours('1003'))).toBe(603);
    expect(world.rings('AG3')).toBe(false);
  });

  it('is refused where a supervisor presses it: only who talks to the customer hands it on', async () => {
    const { world, customer } = await talk();
    await world.act({ kind: 'supervise', agentId: 'AG3', mode: 'listen' });
    const boss = await world.answer('AG3', 'third');
    boss.refer(ours(number));
    await world.advance(100);
    expect([boss.referAnswers, world.hears(customer)]).toEqual([[603], ['first']]);
  });
});
