import { describe, expect, it } from 'vitest';
import { answerSdp, emptyGauges, eventsOf, offerSdp, twoStations } from '../two-stations.js';
import type { UnansweredInvite } from './unanswered-invite.js';

/** Alice calls Bob, whose phone rings. */
function ringing(options: { rings?: boolean } = {}) {
  const stations = twoStations();
  const { clock, bob, call } = stations;
  bob.onEvent = (event) => {
    if (event.type === 'invite' && options.rings !== false) bob.ua.respond(event.requestId, 180, {}, clock.now());
  };
  const sessionId = call();
  clock.advance(100);
  const { sessionId: bobId, requestId } = eventsOf(bob, 'invite')[0]!;
  return { ...stations, sessionId, bobId, requestId };
}

/** The process of that station dies, and another is in its place that was told this and ends it. */
function giveUp(world: ReturnType<typeof ringing>, who: 'alice' | 'bob', sessionId: string) {
  const { network, clock } = world;
  const kept = JSON.parse(JSON.stringify(world[who].ua.unansweredOf(sessionId))) as UnansweredInvite;
  world[who].die();
  const next = network.add(world[who].address);
  next.ua.giveUp(kept, { reason: { protocol: 'Q.850', cause: 41 }, retryAfterSeconds: 5 }, clock.now());
  next.flush();
  return next;
}

describe('an INVITE that a process left without a final answer', () => {
  it('is answered by the next process, again and again until that is acknowledged (RFC 3261 17.2.1)', () => {
    const world = ringing();
    const { clock, alice } = world;
    const next = giveUp(world, 'bob', world.bobId);
    clock.advance(200);
    const [ended] = eventsOf(alice, 'ended');
    expect(ended).toMatchObject({ by: 'remote', why: 'rejected', status: 503 });
    expect(ended!.response?.header('retry-after')).toBe('5');
    clock.advance(100_000);
    expect([alice.ua.gauges(), next.ua.gauges()]).toEqual([emptyGauges, emptyGauges]);
  });

  it('is cancelled at the phone that rings (RFC 3261 9.1)', () => {
    const world = ringing();
    const { clock, bob } = world;
    const next = giveUp(world, 'alice', world.sessionId);
    clock.advance(1_000);
    expect(eventsOf(bob, 'invite')).toHaveLength(1);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'remote', why: 'canceled' }]);
    clock.advance(100_000);
    expect([bob.ua.gauges(), next.ua.gauges()]).toEqual([emptyGauges, emptyGauges]);
  });

  it('is acknowledged and ended by BYE where the phone was answered meanwhile (RFC 3261 13.2.2.4)', () => {
    const world = ringing();
    const { clock, bob, requestId } = world;
    const next = giveUp(world, 'alice', world.sessionId);
    bob.ua.respond(requestId, 200, { sdp: answerSdp }, clock.now());
    bob.flush();
    clock.advance(2_000);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'remote', why: 'bye' }]);
    clock.advance(100_000);
    expect([bob.ua.gauges(), next.ua.gauges()]).toEqual([emptyGauges, emptyGauges]);
  });

  it('comes to nothing where nobody is there any more', () => {
    const world = ringing();
    const { clock, network, bob } = world;
    bob.die();
    network.add(bob.address);
    const next = giveUp(world, 'alice', world.sessionId);
    clock.advance(200_000);
    expect(next.ua.gauges()).toEqual(emptyGauges);
  });

  it('is nothing once it has its answer', () => {
    const { alice, bob, clock, call } = twoStations();
    const sessionId = call({ sdp: offerSdp });
    clock.advance(100);
    expect(alice.ua.unansweredOf(sessionId)).toBeUndefined();
    expect(bob.ua.unansweredOf(eventsOf(bob, 'invite')[0]!.sessionId)).toBeUndefined();
  });
});
