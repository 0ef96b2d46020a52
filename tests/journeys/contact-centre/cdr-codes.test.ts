import { beforeAll, describe, expect, it } from 'vitest';
import type { CdrView } from '../world.js';
import { type CentreAgent, type ContactView, type Customer, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_cdr_codes', redisDatabase: 41 });
beforeAll(() => on.centre.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 }));

type Codes = CdrView & {
  contactId: string;
  callType: number | null;
  endCode: string | null;
  endCodeNumber: number | null;
};

/** What the CDRs of the contact's calls say, by who was called or (inbound) who called, as it came to a webhook, and the same by the API. */
async function codes({ contactId }: Pick<Customer, 'contactId'>, count: number): Promise<readonly unknown[]> {
  const { world } = on.centre;
  const found = await world.eventually(`${count} CDRs`, async () => {
    const { items } = await world.api.get<{ items: Codes[] }>(`/v1/cdrs?contactId=${contactId}`);
    return items.length === count ? items : undefined;
  });
  for (const cdr of found) {
    const { callType, endCode, endCodeNumber } = cdr;
    expect(await world.cdr(cdr.callId)).toMatchObject({ callType, endCode, endCodeNumber });
  }
  return [...found]
    .sort((a, b) => a.callId.localeCompare(b.callId))
    .map(({ direction, callType, endCode, endCodeNumber }) => [direction, callType, endCode, endCodeNumber]);
}

const place = (agent: CentreAgent, to: string) => agent.api.post<ContactView>(`/v1/agents/${agent.id}/calls`, { to });

describe('the CDRs of the calls of a contact have its type and how each stay ended, in words and numbers', () => {
  it('inbound: one agent misses it, another takes it and hands it on', async () => {
    const { centre } = on;
    const [group, other] = [await centre.group({ ringTimeoutSeconds: 5 }), await centre.group()];
    const first = await centre.agent([group]);
    const second = await centre.agent([group]);
    const third = await centre.agent([other], { party: 'supervisor' });
    const customer = await centre.call(await centre.line(group));
    await (await first.rings()).ended;
    await second.answers();
    await customer.call.media.hears('agent');
    await second.act(customer, 'transfer', { to: { type: 'group', skillGroupId: other.id } });
    await third.answers();
    await customer.call.media.hears('supervisor');
    await customer.call.bye();
    expect(await codes(customer, 4)).toEqual([
      ['inbound', 2, 'ok', 1],
      ['outbound-dial', 2, 'seatGiveUp', 17],
      ['outbound-dial', 2, 'seatForward', null],
      ['outbound-dial', 2, 'ok', 1],
    ]);
  });

  it('inbound: the caller gives up in the queue, or while a phone rings', async () => {
    const { centre } = on;
    const group = await centre.group();
    const line = await centre.line(group);
    const waiting = await centre.waits(line);
    await waiting.call.bye();
    expect(await codes(waiting, 1)).toEqual([['inbound', 2, 'waitingGiveUp', 103]]);
    const agent = await centre.agent([group]);
    const rung = await centre.call(line);
    await agent.rings();
    await rung.call.bye();
    expect(await codes(rung, 2)).toEqual([
      ['inbound', 2, 'ringingGiveUp', 104],
      ['outbound-dial', 2, 'unconnected', null],
    ]);
  });

  it('inbound: whom the blacklist keeps out', async () => {
    const { centre } = on;
    const from = centre.world.newNumber('b');
    await centre.world.api.post('/v1/blacklist', { number: from });
    const line = await centre.world.line([{ verb: 'say', text: 'Hello' }]);
    const contact = await centre.world.eventually('the blacklist to count', async () => {
      const phone = await centre.world.phone({ user: from });
      const { status } = await (await phone.dial(line.number)).final;
      if (status !== 603) return undefined;
      const found = `/v1/contacts?customer=${encodeURIComponent(from)}`;
      return (await centre.world.api.get<{ items: ContactView[] }>(found)).items[0];
    });
    expect(await codes({ contactId: contact.id }, 1)).toEqual([['inbound', 2, 'blackList', 100]]);
  });

  it('outbound: talked, busy, and given up while it rang', async () => {
    const { centre } = on;
    const agent = await centre.agent([await centre.group()]);
    const calls = async (then: (to: string) => Promise<unknown>) => {
      const to = centre.world.newNumber('a');
      const { id: contactId } = await place(agent, to);
      await agent.answers();
      await then(to);
      await centre.finished({ contactId });
      const found = await codes({ contactId }, 2);
      await agent.is('free');
      return found;
    };
    const talked = await calls(async (to) => {
      const customer = await centre.world.carried('a', to);
      await customer.answer();
      await customer.media.hears('agent');
      await customer.bye();
    });
    expect(talked).toEqual([
      ['outbound-dial', 1, 'ok', 1],
      ['outbound-dial', 1, 'ok', 1],
    ]);
    const busy = await calls(async (to) => (await centre.world.carried('a', to)).reject(486));
    expect(busy).toEqual([
      ['outbound-dial', 1, 'ok', 1],
      ['outbound-dial', 1, 'busy', 206],
    ]);
    const canceled = await calls(async (to) => {
      (await centre.world.carried('a', to)).ring();
      const { items } = await centre.world.api.get<{ items: ContactView[] }>(
        `/v1/contacts?agentId=${agent.id}&live=true`,
      );
      const contact = { contactId: items[0]!.id };
      await centre.contact(contact, (now) => (now as unknown as { ringingAt: string | null }).ringingAt !== null);
      await agent.act(contact, 'hang-up');
    });
    expect(canceled).toEqual([
      ['outbound-dial', 1, 'ok', 1],
      ['outbound-dial', 1, 'callerCancelWhileRing', 220],
    ]);
  });

  it('internal; and none for a call that was in no contact', async () => {
    const { centre } = on;
    const [caller, callee] = [await centre.agent([]), await centre.agent([], { party: 'supervisor' })];
    const path = `/v1/agents/${caller.id}/internal-calls`;
    const { id: contactId } = await caller.api.post<ContactView>(path, { to: callee.id });
    const own = await caller.answers();
    await callee.answers();
    await own.media.hears('supervisor');
    await own.bye();
    expect(await codes({ contactId }, 2)).toEqual([
      ['outbound-dial', 6, 'ok', 1],
      ['outbound-dial', 6, 'ok', 1],
    ]);
    const line = await centre.world.line([{ verb: 'hangup' }]);
    const call = await centre.world.call(line);
    await call.ended;
    const callId = await centre.world.callId(line.path);
    expect(await centre.world.cdr(callId)).toMatchObject({ callType: null, endCode: null, endCodeNumber: null });
  });
});
