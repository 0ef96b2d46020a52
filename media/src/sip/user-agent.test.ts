import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { SimulatedNetwork, type Station } from './simulated-network.js';
import type { SipEvent } from './sip-event.js';

const offer = 'v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const answer = 'v=0\r\no=- 2 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n';

function world(seed = 1) {
  const clock = new ManualClock();
  const network = new SimulatedNetwork(clock, seededRandom(seed));
  const alice = network.add('10.0.0.1');
  const bob = network.add('10.0.0.2');
  return { clock, network, alice, bob };
}

function call(from: Station, to: Station, clock: ManualClock): string {
  const id = from.ua.invite(
    {
      target: { transport: 'udp', address: to.address, port: to.port },
      uri: `sip:100@${to.address}`,
      from: `sip:200@${from.address}`,
      sdp: offer,
    },
    clock.now(),
  );
  from.flush();
  return id;
}

function types(station: Station): string[] {
  return station.seen.filter((event) => event.type !== 'signalling').map((event) => event.type);
}

function ended(station: Station): Extract<SipEvent, { type: 'ended' }>[] {
  return station.seen.filter((event) => event.type === 'ended');
}

function expectEmpty(...stations: Station[]) {
  for (const { ua } of stations) {
    expect(ua.gauges()).toEqual({ sessions: 0, dialogs: 0, transactions: 0, timers: 0, unanswered: 0 });
  }
}

describe('a call', () => {
  it('is answered, acknowledged and ended by BYE', () => {
    const { clock, network, alice, bob } = world();
    let bobSession = '';
    bob.onEvent = (event) => {
      if (event.type !== 'invite') return;
      bobSession = event.sessionId;
      bob.ua.respond(event.requestId, 180, {}, clock.now());
      bob.ua.respond(event.requestId, 200, { sdp: answer }, clock.now());
    };
    call(alice, bob, clock);
    clock.advance(100);
    expect(types(alice)).toEqual(['progress', 'answered']);
    expect(types(bob)).toEqual(['invite', 'acknowledged']);
    bob.ua.hangUp(bobSession, { reason: { protocol: 'Q.850', cause: 16 } }, clock.now());
    bob.flush();
    clock.advance(100_000);
    expect(ended(alice)).toMatchObject([{ by: 'remote', why: 'bye', reason: { protocol: 'Q.850', cause: 16 } }]);
    expect(ended(bob)).toMatchObject([{ by: 'local', why: 'bye' }]);
    expect(network.log).toEqual([
      '10.0.0.1 INVITE sip:100@10.0.0.2 SIP/2.0',
      '10.0.0.2 SIP/2.0 180 Ringing',
      '10.0.0.2 SIP/2.0 200 OK',
      '10.0.0.1 ACK sip:100@10.0.0.2:5060 SIP/2.0',
      '10.0.0.2 BYE sip:10.0.0.1:5060 SIP/2.0',
      '10.0.0.1 SIP/2.0 200 OK',
    ]);
    expectEmpty(alice, bob);
  });
});
