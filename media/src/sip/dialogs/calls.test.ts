import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { digestHa1 } from '../auth/digest.js';
import { DigestVerifier } from '../auth/digest-verifier.js';
import type { Station } from '../simulated-network.js';
import { answerSdp, emptyGauges, eventsOf, offerSdp, sdpOf, twoStations, typesOf } from '../two-stations.js';

/** The last INVITE a station got. */
function inviteAt(station: Station) {
  return eventsOf(station, 'invite').at(-1)!;
}

describe('a call', () => {
  it('is answered, acknowledged and ended by BYE (RFC 3261 13, 15)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    bob.onEvent = (event) => {
      if (event.type !== 'invite') return;
      bob.ua.respond(event.requestId, 180, {}, clock.now());
      bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
    };
    call();
    clock.advance(100);
    expect(typesOf(alice)).toEqual(['progress', 'answered']);
    expect(typesOf(bob)).toEqual(['invite', 'accepted', 'acknowledged']);
    bob.ua.hangUp(inviteAt(bob).sessionId, { reason: { protocol: 'Q.850', cause: 16 } }, clock.now());
    bob.flush();
    clock.advance(100_000);
    expect(eventsOf(alice, 'ended')).toMatchObject([
      { by: 'remote', why: 'bye', reason: { protocol: 'Q.850', cause: 16 } },
    ]);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'local', why: 'bye' }]);
    expect(network.log).toEqual([
      '10.0.0.1 INVITE sip:100@10.0.0.2 SIP/2.0',
      '10.0.0.2 SIP/2.0 180 Ringing',
      '10.0.0.2 SIP/2.0 200 OK',
      '10.0.0.1 ACK sip:100@10.0.0.2:5060 SIP/2.0',
      '10.0.0.2 BYE sip:10.0.0.1:5060 SIP/2.0',
      '10.0.0.1 SIP/2.0 200 OK',
    ]);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('is refused with the status the user gives, and ends at both sides once', () => {
    const { clock, alice, bob, call, gauges } = twoStations();
    bob.onEvent = (event) => {
      if (event.type === 'invite') bob.ua.respond(event.requestId, 486, {}, clock.now());
    };
    call();
    clock.advance(100_000);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ by: 'remote', why: 'rejected', status: 486 }]);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'local', why: 'rejected', status: 486 }]);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('ends as a time-out when nobody answers at all (timer B, 17.1.1.2)', () => {
    const { clock, network, alice, call, gauges } = twoStations();
    network.filter = () => 'lose';
    call();
    clock.advance(31_999);
    expect(eventsOf(alice, 'ended')).toEqual([]);
    clock.advance(2);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ by: 'system', why: 'timeout', status: 408 }]);
    expect(network.log).toHaveLength(7);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('ends as unreachable when the transport fails (8.1.3.1)', () => {
    const { clock, alice, bob, call } = twoStations();
    call();
    alice.ua.targetFailed({ transport: 'udp', address: bob.address, port: bob.port }, clock.now());
    alice.flush();
    expect(eventsOf(alice, 'ended')).toMatchObject([{ by: 'system', why: 'unreachable', status: 503 }]);
  });

  it('gets a 100 only when its user takes longer than 200 ms (17.2.1)', () => {
    const { clock, network, bob, call } = twoStations();
    bob.onEvent = () => {};
    call();
    clock.advance(199);
    expect(network.log).toHaveLength(1);
    clock.advance(10);
    expect(network.log.at(-1)).toBe('10.0.0.2 SIP/2.0 100 Trying');
  });

  it('carries the answer in the ACK where the INVITE had no offer (13.2.1)', () => {
    const { clock, alice, bob, call, gauges } = twoStations();
    const id = alice.ua.invite(
      { target: { transport: 'udp', address: bob.address, port: 5060 }, uri: 'sip:1@10.0.0.2', from: 'sip:2@10.0.0.1' },
      clock.now(),
    );
    void call;
    alice.flush();
    clock.advance(50);
    expect(eventsOf(alice, 'answered')).toMatchObject([{ sdp: answerSdp }]);
    expect(eventsOf(bob, 'acknowledged')).toEqual([]);
    alice.ua.acknowledge(id, offerSdp, clock.now());
    alice.flush();
    clock.advance(50);
    expect(eventsOf(bob, 'acknowledged')).toMatchObject([{ sdp: offerSdp }]);
    alice.ua.hangUp(id, {}, clock.now());
    alice.flush();
    clock.advance(100_000);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('can show its dialog as plain data while it lives', () => {
    const { clock, alice, call } = twoStations();
    const id = call();
    clock.advance(50);
    const dialog = alice.ua.dialogOf(id);
    expect(dialog).toMatchObject({ role: 'uac', localCseq: 1, remoteTarget: 'sip:100@10.0.0.2:5060', routeSet: [] });
    expect(JSON.parse(JSON.stringify(dialog))).toMatchObject({ callId: dialog?.callId, remoteTag: dialog?.remoteTag });
    alice.ua.hangUp(id, {}, clock.now());
    expect(alice.ua.dialogOf(id)).toBeUndefined();
  });

  it('takes INFO within it and answers it (RFC 6086)', () => {
    const { clock, alice, bob, call } = twoStations();
    const id = call();
    clock.advance(50);
    const body = { contentType: 'application/dtmf-relay', content: 'Signal=5\r\nDuration=160\r\n' };
    const requestId = alice.ua.requestWithin(id, 'INFO', { body }, clock.now());
    alice.flush();
    clock.advance(50);
    expect(eventsOf(bob, 'in-dialog')[0]?.request.bodyText).toContain('Signal=5');
    expect(eventsOf(alice, 'response')).toMatchObject([{ requestId, status: 200 }]);
  });
});

describe('races', () => {
  it('CANCEL is held back until a provisional came (9.1)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    bob.onEvent = () => {};
    const id = call();
    alice.ua.hangUp(id, {}, clock.now());
    alice.flush();
    clock.advance(150);
    expect(network.log.filter((line) => line.includes('CANCEL'))).toEqual([]);
    clock.advance(100_000);
    expect(network.log.filter((line) => line.includes('CANCEL'))).toHaveLength(1);
    expect(network.log.some((line) => line.endsWith('487 Request Terminated'))).toBe(true);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ by: 'local', why: 'canceled' }]);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'remote', why: 'canceled', status: 487 }]);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('CANCEL that crosses the 200 ends in ACK and BYE (9.1, 15)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    bob.onEvent = () => {};
    const id = call();
    clock.advance(250);
    bob.ua.respond(inviteAt(bob).requestId, 200, { sdp: answerSdp }, clock.now());
    bob.flush();
    alice.ua.hangUp(id, {}, clock.now());
    alice.flush();
    clock.advance(100_000);
    const methods = network.log.map((line) => line.split(' ')[1]);
    expect(methods).toContain('CANCEL');
    expect(methods).toContain('ACK');
    expect(methods).toContain('BYE');
    expect(typesOf(alice)).toEqual(['ended']);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'remote', why: 'bye' }]);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('a callee that hangs up before the ACK waits for it with its BYE (15.1.1)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    let lose = true;
    network.filter = (text) => (lose && text.startsWith('ACK') ? 'lose' : undefined);
    call();
    clock.advance(100);
    bob.ua.hangUp(inviteAt(bob).sessionId, {}, clock.now());
    bob.flush();
    clock.advance(300);
    expect(network.log.some((line) => line.includes('BYE'))).toBe(false);
    lose = false;
    clock.advance(100_000);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ by: 'remote', why: 'bye' }]);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('a 2xx is repeated until its ACK, then given up with BYE after 64×T1 (13.3.1.4)', () => {
    const { clock, network, bob, call, gauges } = twoStations();
    network.filter = (text) => (text.startsWith('ACK') ? 'lose' : undefined);
    call();
    clock.advance(31_000);
    // T1 doubling to T2: 0, 0.5, 1.5, 3.5, 7.5, 11.5 … 27.5
    expect(network.log.filter((line) => line.endsWith('200 OK'))).toHaveLength(10);
    clock.advance(200_000);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'system', why: 'no-ack' }]);
    expect(network.log.some((line) => line.startsWith('10.0.0.2 BYE'))).toBe(true);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('both BYEs at once are both answered 200', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    const id = call();
    clock.advance(50);
    alice.ua.hangUp(id, {}, clock.now());
    bob.ua.hangUp(inviteAt(bob).sessionId, {}, clock.now());
    alice.flush();
    bob.flush();
    clock.advance(100_000);
    expect(network.log.filter((line) => line.includes('BYE'))).toHaveLength(2);
    expect(network.log.filter((line) => line.includes('481'))).toEqual([]);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('BYE that crosses a re-INVITE ends the session and answers it 487 or 481 (15.1.2)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    const id = call();
    clock.advance(50);
    bob.onEvent = () => {};
    alice.ua.reinvite(id, sdpOf('10.0.0.1', 4000, 'sendonly'), clock.now());
    alice.flush();
    clock.advance(20);
    bob.ua.hangUp(inviteAt(bob).sessionId, {}, clock.now());
    bob.flush();
    clock.advance(100_000);
    expect(network.log.some((line) => line.includes('487'))).toBe(true);
    expect(eventsOf(alice, 'ended')).toHaveLength(1);
    expect(eventsOf(bob, 'ended')).toHaveLength(1);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('every fork that answers is acknowledged, and all but the first ended (13.2.2.4)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    const carol = network.add('10.0.0.3');
    carol.onEvent = (event) => {
      if (event.type === 'invite')
        carol.ua.respond(event.requestId, 200, { sdp: sdpOf('10.0.0.3', 6000) }, clock.now());
    };
    // A forking proxy in miniature: what reaches Bob reaches Carol too.
    network.filter = (text, from, to) => {
      if (text.startsWith('INVITE') && to === '10.0.0.2:5060') {
        carol.ua.handlePacket(
          Buffer.from(text),
          { transport: 'udp', localAddress: '10.0.0.3', localPort: 5060, remoteAddress: from, remotePort: 5060 },
          clock.now(),
        );
        carol.flush();
      }
      return undefined;
    };
    const id = call();
    clock.advance(1_000);
    expect(eventsOf(alice, 'answered')).toHaveLength(1);
    const ends = [bob, carol].map((station) => eventsOf(station, 'ended').length);
    expect(ends.sort()).toEqual([0, 1]);
    expect([bob, carol].map((station) => eventsOf(station, 'acknowledged').length)).toEqual([1, 1]);
    alice.ua.hangUp(id, {}, clock.now());
    alice.flush();
    clock.advance(100_000);
    expect([...gauges(), carol.ua.gauges()]).toEqual([emptyGauges, emptyGauges, emptyGauges]);
  });
});

describe('re-INVITE', () => {
  it('holds and resumes; both sides hear of it', () => {
    const { clock, alice, bob, call } = twoStations();
    const id = call();
    clock.advance(50);
    const hold = sdpOf('10.0.0.1', 4000, 'sendonly');
    alice.ua.reinvite(id, hold, clock.now());
    alice.flush();
    clock.advance(50);
    expect(eventsOf(bob, 'reinvite')).toMatchObject([{ sdp: hold }]);
    expect(eventsOf(alice, 'reinvite-answered')).toMatchObject([{ sdp: answerSdp }]);
  });

  it('that is refused leaves the session as it was (14.1)', () => {
    const { clock, alice, bob, call } = twoStations();
    const id = call();
    clock.advance(50);
    bob.onEvent = (event) => {
      if (event.type === 'reinvite') bob.ua.respond(event.requestId, 488, {}, clock.now());
    };
    alice.ua.reinvite(id, offerSdp, clock.now());
    alice.flush();
    clock.advance(50);
    expect(eventsOf(alice, 'reinvite-failed')).toMatchObject([{ status: 488 }]);
    expect(eventsOf(alice, 'ended')).toEqual([]);
    expect(alice.ua.gauges().sessions).toBe(1);
  });

  it('from both sides at once meets 491 and is tried again by both (14.1)', () => {
    const { clock, network, alice, bob, call } = twoStations();
    const id = call();
    clock.advance(50);
    alice.ua.reinvite(id, offerSdp, clock.now());
    bob.ua.reinvite(inviteAt(bob).sessionId, answerSdp, clock.now());
    alice.flush();
    bob.flush();
    clock.advance(10_000);
    expect(network.log.filter((line) => line.endsWith('491 Request Pending')).length).toBeGreaterThanOrEqual(2);
    expect(eventsOf(alice, 'reinvite-answered')).toHaveLength(1);
    expect(eventsOf(bob, 'reinvite-answered')).toHaveLength(1);
  });

  it('that meets 481 ends the session (12.2.1.2)', () => {
    const { clock, alice, bob, call } = twoStations();
    const id = call();
    clock.advance(50);
    bob.onEvent = (event) => {
      if (event.type === 'reinvite') bob.ua.respond(event.requestId, 481, {}, clock.now());
    };
    alice.ua.reinvite(id, offerSdp, clock.now());
    alice.flush();
    clock.advance(50);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ status: 481 }]);
  });
});

describe('session timers (RFC 4028)', () => {
  const sessionTimer = { expiresSeconds: 90, minSeSeconds: 90 };

  it('are refreshed at half their time, so that the call lives on (10)', () => {
    const { clock, network, alice, bob, call } = twoStations({ sessionTimer });
    call();
    clock.advance(44_000);
    expect(network.log.filter((line) => line.includes('UPDATE'))).toEqual([]);
    clock.advance(2_000);
    expect(network.log.filter((line) => line.includes('UPDATE'))).toHaveLength(1);
    clock.advance(600_000);
    expect(network.log.filter((line) => line.includes('INVITE'))).toHaveLength(1);
    expect(eventsOf(alice, 'ended')).toEqual([]);
    expect(eventsOf(bob, 'ended')).toEqual([]);
    expect(eventsOf(alice, 'reinvite-answered'), 'a refresh that changes nothing is not reported').toEqual([]);
  });

  it('are refreshed by re-INVITE where the peer does not say that it takes UPDATE (7.4)', () => {
    const { clock, network, alice, bob, call } = twoStations({ sessionTimer });
    network.alter = (text) => text.replace('PRACK, UPDATE, ', '');
    call();
    clock.advance(46_000);
    expect(network.log.filter((line) => line.includes('INVITE'))).toHaveLength(2);
    clock.advance(600_000);
    expect(network.log.filter((line) => line.includes('UPDATE'))).toEqual([]);
    expect([...eventsOf(alice, 'ended'), ...eventsOf(bob, 'ended')]).toEqual([]);
    expect(eventsOf(alice, 'reinvite-answered'), 'a refresh that changes nothing is not reported').toEqual([]);
  });

  it.each([['405 Method Not Allowed'], ['501 Not Implemented'], ['500 Server Internal Error']])(
    'are refreshed by re-INVITE where an UPDATE is answered %s',
    (line) => {
      const { clock, network, alice, bob, call } = twoStations({ sessionTimer });
      network.alter = (text) =>
        /CSeq: \d+ UPDATE/.test(text) ? text.replace(/^SIP\/2.0 200 OK/, `SIP/2.0 ${line}`) : text;
      call();
      clock.advance(46_000);
      expect(network.log.filter((entry) => entry.includes('UPDATE'))).toHaveLength(1);
      expect(network.log.filter((entry) => entry.includes('INVITE'))).toHaveLength(2);
      clock.advance(600_000);
      expect(
        network.log.filter((entry) => entry.includes('UPDATE')),
        'asked once only',
      ).toHaveLength(1);
      expect([...eventsOf(alice, 'ended'), ...eventsOf(bob, 'ended')]).toEqual([]);
    },
  );

  it('are refreshed by re-INVITE where a box on the way swallows the UPDATE', () => {
    const { clock, network, alice, bob, call } = twoStations({
      sessionTimer: { expiresSeconds: 600, minSeSeconds: 90 },
    });
    network.filter = (text) => (text.startsWith('UPDATE') ? 'lose' : undefined);
    call();
    clock.advance(2_000_000);
    expect(network.log.filter((line) => line.includes(' INVITE ')).length).toBeGreaterThan(4);
    expect([...eventsOf(alice, 'ended'), ...eventsOf(bob, 'ended')]).toEqual([]);
  });

  it('do not end a call whose peer refuses refreshes but answers them', () => {
    const { clock, network, alice, bob, call } = twoStations({ sessionTimer });
    network.alter = (text) => text.replace('PRACK, UPDATE, ', '');
    bob.onEvent = (event) => {
      if (event.type === 'invite') bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
      if (event.type === 'reinvite') bob.ua.respond(event.requestId, 488, {}, clock.now());
    };
    network.filter = (text) => (text.startsWith('BYE') ? 'lose' : undefined);
    call();
    clock.advance(59_000);
    expect(network.log.some((line) => line.includes('488'))).toBe(true);
    clock.advance(10_000);
    expect(eventsOf(alice, 'ended')).toEqual([]);
  });

  it('end the call at both sides when refreshes stop coming (10)', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations({ sessionTimer });
    call();
    clock.advance(1_000);
    network.filter = () => 'lose';
    clock.advance(200_000);
    expect(eventsOf(bob, 'ended')).toMatchObject([{ by: 'system', why: 'session-expired' }]);
    expect(eventsOf(alice, 'ended')).toHaveLength(1);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('below the minimum are refused with 422 and tried again with Min-SE (6, 7.3)', () => {
    const { clock, network } = twoStations();
    const carol = network.add('10.0.0.3', { sessionTimer: { expiresSeconds: 90, minSeSeconds: 90 } });
    const dave = network.add('10.0.0.4', { sessionTimer: { expiresSeconds: 600, minSeSeconds: 300 } });
    dave.onEvent = (event) => {
      if (event.type === 'invite') dave.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
    };
    carol.ua.invite(
      {
        target: { transport: 'udp', address: '10.0.0.4', port: 5060 },
        uri: 'sip:1@10.0.0.4',
        from: 'sip:2@10.0.0.3',
        sdp: offerSdp,
      },
      clock.now(),
    );
    carol.flush();
    clock.advance(50);
    expect(network.log).toContain('10.0.0.4 SIP/2.0 422 Session Interval Too Small');
    expect(eventsOf(carol, 'answered')).toHaveLength(1);
    const [second] = eventsOf(dave, 'invite');
    expect(second?.request.header('session-expires')).toBe('300');
  });
});

describe('digest', () => {
  const verifier = new DigestVerifier({
    secret: Buffer.from('0123456789abcdef'),
    nonceLifetimeMs: 60_000,
    replayCapacity: 100,
    random: seededRandom(5),
  });

  it.each([['MD5'], ['SHA-256']] as const)(
    'a challenged call is tried again with credentials by %s (22.2)',
    (algorithm) => {
      const { clock, network, alice, bob, call, gauges } = twoStations();
      const ha1 = digestHa1(algorithm, 'alice', 'example.org', 'secret');
      bob.onEvent = (event) => {
        if (event.type !== 'invite') return;
        const given = verifier.read(event.request, 'example.org');
        const verdict = given && verifier.check(given, event.request, ha1, event.flow.remoteAddress, clock.now());
        if (verdict === 'ok') bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
        else {
          const headers = verifier.challenge('example.org', [algorithm], event.flow.remoteAddress, clock.now());
          bob.ua.respond(event.requestId, 401, { headers }, clock.now());
        }
      };
      const id = call({ credentials: { username: 'alice', password: 'secret' } });
      clock.advance(50);
      expect(typesOf(alice)).toEqual(['answered']);
      expect(network.log.filter((line) => line.includes('INVITE'))).toHaveLength(2);
      alice.ua.hangUp(id, {}, clock.now());
      alice.flush();
      clock.advance(100_000);
      expect(gauges()).toEqual([emptyGauges, emptyGauges]);
    },
  );

  it('a call with the wrong password ends as auth-failed after one try', () => {
    const { clock, network, alice, bob, call } = twoStations();
    bob.onEvent = (event) => {
      if (event.type !== 'invite') return;
      const headers = verifier.challenge('example.org', ['MD5'], event.flow.remoteAddress, clock.now());
      bob.ua.respond(event.requestId, 401, { headers }, clock.now());
    };
    call({ credentials: { username: 'alice', password: 'wrong' } });
    clock.advance(50);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ why: 'auth-failed', status: 401 }]);
    expect(network.log.filter((line) => line.includes('INVITE'))).toHaveLength(2);
  });

  it('a stale nonce is answered with a new one (RFC 7616 3.3)', () => {
    const { clock, alice, bob, call } = twoStations();
    let tries = 0;
    bob.onEvent = (event) => {
      if (event.type !== 'invite') return;
      const headers = verifier.challenge('example.org', ['MD5'], event.flow.remoteAddress, clock.now(), {
        stale: tries > 0,
      });
      if (tries++ < 2) bob.ua.respond(event.requestId, 401, { headers }, clock.now());
      else bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
    };
    call({ credentials: { username: 'alice', password: 'secret' } });
    clock.advance(50);
    expect(typesOf(alice)).toEqual(['answered']);
    expect(tries).toBe(3);
  });
});

describe('overload', () => {
  it('refuses new calls with 503 and Retry-After and keeps nothing of them; calls that are up go on', () => {
    const { clock, network, alice, bob, call } = twoStations();
    const id = call();
    clock.advance(50);
    bob.ua.setOverload(7);
    const before = bob.ua.gauges();
    call();
    clock.advance(50);
    expect(eventsOf(alice, 'ended')).toMatchObject([{ why: 'rejected', status: 503 }]);
    expect(eventsOf(alice, 'ended')[0]?.response?.header('retry-after')).toBe('7');
    expect(bob.ua.gauges()).toEqual(before);
    alice.ua.reinvite(id, offerSdp, clock.now());
    alice.flush();
    clock.advance(50);
    expect(eventsOf(alice, 'reinvite-answered')).toHaveLength(1);
    expect(network.log.filter((line) => line.includes('503'))).toHaveLength(1);
  });
});
