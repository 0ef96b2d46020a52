import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { type Random, randomInteger, seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { digestHa1 } from './auth/digest.js';
import { DigestVerifier } from './auth/digest-verifier.js';
import { SimulatedNetwork, type Station } from './simulated-network.js';
import type { SipEvent } from './sip-event.js';
import { answerSdp, emptyGauges, offerSdp } from './two-stations.js';

const password = 'known to both';
const ha1 = digestHa1('MD5', 'someone', 'random', password);

/** Lets a station do whatever a user may do, at random times. */
function behave(station: Station, sdp: string, clock: ManualClock, random: Random, challenges: boolean) {
  const later = (maxMs: number, action: () => void) =>
    clock.after(random.next() * maxMs, () => {
      action();
      station.flush();
    });
  const { ua } = station;
  const verifier = new DigestVerifier({
    secret: Buffer.from('any sixteen bytes'),
    nonceLifetimeMs: 1_000,
    replayCapacity: 10,
    random,
  });
  const talk = (id: string) => {
    if (random.next() < 0.5) later(3_000, () => ua.reinvite(id, sdp, clock.now()));
    if (random.next() < 0.3) later(3_000, () => ua.reinvite(id, sdp, clock.now()));
    if (random.next() < 0.5) {
      const body = { contentType: 'application/dtmf-relay', content: 'Signal=5\r\nDuration=160\r\n' };
      later(3_000, () => ua.requestWithin(id, 'INFO', { body }, clock.now()));
    }
    if (random.next() < 0.4) later(3_000, () => ua.update(id, random.next() < 0.6 ? sdp : undefined, clock.now()));
    if (random.next() < 0.3) later(3_000, () => ua.update(id, sdp, clock.now()));
    if (random.next() < 0.5) later(5_000, () => ua.hangUp(id, {}, clock.now()));
  };
  const updateEarly = (id: string, toTag?: string) => {
    if (random.next() < 0.4)
      later(1_500, () => ua.update(id, random.next() < 0.7 ? sdp : undefined, clock.now(), toTag));
  };
  station.onEvent = (event) => {
    switch (event.type) {
      case 'invite': {
        if (challenges) {
          const source = event.flow.remoteAddress;
          const given = verifier.read(event.request, 'random');
          const verdict = given && verifier.check(given, event.request, ha1, source, clock.now());
          if (verdict !== 'ok') {
            const headers = verifier.challenge('random', ['MD5'], source, clock.now(), { stale: verdict === 'stale' });
            later(50, () => ua.respond(event.requestId, 401, { headers }, clock.now()));
            break;
          }
        }
        const choice = random.next();
        later(300, () => ua.respond(event.requestId, 180, { reliable: random.next() < 0.3 }, clock.now()));
        const early = event.sdp === undefined ? offerSdp : sdp;
        for (const status of [183, 180, 183]) {
          if (random.next() < 0.5) {
            const options = { reliable: random.next() < 0.7, ...(random.next() < 0.8 ? { sdp: early } : {}) };
            later(2_000, () => ua.respond(event.requestId, status, options, clock.now()));
          }
        }
        if (choice < 0.7) {
          later(2_000, () => {
            const answer = event.sdp === undefined ? offerSdp : sdp;
            if (ua.respond(event.requestId, 200, { sdp: answer }, clock.now())) talk(event.sessionId);
          });
        } else if (choice < 0.9) later(2_000, () => ua.respond(event.requestId, 486, {}, clock.now()));
        else later(2_000, () => ua.hangUp(event.sessionId, {}, clock.now()));
        break;
      }
      case 'provisional-acknowledged':
        updateEarly(event.sessionId);
        break;
      case 'progress':
        if (event.offers && random.next() < 0.9)
          later(500, () => ua.answerProvisional(event.sessionId, event.toTag ?? '', sdp, clock.now()));
        updateEarly(event.sessionId, event.toTag);
        break;
      case 'offer': {
        const choice = random.next();
        const status = choice < 0.8 ? 200 : choice < 0.9 ? 488 : 504;
        later(800, () => ua.respond(event.requestId, status, status === 200 ? { sdp } : {}, clock.now()));
        break;
      }
      case 'answered':
        if (random.next() < 0.9) ua.acknowledge(event.sessionId, sdp, clock.now());
        talk(event.sessionId);
        break;
      case 'reinvite':
        later(800, () => ua.respond(event.requestId, random.next() < 0.8 ? 200 : 488, { sdp }, clock.now()));
        break;
      case 'in-dialog':
      case 'request':
        later(800, () => ua.respond(event.requestId, 200, {}, clock.now()));
        break;
      default:
        break;
    }
  };
  return {
    call: (to: Station, withSdp: boolean) => {
      const id = ua.invite(
        {
          target: { transport: to.transport, address: to.address, port: to.port },
          uri: `sip:100@${to.address}`,
          from: `sip:200@${station.address}`,
          credentials: { username: 'someone', password },
          ...(withSdp ? { sdp } : {}),
          ...(random.next() < 0.2 ? { headers: [['Require', '100rel']] } : {}),
          reliableProvisionals: random.next() < 0.8,
        },
        clock.now(),
      );
      if (random.next() < 0.4) later(2_500, () => ua.hangUp(id, {}, clock.now()));
      station.flush();
    },
  };
}

function sessionsOf(station: Station): Map<string, SipEvent[]> {
  const sessions = new Map<string, SipEvent[]>();
  for (const event of station.seen) {
    if (!('sessionId' in event)) continue;
    const events = sessions.get(event.sessionId) ?? [];
    events.push(event);
    sessions.set(event.sessionId, events);
  }
  return sessions;
}

function runWorld(seed: number) {
  const random = seededRandom(seed);
  const clock = new ManualClock();
  const network = new SimulatedNetwork(clock, random);
  const sessionTimer = { expiresSeconds: random.next() < 0.5 ? 0 : 90, minSeSeconds: 90 };
  const transport = random.next() < 0.8 ? 'udp' : 'tcp';
  const alice = network.add('10.0.0.1', { sessionTimer }, transport);
  const bob = network.add('10.0.0.2', { sessionTimer }, transport);
  network.weather = {
    loss: random.next() < 0.5 ? 0 : random.next() * 0.4,
    duplication: random.next() * 0.4,
    jitterMs: 1 + random.next() * 1_500,
  };
  if (random.next() < 0.15) {
    clock.after(random.next() * 12_000, () => {
      network.weather = { ...network.weather, loss: 1 };
    });
  }
  // Some boxes, or peers, know nothing of the extensions.
  if (random.next() < 0.3) network.alter = (text) => text.replace('PRACK, UPDATE, ', '');
  const challenges = random.next() < 0.3;
  const users = [alice, bob].map((station, index) =>
    behave(station, index === 0 ? offerSdp : answerSdp, clock, random, challenges),
  );
  const stations = [alice, bob];
  if (transport === 'udp' && random.next() < 0.3) {
    const carol = network.add('10.0.0.3', { sessionTimer });
    behave(carol, answerSdp, clock, random, challenges);
    stations.push(carol);
    network.fork = (text, to) => {
      const begins = /^(?:INVITE|CANCEL) /.test(text) && !/\r\nTo:[^\r]*;tag=/.test(text);
      return begins && to === '10.0.0.2:5060' ? '10.0.0.3:5060' : undefined;
    };
  }
  const calls = randomInteger(random, 1, 4);
  for (let i = 0; i < calls; i++) {
    const turn = random.next() < 0.5;
    const [user, callee] = turn ? [users[0]!, bob] : [users[1]!, alice];
    clock.after(random.next() * 2_000, () => user.call(callee, random.next() < 0.8));
  }
  clock.advance(random.next() < 0.7 ? 30_000 : 200_000);
  // Now everybody leaves, in weather of the same kind, and time passes.
  for (const station of stations) {
    for (const [id, events] of sessionsOf(station)) {
      if (events.at(-1)?.type !== 'ended') station.ua.hangUp(id, {}, clock.now());
    }
    station.flush();
  }
  clock.advance(600_000);
  return { stations, clock, network };
}

describe('calls at random over a network that loses, repeats and reorders', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index))(
    'leave no session, dialog, transaction or timer behind (block %i of a hundred seeds)',
    (block) => {
      for (let seed = block * 100; seed < block * 100 + 100; seed++) {
        const { stations, clock } = runWorld(seed);
        for (const station of stations) {
          expect(station.ua.gauges(), `seed ${seed}, ${station.address}`).toEqual(emptyGauges);
          for (const [id, events] of sessionsOf(station)) {
            const ends = events.filter((event) => event.type === 'ended');
            expect(ends.length, `seed ${seed}: ends of ${id} at ${station.address}`).toBe(1);
            expect(events.at(-1)?.type, `seed ${seed}: nothing follows the end of ${id}`).toBe('ended');
          }
        }
        expect(clock.pending, `seed ${seed}`).toBe(0);
      }
    },
  );

  it('meet every race there is to meet', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 400; seed++) {
      const { stations, network } = runWorld(seed);
      for (const line of network.log) seen.add(line.replace(/^\S+ (?:SIP\/2\.0 (\d+).*|(\S+) .*)$/, '$1$2'));
      for (const event of stations.flatMap((station) => station.seen)) {
        seen.add(event.type === 'ended' ? `${event.by} ${event.why}` : event.type);
      }
    }
    const wanted = [
      '401',
      '481',
      '486',
      '487',
      '488',
      '491',
      '500',
      'CANCEL',
      'INFO',
      'remote bye',
      'local bye',
      'remote canceled',
    ];
    wanted.push(
      'local canceled',
      'system no-ack',
      'system timeout',
      'system session-expired',
      'reinvite-answered',
      'reinvite-failed',
      'PRACK',
      'UPDATE',
      '504',
      'offer',
      'accepted',
      'provisional-acknowledged',
      'system no-prack',
    );
    expect(wanted.filter((what) => !seen.has(what))).toEqual([]);
  });
});
