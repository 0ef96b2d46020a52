import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestHa1 } from '../auth/digest.js';
import { DigestVerifier } from '../auth/digest-verifier.js';
import type { Station } from '../simulated-network.js';
import { defaultSipTimers } from '../sip-settings.js';
import { answerSdp, emptyGauges, eventsOf, offerSdp, sdpOf, twoStations } from '../two-stations.js';
import type { SessionSnapshot } from './session-snapshot.js';

const credentials = { username: 'someone', password: 'known to both' };

/** What a party of an answered call does. */
const deeds = ['reinvite', 'hold', 'update', 'update-offer', 'info', 'options', 'bye'] as const;
type Deed = { readonly by: 'alice' | 'bob'; readonly does: (typeof deeds)[number] };

interface Life {
  /** Who called. */
  readonly caller: 'alice' | 'bob';
  /** A proxy stays in the way. */
  readonly recordRoute: boolean;
  /** Bob asks for a password at each request of Alice's. */
  readonly challenges: boolean;
  readonly before: readonly Deed[];
  readonly after: readonly Deed[];
}

const deed = fc.record({ by: fc.constantFrom('alice' as const, 'bob' as const), does: fc.constantFrom(...deeds) });
const aLife = fc.record<Life>({
  caller: fc.constantFrom('alice', 'bob'),
  recordRoute: fc.boolean(),
  challenges: fc.boolean(),
  before: fc.array(
    deed.filter(({ does }) => does !== 'bye'),
    { maxLength: 4 },
  ),
  after: fc.array(deed, { maxLength: 6 }),
});

/** Two stations in a call; `restart` puts another in Alice's place, by her snapshot. */
class TwoParties {
  readonly world = twoStations();
  readonly sent: string[] = [];
  alice: Station;
  readonly bob: Station;
  readonly #verifier: DigestVerifier;
  readonly #ha1 = digestHa1('MD5', credentials.username, 'carrier', credentials.password);
  #ids: { alice: string; bob: string };

  constructor({ caller, recordRoute, challenges }: Pick<Life, 'caller' | 'recordRoute' | 'challenges'>) {
    const { clock, network } = this.world;
    this.alice = this.world.alice;
    this.bob = this.world.bob;
    this.#verifier = new DigestVerifier({
      secret: Buffer.from('any sixteen bytes'),
      nonceLifetimeMs: 3_600_000,
      replayCapacity: 100,
      random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
    });
    network.alter = (text) => {
      const routed = recordRoute ? withRoute(text, caller) : text;
      this.sent.push(routed);
      return routed;
    };
    this.#obey(this.alice, offerSdp, false);
    this.#obey(this.bob, answerSdp, challenges);
    const [from, to, sdp] = caller === 'alice' ? [this.alice, this.bob, offerSdp] : [this.bob, this.alice, answerSdp];
    const id = from.ua.invite(
      {
        target: { transport: 'udp', address: to.address, port: to.port },
        uri: `sip:100@${to.address}`,
        from: `sip:200@${from.address}`,
        sdp,
        credentials,
      },
      clock.now(),
    );
    from.flush();
    clock.advance(1_000);
    const other = eventsOf(to, 'invite').at(-1)!.sessionId;
    this.#ids = caller === 'alice' ? { alice: id, bob: other } : { alice: other, bob: id };
  }

  get snapshot(): SessionSnapshot | undefined {
    const snapshot = this.alice.ua.snapshotOf(this.#ids.alice);
    return snapshot && (JSON.parse(JSON.stringify(snapshot)) as SessionSnapshot);
  }

  restart(snapshot: SessionSnapshot): void {
    const { network, clock } = this.world;
    this.alice.die();
    this.alice = network.add(this.alice.address);
    this.#obey(this.alice, offerSdp, false);
    this.#ids = { ...this.#ids, alice: this.alice.ua.restore(snapshot, clock.now()) };
    this.alice.flush();
  }

  do({ by, does }: Deed): void {
    const { clock } = this.world;
    const { ua, flush } = this[by];
    const id = this.#ids[by];
    const now = clock.now();
    const sdp = by === 'alice' ? offerSdp : answerSdp;
    const held = by === 'alice' ? sdpOf('10.0.0.1', 4000, 'sendonly') : sdpOf('10.0.0.2', 5000, 'sendonly');
    if (does === 'reinvite') ua.reinvite(id, sdp, now);
    else if (does === 'hold') ua.reinvite(id, held, now);
    else if (does === 'update') ua.update(id, undefined, now);
    else if (does === 'update-offer') ua.update(id, held, now);
    else if (does === 'bye') ua.hangUp(id, {}, now);
    else ua.requestWithin(id, does.toUpperCase(), {}, now);
    flush();
    clock.advance(2_000);
  }

  /** Takes what comes, once it is authorized. */
  #obey(station: Station, sdp: string, challenges: boolean): void {
    const { clock } = this.world;
    station.onEvent = (event) => {
      if (event.type !== 'invite' && event.type !== 'reinvite' && event.type !== 'in-dialog' && event.type !== 'offer')
        return;
      const { requestId, request } = event;
      const given = challenges ? this.#verifier.read(request, 'carrier') : undefined;
      const known = given && this.#verifier.check(given, request, this.#ha1, '10.0.0.1', clock.now()) === 'ok';
      if (challenges && request.method !== 'UPDATE' && !known) {
        const headers = this.#verifier.challenge('carrier', ['MD5'], '10.0.0.1', clock.now(), { stale: false });
        station.ua.respond(requestId, 401, { headers }, clock.now());
      } else station.ua.respond(requestId, 200, event.type === 'in-dialog' ? {} : { sdp }, clock.now());
    };
  }
}

/** Bob is behind a proxy that stays in the way, at his own address; he himself does not see it. */
function withRoute(text: string, caller: Life['caller']): string {
  const route = 'Record-Route: <sip:10.0.0.2;lr;ftag=7>\r\n';
  const isAnswer = /^SIP\/2\.0 [\s\S]*\r\nCSeq: \d+ INVITE\r\n/.test(text);
  const isFirst = text.startsWith('INVITE ') && !/\r\nTo:[^\r]*;tag=/.test(text);
  if (caller === 'alice' ? isAnswer : isFirst) return text.replace('\r\nTo:', `\r\n${route}To:`);
  return isAnswer ? text.replace(route, '') : text;
}

/** A message without what chance made, and with the counts of Alice's requests from where she was. */
function plain(text: string, base: number): string {
  const isAlices = /^(?:[A-Z]+ sip:[^ ]*10\.0\.0\.2|SIP\/2\.0 [\s\S]*\r\nVia: [^\r]*10\.0\.0\.1)/.test(text);
  return text
    .replace(/branch=[^;\r]*/g, 'branch=…')
    .replace(/\r\nAuthorization: [^\r]*/, '\r\nAuthorization: …')
    .replace(/\r\nWWW-Authenticate: [^\r]*/g, '\r\nWWW-Authenticate: …')
    .replace(/\r\nCSeq: (\d+)/, (line, count: string) => (isAlices ? `\r\nCSeq: +${Number(count) - base}` : line));
}

function whatFollows(life: Life, restarts: boolean): { messages: string[]; events: object[] } {
  const parties = new TwoParties(life);
  for (const each of life.before) parties.do(each);
  const snapshot = parties.snapshot!;
  if (restarts) parties.restart(snapshot);
  const base = snapshot.dialog.localCseq + (restarts ? 100 : 0);
  const [sent, seenByBob] = [parties.sent.length, parties.bob.seen.length];
  const seenByAlice = restarts ? 0 : parties.alice.seen.length;
  for (const each of life.after) parties.do(each);
  parties.world.clock.advance(200_000);
  const events = [...parties.alice.seen.slice(seenByAlice), ...parties.bob.seen.slice(seenByBob)].map((event) => ({
    ...event,
    sessionId: '',
    requestId: '',
    request: undefined,
    response: undefined,
  }));
  return { messages: parties.sent.slice(sent).map((text) => plain(text, base)), events };
}

describe('a session that a later process goes on with (RFC 3261 12.2)', () => {
  it('says and answers what the original would have, but for the counts it skips', () => {
    fc.assert(
      fc.property(aLife, (life) => {
        expect(whatFollows(life, true)).toEqual(whatFollows(life, false));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves nothing behind once it has ended', () => {
    fc.assert(
      fc.property(aLife, (life) => {
        const parties = new TwoParties(life);
        for (const each of life.before) parties.do(each);
        parties.restart(parties.snapshot!);
        for (const each of life.after) parties.do(each);
        parties.do({ by: 'bob', does: 'bye' });
        parties.world.clock.advance(600_000);
        expect([parties.alice.ua.gauges(), parties.bob.ua.gauges()]).toEqual([emptyGauges, emptyGauges]);
        expect(eventsOf(parties.alice, 'ended')).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });

  it('is told by nobody who is not answered: there is nothing to go on with before, nor after', () => {
    const { clock, alice, bob, call } = twoStations();
    bob.onEvent = () => {};
    const id = call();
    clock.advance(100);
    expect([alice, bob].map(({ ua }) => ua.snapshotOf(id))).toEqual([undefined, undefined]);
    bob.ua.respond(eventsOf(bob, 'invite')[0]!.requestId, 200, { sdp: answerSdp }, clock.now());
    bob.flush();
    clock.advance(100);
    expect(alice.ua.snapshotOf(id)?.dialog.callId).toBe(eventsOf(bob, 'invite')[0]!.request.callId);
    alice.ua.hangUp(id, {}, clock.now());
    expect(alice.ua.snapshotOf(id)).toBeUndefined();
  });

  it('takes the last request of the peer again, whose answer may be lost', () => {
    const parties = new TwoParties({ caller: 'bob', recordRoute: false, challenges: false });
    const { network, clock } = parties.world;
    network.filter = (text, from) => (from === '10.0.0.1' && text.startsWith('SIP/2.0 200') ? 'lose' : undefined);
    parties.do({ by: 'bob', does: 'hold' });
    const snapshot = parties.snapshot!;
    parties.restart(snapshot);
    network.filter = () => undefined;
    clock.advance(10_000);
    expect(eventsOf(parties.bob, 'reinvite-answered')).toHaveLength(1);
  });

  it('is no new call where its INVITE comes again', () => {
    const parties = new TwoParties({ caller: 'bob', recordRoute: false, challenges: false });
    const invite = parties.sent.find((text) => text.startsWith('INVITE'))!;
    parties.restart(parties.snapshot!);
    const flow = {
      transport: 'udp',
      localAddress: '10.0.0.1',
      localPort: 5060,
      remoteAddress: '10.0.0.2',
      remotePort: 5060,
    } as const;
    const { clock } = parties.world;
    parties.alice.ua.handlePacket(Buffer.from(invite), flow, clock.now());
    parties.alice.flush();
    expect(eventsOf(parties.alice, 'invite')).toEqual([]);
    parties.do({ by: 'bob', does: 'bye' });
    parties.alice.ua.handlePacket(Buffer.from(invite), flow, clock.now());
    parties.alice.flush();
    expect(eventsOf(parties.alice, 'invite')).toHaveLength(1);
  });

  it('acknowledges the answer to a re-INVITE that the former process sent (13.3.1.4)', () => {
    const parties = new TwoParties({ caller: 'alice', recordRoute: false, challenges: false });
    const { network, clock } = parties.world;
    const snapshot = parties.snapshot!;
    network.filter = (text, from) => (from === '10.0.0.1' && text.startsWith('ACK') ? 'lose' : undefined);
    parties.do({ by: 'alice', does: 'reinvite' });
    parties.restart(snapshot);
    network.filter = () => undefined;
    clock.advance(60_000);
    expect(eventsOf(parties.bob, 'ended')).toEqual([]);
    // That of the call itself, and this one.
    expect(eventsOf(parties.bob, 'acknowledged')).toHaveLength(2);
  });

  describe('with a session timer (RFC 4028)', () => {
    const timed = { sessionTimer: { expiresSeconds: 90, minSeSeconds: 90 }, timers: defaultSipTimers };

    function restarted(refresher: 'ours' | 'theirs') {
      const { clock, network, alice, bob, call } = twoStations(timed);
      bob.onEvent = (event) => {
        if (event.type !== 'invite') return;
        bob.ua.respond(event.requestId, 200, { sdp: answerSdp }, clock.now());
      };
      const id = call();
      clock.advance(1_000);
      const [who, sessionId] = refresher === 'ours' ? [alice, id] : [bob, eventsOf(bob, 'invite')[0]!.sessionId];
      const snapshot = JSON.parse(JSON.stringify(who.ua.snapshotOf(sessionId))) as SessionSnapshot;
      who.die();
      const next = network.add(who.address, timed);
      const restoredId = next.ua.restore(snapshot, clock.now());
      next.flush();
      return { clock, network, next, restoredId, other: refresher === 'ours' ? bob : alice };
    }

    it('refreshes soon where that is its part', () => {
      const { clock, network, next, restoredId } = restarted('ours');
      next.ua.refreshAfter(restoredId, 3_000, clock.now());
      next.flush();
      network.log.length = 0;
      clock.advance(3_500);
      expect(network.log.map((line) => line.split(' ')[1])).toEqual(['UPDATE', 'SIP/2.0']);
      clock.advance(600_000);
      expect(eventsOf(next, 'ended')).toEqual([]);
    });

    it('waits for the refresh where it is the part of the peer, and ends without one', () => {
      const { clock, next, restoredId, other } = restarted('theirs');
      next.ua.refreshAfter(restoredId, 3_000, clock.now());
      clock.advance(300_000);
      expect(eventsOf(next, 'ended')).toEqual([]);
      other.die();
      clock.advance(300_000);
      expect(eventsOf(next, 'ended')).toMatchObject([{ why: 'session-expired' }]);
    });
  });
});
