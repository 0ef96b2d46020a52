import { describe, expect, it } from 'vitest';
import { bench, flow } from '../bench.fixture.js';
import type { InviteOptions } from '../sip-command.js';
import type { SipEvent } from '../sip-event.js';
import { answerSdp, emptyGauges, eventsOf, offerSdp, sdpOf, twoStations, typesOf } from '../two-stations.js';

const held = sdpOf('10.0.0.9', 5000, 'sendonly');

interface Answer {
  readonly tag?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
}

/** A user agent that calls somebody who writes SIP by hand. */
function calling(options: Partial<InviteOptions> = { sdp: offerSdp }) {
  const at = bench();
  let sessionId = '';
  let requests = 0;
  at.run((now) => {
    sessionId = at.ua.invite(
      {
        target: { transport: 'udp', address: '192.0.2.9', port: 33_000 },
        uri: 'sip:100@192.0.2.9:33000',
        from: 'sip:200@10.0.0.2',
        ...options,
      },
      now,
    );
  });
  const sentOf = (method: string) => at.sent().filter((message) => message.startsWith(`${method} `));
  const line = (name: string, message: string) => new RegExp(`\\r\\n(${name}: [^\\r]*)`).exec(message)?.[1] ?? '';
  const write = (first: string, lines: readonly string[], body: string) =>
    at.receive(
      [
        first,
        ...lines,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
      flow,
    );
  const answer = (request: string, status: number, { tag = 'far', extra = [], body = '' }: Answer = {}) => {
    const to = line('To', request);
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => line(name, request));
    const tagged = to.includes('tag=') || status === 100 ? to : `${to};tag=${tag}`;
    write(`SIP/2.0 ${status} Whatever`, [...copied, tagged, `Contact: <sip:${tag}@192.0.2.9:33000>`, ...extra], body);
  };
  const invite = () => sentOf('INVITE').at(-1)!;
  return {
    ...at,
    sessionId,
    sentOf,
    line,
    invite,
    answer,
    bodyOf: (message: string) => message.slice(message.indexOf('\r\n\r\n') + 4),
    respond: (status: number, parts?: Answer) => answer(invite(), status, parts),
    /** A reliable provisional. */
    reliably: (status: number, rseq: number | string, { extra = [], ...parts }: Answer = {}) =>
      answer(invite(), status, { ...parts, extra: ['Require: 100rel', `RSeq: ${rseq}`, ...extra] }),
    racks: () => sentOf('PRACK').map((message) => line('RAck', message).slice(6)),
    /** A request of theirs within the dialog of that fork. */
    request: (method: string, { tag = 'far', extra = [], body = '', cseq = 100 }: Answer & { cseq?: number } = {}) => {
      requests += 1;
      write(
        `${method} sip:10.0.0.2 SIP/2.0`,
        [
          `Via: SIP/2.0/UDP 192.0.2.9:33000;rport;branch=z9hG4bKtheirs${requests}`,
          `From: ${line('To', invite()).slice(4)};tag=${tag}`,
          `To: ${line('From', invite()).slice(6)}`,
          line('Call-ID', invite()),
          `CSeq: ${cseq} ${method}`,
          `Contact: <sip:${tag}@192.0.2.9:33000>`,
          ...extra,
        ],
        body,
      );
    },
    hangUp: () => at.run((now) => at.ua.hangUp(sessionId, {}, now)),
    progress: () =>
      at.outputs.flatMap((output): Extract<SipEvent, { type: 'progress' }>[] =>
        output.kind === 'event' && output.event.type === 'progress' ? [output.event] : [],
      ),
    /** Lets everything run out, with nobody answering any more. */
    emptied: () => {
      at.run((now) => at.ua.hangUp(sessionId, {}, now));
      at.advance(300_000);
      expect(at.ua.gauges()).toEqual(emptyGauges);
    },
  };
}

describe('reliable provisional answers at the caller (RFC 3262 4)', () => {
  it('are offered in Supported, and may be left out for a carrier that breaks over it', () => {
    expect(calling().invite()).toMatch(/\r\nSupported: [^\r]*100rel/);
    const without = calling({ sdp: offerSdp, reliableProvisionals: false });
    expect(without.invite()).not.toContain('100rel');
    without.reliably(183, 5, { body: answerSdp });
    expect(without.racks(), 'one that comes unasked is acknowledged all the same').toEqual(['5 1 INVITE']);
    without.emptied();
  });

  it('are acknowledged within their dialog: to their Contact, through their routes, with the next CSeq', () => {
    const at = calling();
    at.reliably(183, 77, { body: answerSdp, extra: ['Record-Route: <sip:192.0.2.9:33000;lr>'] });
    const [prack] = at.sentOf('PRACK');
    expect(prack).toMatch(/^PRACK sip:far@192\.0\.2\.9:33000 SIP\/2\.0\r\n/);
    expect(at.line('Route', prack!)).toBe('Route: <sip:192.0.2.9:33000;lr>');
    expect(at.line('CSeq', prack!)).toBe('CSeq: 2 PRACK');
    expect(at.line('To', prack!)).toContain('tag=far');
    expect(at.racks()).toEqual(['77 1 INVITE']);
    at.emptied();
  });

  it('are acknowledged once, however often they come', () => {
    const at = calling();
    at.reliably(183, 77, { body: answerSdp });
    at.reliably(183, 77, { body: answerSdp });
    at.answer(at.sentOf('PRACK')[0]!, 200);
    at.reliably(183, 77, { body: answerSdp });
    expect(at.racks()).toEqual(['77 1 INVITE']);
    expect(at.progress()).toHaveLength(1);
    at.emptied();
  });

  it('are taken in order only: what comes too early is passed over until it comes again', () => {
    const at = calling();
    at.reliably(180, 1);
    at.reliably(183, 3, { body: answerSdp });
    expect(at.racks()).toEqual(['1 1 INVITE']);
    expect(at.progress().map(({ status }) => status)).toEqual([180]);
    at.reliably(182, 2);
    at.reliably(183, 3, { body: answerSdp });
    at.reliably(180, 1);
    expect(at.racks()).toEqual(['1 1 INVITE', '2 1 INVITE', '3 1 INVITE']);
    expect(at.progress().map(({ status }) => status)).toEqual([180, 182, 183]);
    at.emptied();
  });

  it('of several forks are counted apart', () => {
    const at = calling();
    at.reliably(183, 10, { tag: 'one', body: answerSdp });
    at.reliably(183, 90, { tag: 'two', body: answerSdp });
    at.reliably(180, 11, { tag: 'one' });
    expect(at.racks()).toEqual(['10 1 INVITE', '90 1 INVITE', '11 1 INVITE']);
    expect(at.sentOf('PRACK').map((message) => at.line('To', message).split('tag=')[1])).toEqual(['one', 'two', 'one']);
    expect(at.progress().map(({ toTag }) => toTag)).toEqual(['one', 'two', 'one']);
    at.emptied();
  });

  it('give the answer: later descriptions do not count, and the 2xx needs none', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.respond(180, { body: held });
    at.reliably(180, 2, { body: held });
    expect(at.progress().map(({ sdp }) => sdp)).toEqual([answerSdp, undefined, undefined]);
    at.respond(200);
    expect(at.event('answered').sdp).toBeUndefined();
    expect(at.line('CSeq', at.sentOf('ACK')[0]!)).toBe('CSeq: 1 ACK');
    at.hangUp();
    expect(at.line('CSeq', at.sentOf('BYE')[0]!), 'the PRACKs have numbers too').toBe('CSeq: 4 BYE');
    at.emptied();
  });

  it('give the answer, which the 2xx repeats', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.respond(200, { body: answerSdp });
    expect(at.event('answered').sdp).toBeUndefined();
    at.emptied();
  });

  it('give the answer, and a 2xx that names another place is followed all the same', () => {
    const at = calling();
    const elsewhere = sdpOf('10.0.0.77', 7000);
    at.reliably(183, 1, { body: answerSdp });
    at.respond(200, { body: elsewhere });
    expect(at.event('answered').sdp).toBe(elsewhere);
    at.emptied();
  });

  it('without a description leave the answer to the 2xx', () => {
    const at = calling();
    at.reliably(180, 1);
    at.respond(200, { body: answerSdp });
    expect(at.event('answered').sdp).toBe(answerSdp);
    at.emptied();
  });

  it('that make an offer are acknowledged with the answer of our user', () => {
    const at = calling({});
    at.reliably(183, 1, { body: answerSdp });
    expect(at.progress()[0]).toMatchObject({ sdp: answerSdp, offers: true });
    at.reliably(180, 2);
    expect(at.racks()).toEqual([]);
    at.run((now) => expect(at.ua.answerProvisional(at.sessionId, 'other', offerSdp, now)).toBe(false));
    at.run((now) => expect(at.ua.answerProvisional(at.sessionId, 'far', offerSdp, now)).toBe(true));
    at.run((now) => expect(at.ua.answerProvisional(at.sessionId, 'far', offerSdp, now)).toBe(false));
    expect(at.racks()).toEqual(['1 1 INVITE']);
    expect(at.bodyOf(at.sentOf('PRACK')[0]!)).toBe(offerSdp);
    at.respond(200);
    expect(at.event('answered').sdp).toBeUndefined();
    expect(at.sentOf('ACK'), 'nothing is owed').toHaveLength(1);
    at.emptied();
  });

  it('whose offer nobody answered are forgotten with a 2xx that makes none', () => {
    const at = calling({});
    at.reliably(183, 1, { body: answerSdp });
    at.respond(200);
    expect(at.event('answered').sdp).toBeUndefined();
    expect(at.sentOf('ACK')).toHaveLength(1);
    at.emptied();
  });

  it('that lose their PRACK get it again, and a PRACK that fails ends nothing', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.advance(3_600);
    expect(at.sentOf('PRACK').length).toBeGreaterThan(2);
    expect(new Set(at.sentOf('PRACK')).size).toBe(1);
    at.answer(at.sentOf('PRACK')[0]!, 481);
    at.advance(100);
    expect(at.events()).toEqual(['progress']);
    at.respond(200);
    expect(at.events()).toEqual(['progress', 'answered']);
    at.emptied();
  });

  it('are acknowledged with credentials where the PRACK is challenged', () => {
    const at = calling({ sdp: offerSdp, credentials: { username: 'us', password: 'secret' } });
    at.reliably(183, 1, { body: answerSdp });
    at.answer(at.sentOf('PRACK')[0]!, 407, {
      extra: ['Proxy-Authenticate: Digest realm="carrier", nonce="n", qop="auth", algorithm=MD5'],
    });
    const again = at.sentOf('PRACK').at(-1)!;
    expect(at.line('Proxy-Authorization', again)).toContain('username="us"');
    expect(at.line('CSeq', again)).toBe('CSeq: 3 PRACK');
    expect(at.line('RAck', again)).toBe('RAck: 1 1 INVITE');
    at.emptied();
  });

  it('belong to the INVITE that they answer: after a challenge the count begins anew', () => {
    const at = calling({ sdp: offerSdp, credentials: { username: 'us', password: 'secret' } });
    at.reliably(183, 9, { body: answerSdp });
    at.respond(407, { extra: ['Proxy-Authenticate: Digest realm="carrier", nonce="n", algorithm=MD5'] });
    at.reliably(183, 4, { body: answerSdp });
    expect(at.racks()).toEqual(['9 1 INVITE', '4 2 INVITE']);
    at.emptied();
  });

  it('that come after we gave up are left alone; the CANCEL goes out', () => {
    const at = calling();
    at.hangUp();
    at.reliably(183, 1, { body: answerSdp });
    expect(at.racks()).toEqual([]);
    expect(at.sentOf('CANCEL')).toHaveLength(1);
    at.respond(487);
    at.emptied();
  });

  it('and a 200 that crosses our CANCEL: BYE with a number above that of the PRACK', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.hangUp();
    at.respond(200);
    expect(at.sentOf('ACK')).toHaveLength(1);
    expect(at.line('CSeq', at.sentOf('BYE')[0]!)).toBe('CSeq: 3 BYE');
    at.emptied();
  });
});

describe('carriers that do strange things with reliable provisionals', () => {
  it.each([
    ['0', '0 1 INVITE'],
    ['2147483648', '2147483648 1 INVITE'],
    ['4294967295', '4294967295 1 INVITE'],
  ])('that begin with RSeq %s get their PRACK', (rseq, rack) => {
    const at = calling();
    at.reliably(183, rseq, { body: answerSdp });
    expect(at.racks()).toEqual([rack]);
    at.emptied();
  });

  it.each([
    ['an RSeq that is too large', ['Require: 100rel', 'RSeq: 4294967296']],
    ['an RSeq of letters', ['Require: 100rel', 'RSeq: one']],
    ['no RSeq', ['Require: 100rel']],
    ['no Require', ['RSeq: 1']],
  ])('that write %s are heard as if nothing had to be acknowledged', (_what, extra) => {
    const at = calling();
    at.respond(183, { body: answerSdp, extra });
    expect(at.racks()).toEqual([]);
    expect(at.progress()).toMatchObject([{ status: 183, sdp: answerSdp }]);
    at.emptied();
  });

  it('that ask for a PRACK to 100 get none', () => {
    const at = calling();
    at.reliably(100, 1);
    expect(at.racks()).toEqual([]);
    expect(at.progress()).toEqual([]);
    at.emptied();
  });

  it('that send hundreds, in order, get a PRACK each, sixteen at a time', () => {
    const at = calling();
    for (let rseq = 1; rseq <= 300; rseq += 1) at.reliably(183, rseq, rseq === 1 ? { body: answerSdp } : {});
    expect(at.racks()).toHaveLength(16);
    for (let rseq = 17; rseq <= 300; rseq += 1) {
      at.answer(at.sentOf('PRACK').at(-16)!, 200);
      at.reliably(183, rseq);
    }
    expect(new Set(at.racks()).size).toBe(300);
    expect(at.ua.gauges().transactions).toBeLessThan(400);
    at.emptied();
  });

  it('that fork a thousand times get sixteen dialogs', () => {
    const at = calling();
    for (let fork = 0; fork < 1_000; fork += 1) at.reliably(183, 1, { tag: `fork${fork}`, body: answerSdp });
    expect(at.racks()).toHaveLength(16);
    expect(at.ua.gauges().dialogs).toBe(16);
    at.respond(200, { tag: 'fork999', body: answerSdp });
    expect(at.event('answered')).toMatchObject({ toTag: 'fork999', sdp: answerSdp });
    at.emptied();
  });

  it('that name a Contact nobody can use get their PRACK where the INVITE went', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp, extra: [], tag: 'far@@' });
    expect(at.racks()).toEqual(['1 1 INVITE']);
    at.emptied();
  });

  it('that send PRACK, BYE or INVITE before they answer are told no', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.request('PRACK', { extra: ['RAck: 1 1 INVITE'], cseq: 1 });
    at.request('BYE', { cseq: 2 });
    at.request('INVITE', { cseq: 3, body: held });
    at.request('INFO', { cseq: 2 });
    const statuses = at.sent().flatMap((message) => /^SIP\/2\.0 (\d+)/.exec(message)?.[1] ?? []);
    expect(statuses).toEqual(['481', '481', '491', '500']);
    expect(at.events()).toEqual(['progress']);
    at.emptied();
  });
});

describe('UPDATE before the answer at the caller (RFC 3311 5)', () => {
  it('is answered by the user, and the session begins with what it changed', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.request('UPDATE', { body: held });
    const offer = at.event('offer');
    expect(offer).toMatchObject({ sdp: held, toTag: 'far' });
    at.run((now) => at.ua.respond(offer.requestId, 200, { sdp: offerSdp }, now));
    expect(at.sent().at(-1)).toMatch(/^SIP\/2\.0 200 OK/);
    at.respond(200, { body: answerSdp });
    expect(at.event('answered').sdp, 'what the 2xx repeats is older').toBeUndefined();
    at.emptied();
  });

  it('with an offer, while ours has no answer, is glare: 491', () => {
    const at = calling();
    at.reliably(180, 1);
    at.request('UPDATE', { body: held });
    expect(at.sent().at(-1)).toMatch(/^SIP\/2\.0 491 /);
    at.emptied();
  });

  it('with an offer, while theirs has no answer, is refused with 500 and Retry-After', () => {
    const at = calling({});
    at.reliably(183, 1, { body: answerSdp });
    at.request('UPDATE', { body: held });
    expect(at.sent().at(-1)).toMatch(/^SIP\/2\.0 500 [\s\S]*Retry-After: \d+\r\n/);
    at.emptied();
  });

  it('that waits when the call ends otherwise is answered 487', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.request('UPDATE', { body: held });
    at.respond(486);
    expect(at.sent().at(-1)).toMatch(/^SIP\/2\.0 487 /);
    expect(at.event('ended')).toMatchObject({ why: 'rejected', status: 486 });
    at.emptied();
  });

  it('that waits when the call is answered can be answered within it', () => {
    const at = calling();
    at.reliably(183, 1, { body: answerSdp });
    at.request('UPDATE', { body: held });
    at.respond(200);
    expect(at.sentOf('ACK'), 'the 2xx owes nothing').toHaveLength(1);
    at.run((now) => at.ua.respond(at.event('offer').requestId, 200, { sdp: offerSdp }, now));
    expect(at.sent().at(-1)).toMatch(/^SIP\/2\.0 200 [\s\S]*CSeq: 100 UPDATE/);
    at.emptied();
  });

  it('of ours needs a reliable answer first, and every offer answered', () => {
    const at = calling();
    const update = (sdp?: string) => {
      let sent = false;
      at.run((now) => {
        sent = at.ua.update(at.sessionId, sdp, now);
      });
      return sent;
    };
    expect(update()).toBe(false);
    at.respond(183, { body: answerSdp });
    expect(update(offerSdp), 'an unreliable answer is none').toBe(false);
    at.reliably(180, 1);
    expect(update(offerSdp)).toBe(false);
    at.reliably(183, 2, { body: answerSdp });
    expect(update(offerSdp)).toBe(true);
    expect(update(offerSdp), 'one at a time').toBe(false);
    at.answer(at.sentOf('UPDATE')[0]!, 491);
    at.advance(4_100);
    expect(at.sentOf('UPDATE').length).toBeGreaterThan(1);
    at.answer(at.sentOf('UPDATE').at(-1)!, 200, { body: held });
    expect(at.event('reinvite-answered').sdp).toBe(held);
    at.respond(200, { body: answerSdp });
    expect(at.event('answered').sdp).toBeUndefined();
    at.emptied();
  });
});

describe('two of our own with reliable provisionals', () => {
  it('talk early, update both ways, and are answered', () => {
    const { clock, network, alice, bob, call, gauges } = twoStations();
    let bobSession = '';
    bob.onEvent = (event) => {
      if (event.type === 'invite') {
        bobSession = event.sessionId;
        bob.ua.respond(event.requestId, 183, { sdp: answerSdp, reliable: true }, clock.now());
      }
      if (event.type === 'offer') bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
    };
    alice.onEvent = (event) => {
      if (event.type === 'offer') alice.ua.respond(event.requestId, 200, { sdp: offerSdp }, clock.now());
    };
    const id = call();
    clock.advance(50);
    expect(alice.ua.update(id, sdpOf('10.0.0.1', 4100), clock.now())).toBe(true);
    alice.flush();
    clock.advance(50);
    expect(bob.ua.update(bobSession, held, clock.now())).toBe(true);
    bob.flush();
    clock.advance(50);
    const { requestId } = eventsOf(bob, 'invite')[0]!;
    bob.ua.respond(requestId, 200, { sdp: answerSdp }, clock.now());
    bob.flush();
    clock.advance(50);
    expect(typesOf(alice)).toEqual(['progress', 'reinvite-answered', 'offer', 'answered']);
    expect(typesOf(bob)).toEqual([
      'invite',
      'provisional-acknowledged',
      'offer',
      'reinvite-answered',
      'accepted',
      'acknowledged',
    ]);
    expect(network.log.filter((line) => line.includes('491'))).toEqual([]);
    alice.ua.hangUp(id, {}, clock.now());
    alice.flush();
    clock.advance(100_000);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('that update at once meet glare, and both succeed in the end (RFC 3311 5.2, 5.3)', () => {
    const { clock, network, alice, bob, call } = twoStations();
    for (const [station, sdp] of [
      [alice, offerSdp],
      [bob, answerSdp],
    ] as const) {
      station.onEvent = (event) => {
        if (event.type === 'invite' || event.type === 'offer')
          station.ua.respond(event.requestId, 200, { sdp }, clock.now());
      };
    }
    const id = call();
    clock.advance(50);
    alice.ua.update(id, offerSdp, clock.now());
    bob.ua.update(eventsOf(bob, 'invite')[0]!.sessionId, answerSdp, clock.now());
    alice.flush();
    bob.flush();
    clock.advance(10_000);
    expect(network.log.filter((line) => line.includes('491'))).toHaveLength(2);
    expect(eventsOf(alice, 'reinvite-answered')).toHaveLength(1);
    expect(eventsOf(bob, 'reinvite-answered')).toHaveLength(1);
  });

  it.each([
    ['alice re-invites and bob updates', true],
    ['alice updates and bob re-invites', false],
  ])('%s at once: glare, and both succeed in the end', (_what, aliceInvites) => {
    const { clock, alice, bob, call } = twoStations();
    for (const [station, sdp] of [
      [alice, offerSdp],
      [bob, answerSdp],
    ] as const) {
      station.onEvent = (event) => {
        if (event.type === 'invite' || event.type === 'offer' || event.type === 'reinvite')
          station.ua.respond(event.requestId, 200, { sdp }, clock.now());
      };
    }
    const id = call();
    clock.advance(50);
    const theirs = eventsOf(bob, 'invite')[0]!.sessionId;
    if (aliceInvites) alice.ua.reinvite(id, offerSdp, clock.now());
    else alice.ua.update(id, offerSdp, clock.now());
    if (aliceInvites) bob.ua.update(theirs, answerSdp, clock.now());
    else bob.ua.reinvite(theirs, answerSdp, clock.now());
    alice.flush();
    bob.flush();
    clock.advance(20_000);
    expect(eventsOf(alice, 'reinvite-answered')).toHaveLength(1);
    expect(eventsOf(bob, 'reinvite-answered')).toHaveLength(1);
  });

  it('of which one updates while the other hangs up end once', () => {
    const { clock, alice, bob, call, gauges } = twoStations();
    const id = call();
    clock.advance(50);
    alice.ua.update(id, offerSdp, clock.now());
    alice.flush();
    bob.ua.hangUp(eventsOf(bob, 'invite')[0]!.sessionId, {}, clock.now());
    bob.flush();
    clock.advance(100_000);
    expect(eventsOf(alice, 'ended')).toHaveLength(1);
    expect(eventsOf(bob, 'ended')).toHaveLength(1);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('of which one updates while its re-INVITE waits gets 500 and Retry-After; the re-INVITE goes on', () => {
    const { clock, network, alice, bob, call } = twoStations();
    bob.onEvent = (event) => {
      if (event.type === 'invite') bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
    };
    const id = call();
    clock.advance(50);
    alice.ua.reinvite(id, offerSdp, clock.now());
    alice.ua.requestWithin(id, 'UPDATE', { body: { contentType: 'application/sdp', content: held } }, clock.now());
    alice.flush();
    clock.advance(50);
    expect(network.log.filter((line) => line.includes(' 500 '))).toHaveLength(1);
    bob.ua.respond(eventsOf(bob, 'reinvite')[0]!.requestId, 200, { sdp: answerSdp }, clock.now());
    bob.flush();
    clock.advance(50);
    expect(eventsOf(alice, 'reinvite-answered')).toHaveLength(1);
  });

  it('of which one asks first (504) goes on by re-INVITE (RFC 3311 5.2)', () => {
    const { clock, network, alice, bob, call } = twoStations();
    bob.onEvent = (event) => {
      if (event.type === 'invite' || event.type === 'reinvite')
        bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
      if (event.type === 'offer') bob.ua.respond(event.requestId, 504, {}, clock.now());
    };
    const id = call();
    clock.advance(50);
    alice.ua.update(id, held, clock.now());
    alice.flush();
    clock.advance(1_000);
    expect(eventsOf(bob, 'reinvite')).toMatchObject([{ sdp: held }]);
    expect(eventsOf(alice, 'reinvite-answered')).toHaveLength(1);
    expect(network.log.filter((line) => line.includes('UPDATE'))).toHaveLength(1);
  });
});
