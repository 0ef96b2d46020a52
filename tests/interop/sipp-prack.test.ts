import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { SippPeer } from '../peers/sipp/sipp-peer.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import { within } from '../peers/within.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let straight: EngineOnLoopback;
let behind: EngineOnLoopback;
let edge: KamailioEdge;
const peers: SippPeer[] = [];

beforeAll(async () => {
  edge = await KamailioEdge.start();
  straight = await EngineOnLoopback.start();
  behind = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: edge.innerPort }] });
  await edge.configure([`sip:127.0.0.1:${behind.port('udp')};transport=udp`]);
});

afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.stop();
});

afterAll(async () => {
  await straight.close();
  await behind.close();
  await edge.stop();
});

async function sipp(options: Parameters<typeof SippPeer.start>[0]): Promise<SippPeer> {
  const peer = await SippPeer.start(options);
  peers.push(peer);
  return peer;
}

const endOf = (leg: LiveCall) =>
  within(new Promise<Termination>((resolve) => leg.events.once('ended', resolve)), `the end of ${leg.id}`);

let count = 0;

/** Calls the desk phone, which answers at once, and joins it with the leg. */
async function joinDesk(on: EngineOnLoopback, leg: LiveCall): Promise<{ out: LiveCall; desk: ToneCall }> {
  count += 1;
  const out = on.engine.dial({
    callId: `desk-${count}`,
    target: { kind: 'sip', uri: `sip:desk@127.0.0.1:${on.desk.address.port}` },
    from: '4401',
    ringTimeoutMs: 30_000,
  });
  on.engine.connect(leg, out);
  const desk = await on.desk.nextCall();
  await desk.answer();
  return { out, desk };
}

describe('sipp that wants provisionals acknowledged (RFC 3262)', () => {
  it.each([
    ['plays', 'straight to us', { programme: [{ tone: 'caller', ms: 2_500 }] }, 'caller'],
    ['echoes', 'straight to us', { echo: true, pauseMs: 2_500 }, 'callee'],
    ['plays', 'through Kamailio', { programme: [{ tone: 'caller', ms: 2_500 }] }, 'caller'],
  ] as const)(
    'calls, is heard and hears before the answer, holds and resumes by UPDATE, hangs up (it %s, %s)',
    async (_what, way, media, tone) => {
      const on = way === 'through Kamailio' ? behind : straight;
      const taken = new Promise<LiveCall>((resolve) => {
        on.onIncoming = (call) => resolve(call.accept(`prack-${++count}`));
      });
      const caller = await sipp({
        scenario: 'uac-prack',
        remote: { host: '127.0.0.1', port: on === behind ? edge.port : on.port('udp') },
        ...media,
      });
      const leg = await within(taken, 'the call');
      const events: string[] = [];
      for (const event of ['answered', 'held', 'resumed'] as const) leg.events.on(event, () => events.push(event));
      const ended = endOf(leg);
      leg.ring();
      await leg.earlyMedia();
      const { out, desk } = await joinDesk(on, leg);
      // Through the desk phone: the caller's tone, or its own come back from the caller.
      await desk.media.hears(tone);
      expect(leg.status).toBe('ringing');
      await leg.answer();
      expect(await ended).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
      expect(events).toEqual(['answered', 'held', 'resumed']);
      await caller.finished();
      out.hangUp();
      await desk.ended;
    },
  );

  it('is called: its 183 and 180 are acknowledged in order, its sound is heard early, and its 200 needs no SDP', async () => {
    const callee = await sipp({ scenario: 'uas-prack', programme: [{ tone: 'agent', ms: 2_500 }] });
    const on = straight;
    const leg = on.engine.dial({
      callId: 'to-prack',
      target: { kind: 'sip', uri: `sip:service@127.0.0.1:${callee.address.port}` },
      from: '4401',
      ringTimeoutMs: 30_000,
    });
    const answered = new Promise<void>((resolve) => leg.events.once('answered', resolve));
    const early = new Promise<void>((resolve) => leg.events.once('earlyMedia', resolve));
    await within(early, 'early media');
    const { out, desk } = await joinDesk(on, leg);
    await desk.media.hears('agent');
    expect(leg.status).toBe('ringing');
    await within(answered, 'the answer');
    leg.hangUp();
    await callee.finished();
    out.hangUp();
    await desk.ended;
  });

  it('leaves nothing open', async () => {
    for (const { engine, idle } of [straight, behind].map((on) => ({ engine: on.engine, idle: on.idle() }))) {
      await idle;
      expect(Object.values(engine.gauges()).every((value) => value === 0)).toBe(true);
    }
  });
});
