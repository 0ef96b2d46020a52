import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { SimulatedNetwork, type Station } from './simulated-network.js';
import type { InviteOptions } from './sip-command.js';
import type { SipEvent } from './sip-event.js';
import type { SipSettings } from './sip-settings.js';

export const offerSdp = sdpOf('10.0.0.1', 4000);
export const answerSdp = sdpOf('10.0.0.2', 5000);

/** A description with one PCMU line. */
export function sdpOf(address: string, port: number, direction = 'sendrecv'): string {
  return `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=${direction}\r\n`;
}

/** Alice (10.0.0.1) and Bob (10.0.0.2) on a simulated network. For tests. */
export function twoStations(overrides: Partial<SipSettings> = {}, seed = 1) {
  const clock = new ManualClock();
  const network = new SimulatedNetwork(clock, seededRandom(seed));
  const alice = network.add('10.0.0.1', overrides);
  const bob = network.add('10.0.0.2', overrides);
  /** Alice calls Bob. */
  const call = (options: Partial<InviteOptions> = {}): string => {
    const id = alice.ua.invite(
      {
        target: { transport: 'udp', address: bob.address, port: bob.port },
        uri: `sip:100@${bob.address}`,
        from: `sip:200@${alice.address}`,
        sdp: offerSdp,
        ...options,
      },
      clock.now(),
    );
    alice.flush();
    return id;
  };
  /** What a station does with requests that need an answer; by default it takes everything. */
  const answerAll = (station: Station, sdp: string) => {
    station.onEvent = (event) => {
      if (event.type === 'invite' || event.type === 'reinvite')
        station.ua.respond(event.requestId, 200, { sdp }, clock.now());
      if (event.type === 'in-dialog' || event.type === 'request')
        station.ua.respond(event.requestId, 200, {}, clock.now());
    };
  };
  answerAll(alice, offerSdp);
  answerAll(bob, answerSdp);
  const gauges = () => [alice.ua.gauges(), bob.ua.gauges()];
  return { clock, network, alice, bob, call, gauges };
}

export const emptyGauges = { sessions: 0, dialogs: 0, transactions: 0, timers: 0, unanswered: 0 };

/** Types of the events a station saw, signalling left out. */
export function typesOf(station: Station): string[] {
  return station.seen.filter((event) => event.type !== 'signalling').map((event) => event.type);
}

/** Events of one type. */
export function eventsOf<Type extends SipEvent['type']>(
  station: Station,
  type: Type,
): Extract<SipEvent, { type: Type }>[] {
  return station.seen.filter((event): event is Extract<SipEvent, { type: Type }> => event.type === type);
}
