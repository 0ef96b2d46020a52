import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CentreAgent, type ContactView, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_races', redisDatabase: 87 });
const rounds = 12;
let agents: readonly [CentreAgent, CentreAgent];
let line: { readonly number: string; readonly path: string; readonly applicationId: string };
let customers: Customer[];

/** Two agents whose phones ring at once for each caller, and who are free again as soon as a call is over. */
beforeEach(async () => {
  customers = [];
  await on.centre.settings({ afterCallWorkSeconds: 0 });
  const group = await on.centre.group({ strategy: 'ringAll' });
  agents = [await on.centre.agent([group]), await on.centre.agent([group], { party: 'supervisor' })];
  line = await on.centre.line(group);
});

/** After all rounds: each contact ended once with one code, and nobody is left in anything. */
afterEach(async () => {
  const { world } = on.centre;
  for (const { contactId } of customers) {
    await world.event('contact.completed', ({ data }) => (data.contact as ContactView).id === contactId);
  }
  const told = (world.sink.events as unknown as { type: string; data: { contact: ContactView } }[])
    .filter(({ type }) => type === 'contact.completed')
    .map(({ data }) => data.contact.id);
  for (const customer of customers) {
    expect(told.filter((id) => id === customer.contactId)).toHaveLength(1);
    const { participants, endCode } = await on.centre.finished(customer);
    expect(endCode).not.toBeNull();
    expect(participants.filter((each) => each.endCode === null)).toEqual([]);
  }
  expect((await world.api.get<{ items: unknown[] }>('/v1/contacts?live=true')).items).toEqual([]);
});

async function calls(): Promise<Customer> {
  const customer = await on.centre.call(line);
  customers.push(customer);
  return customer;
}

/** The agents whose calls the customer's contact says to have been accepted. */
async function served(customer: Customer): Promise<readonly (string | null)[]> {
  const { participants } = await on.centre.finished(customer);
  return participants
    .filter(({ agentId, endCode }) => agentId !== null && endCode === 'ok')
    .map((each) => each.agentId);
}

describe('two phones that ring for one caller', () => {
  it('both answer in the same moment: one talks, the other is sent away, both are free afterwards', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const customer = await calls();
      const ringing = await Promise.all(agents.map((agent) => agent.rings()));
      for (const call of ringing) void call.answer().catch(() => {});
      const winner = await Promise.race([
        customer.call.media.hears('agent').then(() => 0),
        customer.call.media.hears('supervisor').then(() => 1),
      ]);
      const loser = 1 - winner;
      expect((await ringing[loser]!.ended).by).toBe('them');
      await customer.call.bye();
      expect(await ringing[winner]!.ended).toEqual({ by: 'them', how: 'BYE' });
      await Promise.all(agents.map((agent) => agent.is('free')));
      expect(await served(customer)).toEqual([agents[winner]!.id]);
    }
    expect(agents.map(({ rung }) => rung)).toEqual([rounds, rounds]);
  });

  it('one refuses in the moment in which the other answers: the caller talks, and nobody rings again', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const customer = await calls();
      const [first, second] = await Promise.all(agents.map((agent) => agent.rings()));
      const [refuses, answers] = round % 2 === 0 ? [first!, second!] : [second!, first!];
      if (round % 3 === 0) refuses.reject(486);
      void answers.answer().catch(() => {});
      if (round % 3 !== 0) refuses.reject(round % 3 === 1 ? 486 : 603);
      await customer.call.media.hears(round % 2 === 0 ? 'supervisor' : 'agent');
      await customer.call.bye();
      await answers.ended;
      await Promise.all(agents.map((agent) => agent.is('free')));
      expect(await served(customer)).toEqual([agents[round % 2 === 0 ? 1 : 0]!.id]);
    }
    expect(agents.map(({ rung }) => rung)).toEqual([rounds, rounds]);
  });

  it('the caller hangs up in the moment in which one answers and the other refuses: both are free, and the next caller is served', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const customer = await calls();
      const ringing = await Promise.all(agents.map((agent) => agent.rings()));
      const acts = [
        () => void customer.call.bye(),
        () => void ringing[0]!.answer().catch(() => {}),
        () => ringing[1]!.reject(486),
      ];
      for (let at = 0; at < acts.length; at += 1) acts[(at + round) % acts.length]!();
      await Promise.all(ringing.map((call) => call.ended));
      await Promise.all(agents.map((agent) => agent.is('free')));
      expect(['ok', 'ringingGiveUp']).toContain((await on.centre.finished(customer)).endCode);
    }
    const next = await calls();
    await agents[0].answers();
    await next.call.media.hears('agent');
    await next.call.bye();
    await agents[0].is('free');
  });
});
