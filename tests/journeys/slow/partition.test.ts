import { afterAll, describe, expect, it } from 'vitest';
import { OtherHost } from '../../peers/other-host.js';
import { OwnRedis } from '../../peers/own-redis.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { BadDay } from '../bad-day.js';
import { type CentreAgent, type ContactView, type Customer, useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';
import { type EventView, ourNumber } from '../world.js';

const options = { name: 'partition', redisDatabase: 145, nodes: 2 } as const;
/** Longer than a lease, and than three renewals that wait for each other. */
const cutMs = 40_000;
let host: OtherHost;
let redis: OwnRedis;
let cluster: SeveralNodes;

afterAll(async () => {
  await redis?.kill();
  await host?.remove();
});

/** All reach Redis by the line that stays, `media-1` by the one that breaks. */
const on = useCentre(options, async () => {
  host = await OtherHost.create();
  redis = await OwnRedis.start({ on: host });
  cluster = new SeveralNodes({
    ...options,
    settings: { REDIS_URL: redis.url },
    settingsOf: (nodeId): Record<string, string> =>
      nodeId === 'media-1' ? { REDIS_URL: redis.urlAt(host.addresses.breakable) } : {},
  });
  return cluster.start();
});
function completed(): readonly ContactView[] {
  return (on.centre.world.sink.events as unknown as EventView[])
    .filter(({ type }) => type === 'contact.completed')
    .map(({ data }) => data.contact as ContactView);
}

/** The contact of a customer when its end was told. Longer than a platform may take on an idle machine. */
function endOf({ contactId }: Pick<Customer, 'contactId'>): Promise<ContactView> {
  return on.centre.world.eventually(
    `the end of contact ${contactId}`,
    async () => completed().find(({ id }) => id === contactId),
    60_000,
  );
}

/** Resolves so many milliseconds after that time. */
function since(time: number, milliseconds: number): Promise<true> {
  const passed = async () => (Date.now() - time > milliseconds ? true : undefined);
  return on.centre.world.eventually('time to pass', passed, milliseconds + 10_000);
}

/** An agent who is asked next, and the call at its phone. */
async function taken(agent: CentreAgent): Promise<{ agent: CentreAgent; seat: ToneCall; contactId: string }> {
  const seat = await agent.answers();
  return { agent, seat, contactId: headerOf(seat.invitation, 'X-Contact-Id') };
}

describe('a node from which no packet reaches Redis any more', () => {
  it('its calls end once, those of the other go on, who waits there is served in order and offered once, and once packets pass it takes calls and commands again', {
    timeout: 270_000,
  }, async () => {
    const { centre } = on;
    const { world } = centre;
    const day = await BadDay.begin(world, { callsLoseTheirProcess: true });
    const at = (nodeId: string) => cluster.sip(nodeId);
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const music = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const listener = async (nodeId: string) => {
      const call = await (await world.phone({ server: at(nodeId) })).dial(music.number);
      await call.media.hears('music');
      return call;
    };
    const agents = [
      await centre.agent([group], { server: at('media-2') }),
      await centre.agent([group], { server: at('media-2'), party: 'supervisor' }),
    ] as const;
    const rung = () => agents[0].rung + agents[1].rung;
    const seats = agents.map(taken);
    const lost = await centre.call(line, undefined, at('media-1'));
    const there = await Promise.race(seats);
    const stays = await centre.call(line, undefined, at('media-2'));
    const here = await (there.agent === agents[0] ? seats[1]! : seats[0]!);
    await Promise.all([there.seat.media.hears('caller'), here.seat.media.hears('caller')]);
    const listensThere = await listener('media-1');
    const lostCall = await world.callId(music.path, 1);
    const listensHere = await listener('media-2');
    const livingCall = await world.callId(music.path, 2);
    const waitsThere = await centre.waits(line, undefined, at('media-1'));
    const waiting: Customer[] = [];
    for (let count = 0; count < 3; count += 1) waiting.push(await centre.waits(line, undefined, at('media-2')));

    await host.losePackets();
    await host.forgetConnections();
    const cutAt = Date.now();
    for (const customer of [lost, waitsThere]) {
      expect(await endOf(customer)).toMatchObject({ endCode: 'error', endedBy: 'system' });
    }
    expect((await world.cdr(lostCall)).termination).toMatchObject({ by: 'system', reason: 'owner-lost' });
    expect((await cluster.list()).map(({ id }) => id)).toEqual(['media-2']);
    // Its agent is free, as far as anybody can know, and serves who waited longest. The others lose nothing.
    const next = await taken(there.agent);
    expect(next.contactId).toBe(waiting[0]!.contactId);
    await Promise.all([next.seat.media.hears('caller'), here.seat.media.hears('caller')]);
    await listensHere.media.hears('music');
    // A call that somebody places goes to the node that is there.
    const to = world.newNumber('a');
    const script = [{ verb: 'play', url: world.backend.url('/music.wav'), loop: 0 }];
    const { id: placed } = await world.api.post<{ id: string }>('/v1/calls', { to, from: ourNumber, script });
    const called = await world.carried('a', to);
    await called.answer();
    await called.media.hears('music');
    await called.bye();
    expect((await world.cdr(placed)).termination.by).toBe('remote');
    // So long that what waits for TCP to try again waits on.
    await since(cutAt, cutMs);

    await host.passPackets();
    await cluster.is('media-1', ({ state }) => state === 'active');
    for (const call of [listensThere, lost.call, waitsThere.call]) {
      expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    }
    await next.seat.media.hears('caller');
    await waiting[0]!.call.bye();
    await next.seat.ended;
    for (const customer of waiting.slice(1)) {
      const served = await taken(there.agent);
      expect(served.contactId).toBe(customer.contactId);
      await customer.call.media.hears(there.agent === agents[0] ? 'agent' : 'supervisor');
      await customer.call.bye();
      await served.seat.ended;
    }
    expect(rung()).toBe(2 + waiting.length);

    const again = await listener('media-1');
    const againCall = await world.callId(music.path, 3);
    // A command finds its way to the node.
    expect((await world.api.request('PATCH', `/v1/calls/${againCall}`, { status: 'completed' })).status).toBe(200);
    expect(await again.ended).toEqual({ by: 'them', how: 'BYE' });
    const customer = await centre.call(line, undefined, at('media-1'));
    const last = await taken(there.agent);
    await customer.call.media.hears(there.agent === agents[0] ? 'agent' : 'supervisor');
    for (const { call } of [customer, stays]) await call.bye();
    await listensHere.bye();
    await Promise.all([last.seat.ended, here.seat.ended]);
    for (const one of [stays, customer, ...waiting]) expect(await endOf(one)).toMatchObject({ endedBy: 'customer' });
    expect((await world.cdr(livingCall)).termination.by).toBe('remote');
    for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls }) => calls === 0);
    for (const { contactId } of [lost, waitsThere, stays, customer, ...waiting]) {
      expect(completed().filter(({ id }) => id === contactId)).toHaveLength(1);
    }
    await day.over();
  });
});
