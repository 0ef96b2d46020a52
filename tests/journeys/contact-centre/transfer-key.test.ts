import { describe, expect, it } from 'vitest';
import type { Party } from '../../ear/parties.js';
import { headerOf, type SipText } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { type CentreAgent, useCentre } from './centre.js';

const on = useCentre({ name: 'centre_transfer_key', redisDatabase: 177 });

function refer(call: ToneCall, to: string): Promise<SipText> {
  return call.request('REFER', { headers: [['Refer-To', to]] });
}

/** The last that the phone is told of its REFER. */
async function lastWord({ received }: ToneCall): Promise<string> {
  const last = await received.first('the last NOTIFY', (message) =>
    headerOf(message, 'Subscription-State').startsWith('terminated;reason=noresource'),
  );
  return last.body.trim();
}

/** A customer who talks to an agent of a group of its own. */
async function talking(party: Party = 'agent') {
  const { centre } = on;
  const group = await centre.group();
  const agent = await centre.agent([group], { party });
  const customer = await centre.call(await centre.line(group));
  const seat = await agent.answers();
  await Promise.all([customer.call.media.hears(party), seat.media.hears('caller')]);
  return { group, agent, customer, seat };
}

/** The user name of an agent's phone. */
async function phoneOf({ record }: CentreAgent): Promise<string> {
  const { endpointId } = record as unknown as { endpointId: string };
  return (await on.centre.world.api.get<{ username: string }>(`/v1/endpoints/${endpointId}`)).username;
}

/** The agent's phone calls somebody on another line: its calls run that script. */
async function onAnotherLine(agent: CentreAgent, target: object): Promise<ToneCall> {
  const { world } = on.centre;
  const { applicationId, number } = await world.line([{ verb: 'dial', targets: [target] }]);
  const { endpointId } = agent.record as unknown as { endpointId: string };
  await world.api.patch(`/v1/endpoints/${endpointId}`, { applicationId });
  return agent.phone.dial(number);
}

/** A Refer-To that names this call of the phone. */
function inPlaceOf(call: ToneCall): string {
  const replaces = `${call.callId};to-tag=${call.remoteTag};from-tag=${call.localTag}`;
  return `<sip:somebody@127.0.0.1?Replaces=${encodeURIComponent(replaces)}>`;
}

async function trailOf({ contactId }: { readonly contactId: string }): Promise<string[]> {
  const { items } = await on.centre.world.api.get<{ items: { what: string }[] }>(`/v1/contacts/${contactId}/trail`);
  return items.map(({ what }) => what);
}

describe('an agent who presses "transfer" on a desk phone', () => {
  it('SOFTIN-12 hands the customer to a number: who waits hears music, the phone is told, one record tells of both', async () => {
    const { agent, customer, seat } = await talking();
    const number = on.centre.world.newNumber('a');
    expect((await refer(seat, `<sip:${number}@127.0.0.1>`)).status).toBe(202);
    const outside = await on.centre.world.carried('a', number);
    await outside.answer();
    await Promise.all([customer.call.media.hears('callee'), outside.media.hears('caller')]);
    expect(await lastWord(seat)).toBe('SIP/2.0 200 OK');
    expect(await seat.ended).toEqual({ by: 'them', how: 'BYE' });
    await agent.is('afterCallWork');
    await customer.call.bye();
    await outside.ended;
    const { participants, endCode } = await on.centre.finished(customer);
    expect(endCode).toBe('ok');
    expect(participants).toMatchObject([
      { type: 'customer' },
      { agentId: agent.id, transferTo: 2, endCode: 'outboundForward' },
      { type: 'outboundSeat', phone: number, transferFrom: 1, endCode: 'ok' },
    ]);
    expect(await trailOf(customer)).toContain('transfer');
  });

  it('SOFTIN-11 hands the customer to a colleague by the name of its phone: nobody else rings', async () => {
    const { customer, seat, agent } = await talking();
    const colleague = await on.centre.agent([], { party: 'supervisor' });
    expect((await refer(seat, `<sip:${await phoneOf(colleague)}@127.0.0.1>`)).status).toBe(202);
    expect(await lastWord(seat)).toBe('SIP/2.0 200 OK');
    const second = await colleague.answers();
    await Promise.all([customer.call.media.hears('supervisor'), second.media.hears('caller')]);
    await customer.call.bye();
    await second.ended;
    expect((await on.centre.finished(customer)).participants).toMatchObject([
      {},
      { agentId: agent.id, transferTo: 2, endCode: 'seatForward' },
      { agentId: colleague.id, transferFrom: 1, endCode: 'ok' },
    ]);
  });

  it('SOFTIN-10 hands the customer to a group by its name', async () => {
    const { customer, seat } = await talking();
    const name = `second-${Math.random().toString(36).slice(2, 8)}`;
    const other = await on.centre.group({ name });
    const colleague = await on.centre.agent([other], { party: 'supervisor' });
    expect((await refer(seat, `<sip:${name}@127.0.0.1>`)).status).toBe(202);
    expect(await seat.ended).toEqual({ by: 'them', how: 'BYE' });
    const second = await colleague.answers();
    await customer.call.media.hears('supervisor');
    await customer.call.bye();
    await second.ended;
  });

  it('SOFTIN-12 talks on where the line is busy, and is told', async () => {
    const { agent, customer, seat } = await talking();
    const number = on.centre.world.newNumber('a');
    await refer(seat, `<sip:${number}@127.0.0.1>`);
    (await on.centre.world.carried('a', number)).reject(486);
    expect(await lastWord(seat)).toBe('SIP/2.0 486 Busy Here');
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    expect((await agent.status()).status).toBe('busy');
    await customer.call.bye();
    await seat.ended;
  });

  it('SOFTIN-11 is refused what the rules of contacts forbid, with the reason on the timeline, and talks on', async () => {
    const { customer, seat } = await talking();
    const away = await on.centre.agent([], { party: 'supervisor' });
    await away.ask('notReady');
    const refused = [
      [await phoneOf(away), 480],
      ['nobody-of-that-name', 404],
      ['+19005550100', 403],
    ] as const;
    for (const [who, status] of refused) expect((await refer(seat, `<sip:${who}@127.0.0.1>`)).status).toBe(status);
    expect((await refer(seat, '<sip:bob@elsewhere.example>')).status).toBe(404);
    await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
    const { participants } = await on.centre.contact(customer, ({ status }) => status === 'inProgress');
    const callId = participants[1]!.callId!;
    const why = await on.centre.world.eventually('the reasons in the timeline', async () => {
      const timeline = await on.centre.world.timeline(callId);
      const reasons = timeline.filter(({ summary }) => summary.includes('refused'));
      return reasons.length === 4 ? reasons.map(({ summary }) => summary) : undefined;
    });
    expect(why[0]).toContain('notReady');
    expect(away.rung).toBe(0);
    await customer.call.bye();
  });

  it('SOFTIN-12 joins the customer with whom it has called on another line (Replaces)', async () => {
    const { agent, customer, seat } = await talking();
    await seat.hold();
    const number = on.centre.world.newNumber('a');
    const line = await onAnotherLine(agent, { type: 'number', number });
    const asked = await on.centre.world.carried('a', number);
    await asked.answer();
    await line.answered();
    await Promise.all([asked.media.hears('agent'), line.media.hears('callee')]);
    expect((await refer(seat, inPlaceOf(line))).status).toBe(202);
    await Promise.all([customer.call.media.hears('callee'), asked.media.hears('caller')]);
    expect(await lastWord(seat)).toBe('SIP/2.0 200 OK');
    expect([(await seat.ended).how, (await line.ended).how]).toEqual(['BYE', 'BYE']);
    await asked.bye();
    await customer.call.ended;
    const { participants, endCode } = await on.centre.finished(customer);
    expect(endCode).toBe('ok');
    expect(participants).toMatchObject([
      { endCode: 'ok' },
      { agentId: agent.id, transferTo: 2, endCode: 'outboundForward' },
      { type: 'outboundSeat', phone: number, transferFrom: 1, endCode: 'ok' },
    ]);
    await agent.is('afterCallWork');
  });

  it('SOFTIN-11 joins the customer with a colleague it has called, who is in the contact from then on', async () => {
    const { agent, customer, seat } = await talking();
    const colleague = await on.centre.agent([], { party: 'supervisor' });
    const line = await onAnotherLine(agent, { type: 'endpoint', endpoint: await phoneOf(colleague) });
    const asked = await colleague.answers();
    await line.answered();
    await asked.media.hears('agent');
    expect((await refer(seat, inPlaceOf(line))).status).toBe(202);
    await Promise.all([customer.call.media.hears('supervisor'), asked.media.hears('caller')]);
    expect((await colleague.is('busy')).contactId).toBe(customer.contactId);
    await colleague.event('userAccessed');
    await colleague.act(customer, 'hold');
    await customer.call.media.hears();
    await colleague.act(customer, 'retrieve');
    await customer.call.media.hears('supervisor');
    await customer.call.bye();
    await asked.ended;
    expect((await on.centre.finished(customer)).participants).toMatchObject([
      {},
      { agentId: agent.id, transferTo: 2, endCode: 'seatForward' },
      { agentId: colleague.id, transferFrom: 1, endCode: 'ok' },
    ]);
    await colleague.is('afterCallWork');
  });

  it('SOFTIN-12 is refused a call in which it talks to nobody yet (603), and one that is none of ours (481)', async () => {
    const { agent, customer, seat } = await talking();
    const number = on.centre.world.newNumber('a');
    const line = await onAnotherLine(agent, { type: 'number', number });
    const asked = await on.centre.world.carried('a', number);
    asked.ring();
    await line.answered();
    expect((await refer(seat, inPlaceOf(line))).status).toBe(603);
    expect((await refer(seat, '<sip:x@127.0.0.1?Replaces=nobody%3Bto-tag%3D1%3Bfrom-tag%3D2>')).status).toBe(481);
    await customer.call.media.hears('agent');
    asked.reject(486);
    await customer.call.bye();
  });
});
