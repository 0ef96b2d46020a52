import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeSwitchDoubleUnderTest } from '../../contracts/call-engine-worlds/freeswitch-world.js';

type Under = Awaited<ReturnType<typeof freeSwitchDoubleUnderTest>>;

let under: Under;
let incoming: IncomingCall[];
beforeEach(async () => {
  under = await freeSwitchDoubleUnderTest();
  incoming = [];
  under.engine.events.on('incoming', (call) => incoming.push(call));
});
afterEach(() => under.close());

const trunkCall = { from: '+14155550100', to: '+14155550199', as: 'trunk' } as const;
const comesIn = async (count: number) => under.world.until(`call ${count} comes in`, () => incoming.length >= count);

describe('when the connection to FreeSWITCH comes back', () => {
  it('a call that came in meanwhile is offered, and an originate under way is answered', async () => {
    const { double, engine, world } = under;
    const callee = await world.callee({ rings: true });
    const leg = engine.dial({ callId: 'CA-out', target: callee.target, from: '1', ringTimeoutMs: 60_000 });
    await world.until('it rings', () => leg.status === 'ringing');
    await double.disconnect();
    callee.calls[0]!.answer();
    double.placeCall(trunkCall);
    await world.until('both happened', () => double.channels === 2 && callee.calls[0]!.answered);
    await double.open();
    await comesIn(1);
    await world.until('the answer is known', () => leg.status === 'answered');
    const taken = incoming[0]!.accept('CA-in');
    await taken.answer();
    callee.calls[0]!.speak(400);
    engine.connect(taken, leg);
    await world.until('they are connected', () => double.failures.length > 0 || callee.calls[0]!.answered);
    expect(engine.calls()).toHaveLength(2);
  });

  it('calls of ours that nobody has any more are hung up, and those of others are left alone', async () => {
    const { double, engine, world } = under;
    const ours = double.placeCall(trunkCall);
    await comesIn(1);
    const leg = incoming[0]!.accept('CA-1');
    await leg.answer();
    await double.disconnect();
    // Hung up while nobody could be told.
    leg.hangUp();
    const others = double.placeCall(trunkCall);
    double.markAs(others, 'another-node');
    await double.open();
    await world.until('ours is hung up', () => ours.ended);
    await world.until('its leg has ended', () => engine.gauges().calls === 0);
    expect(others.ended).toBe(false);
    expect(incoming).toHaveLength(1);
  });

  it('two who were connected hear each other still', async () => {
    const { double, engine, world } = under;
    const far = [double.placeCall(trunkCall), double.placeCall(trunkCall)];
    await comesIn(2);
    const [a, b] = incoming.map((call, at) => call.accept(`CA-${at}`));
    await Promise.all([a!.answer(), b!.answer()]);
    engine.connect(a!, b!);
    far[0]!.speak(400);
    far[1]!.speak(900);
    await world.until('they hear each other', () => far[0]!.hears(900) && far[1]!.hears(400));
    await double.disconnect();
    await double.open();
    a!.mute('in', true);
    await world.until('a command counts again', () => !far[1]!.hears(400));
    expect(far[0]!.hears(900)).toBe(true);
  });
});
