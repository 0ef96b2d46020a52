import { beforeAll, describe, expect, it } from 'vitest';
import { heardMilliseconds } from '../../ear/who-is-heard.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { type ContactView, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_listening', redisDatabase: 56 });
beforeAll(async () => {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
});

/** Keeps what a party hears and gets over SIP; answers what there was when it is asked. */
function watch(call: ToneCall) {
  const [from, messages] = [call.media.ear.length, call.received.all.length];
  return () => {
    const samples = call.media.ear.samples(from);
    const heard = heardMilliseconds(samples);
    const total = Math.floor(samples.length / 800) * 100;
    const shares = Object.entries(heard).map(([party, ms]) => [party, ms / total] as const);
    return {
      total,
      /** Clicks of 100 ms count for nobody. */
      who: shares.filter(([, share]) => share > 0.05).map(([party]) => party),
      gaps: 1 - Math.max(0, ...shares.map(([, share]) => share)),
      messages: call.received.all.length - messages,
    };
  };
}

describe('MON-03 live listening', () => {
  it('MON-03 a supervisor finds the call, hears both, is noticed by nobody, and leaves without a trace in it', async () => {
    const { centre } = on;
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const boss = await centre.agent([], { party: 'supervisor', more: { role: 'supervisor' } });
    const customer = await centre.call(await centre.line(group));
    const seat = await agent.answers();
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    const [customerHad, agentHad] = [watch(customer.call), watch(seat)];
    await agent.event('userAccessed');
    const told = agent.client.types.length;

    const { items } = await boss.api.get<{ items: ContactView[] }>('/v1/contacts?live=true');
    expect(items.map(({ id }) => id)).toContain(customer.contactId);
    await boss.act(customer, 'supervise', { mode: 'listen' });
    const listening = await boss.answers();
    await listening.media.hears('agent', 'caller');
    expect(await listening.media.listen(1000)).toEqual(['agent', 'caller']);
    await boss.act(customer, 'leave-supervision');
    expect(await listening.ended).toEqual({ by: 'them', how: 'BYE' });
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);

    for (const [had, party] of [
      [customerHad(), 'agent'],
      [agentHad(), 'caller'],
    ] as const) {
      expect(had).toMatchObject({ who: [party], messages: 0 });
      expect(had.total).toBeGreaterThan(1500);
      expect(had.gaps).toBeLessThan(0.2);
    }
    expect(agent.client.types.slice(told).filter((type) => type !== 'agent.status-changed')).toEqual([]);
    const trail = await centre.world.api.get<{ items: { what: string; agentId: string | null }[] }>(
      `/v1/contacts/${customer.contactId}/trail`,
    );
    const acts = trail.items.filter(({ agentId }) => agentId === boss.id).map(({ what }) => what);
    expect(acts).toEqual(['listen', 'supervisorLeft']);
    await customer.call.bye();
    expect((await centre.finished(customer)).endCode).toBe('ok');
  });

  it('MON-03 an agent may not listen to others', async () => {
    const { centre } = on;
    const group = await centre.group();
    const [agent, other] = [await centre.agent([group]), await centre.agent([])];
    const customer = await centre.call(await centre.line(group));
    await agent.answers();
    await customer.call.media.hears('agent');
    const refused = await other.api.request('POST', `/v1/contacts/${customer.contactId}/supervise`, { mode: 'listen' });
    expect(refused.status).toBe(403);
    expect(other.rung).toBe(0);
  });
});
