import { Emitter } from '@hookswitch/kernel/emitter';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { NoEncryptionError } from '../../../port/engine-errors.js';
import {
  browserMedia,
  dtlsMedia,
  type MediaRelay,
  type MediaRelayEvents,
  MediaRelayFullError,
  MediaRelayRefusedError,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
  noRelayFigures,
  type OutsideMedia,
  opportunisticMedia,
  type RelayedOffer,
  sdesMedia,
} from '../../../port/media-relay.js';
import type { IncomingInvite, SipEvent } from '../../../sip/sip-event.js';
import { RelayedSessions } from './relayed-sessions.js';

const sdp = (protocol: string, { address = '192.0.2.1', more = '' } = {}) =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 4000 ${protocol} 0\r\n${more}`;

/** A relay on paper: every description comes back with who asked for it, once it is let go. */
function paperRelay() {
  const events = new Emitter<MediaRelayEvents>();
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let held = false;
  const offers: (OutsideMedia | undefined)[] = [];
  const pass = (what: string) => async (_: string, one: RelayedOffer) => {
    if (what === 'offer' && one.from === 'inside') offers.push(one.outside);
    asked.push(`${what} ${one.from}${one.branch === undefined ? '' : ` ${one.branch}`}`);
    if (held) await new Promise<void>((resolve) => waiting.push(resolve));
    return `${one.sdp}a=relayed\r\n`;
  };
  const relay: MediaRelay = {
    events,
    start: async () => undefined,
    offer: pass('offer'),
    answer: pass('answer'),
    query: async () => noRelayFigures,
    delete: async () => {
      asked.push('delete');
      return noRelayFigures;
    },
    snapshot: () => undefined,
    takeOver: async () => [],
    drain: () => false,
    carrierOf: (id) => `relay of ${id.length}`,
    health: () => [],
    sessions: 0,
    stop: async () => undefined,
  };
  return {
    relay,
    events,
    asked,
    offers,
    hold: () => (held = true),
    letGo: () => {
      held = false;
      for (const go of waiting.splice(0)) go();
    },
  };
}

const invite = (offer: string | undefined, transport = 'udp') =>
  ({ sessionId: 's1', sdp: offer, flow: { transport } }) as IncomingInvite;
type SessionEvent = Extract<SipEvent, { sessionId: string }>;
const event = (fields: object) => ({ sessionId: 's1', ...fields }) as SessionEvent;

function sessions(when: 'always' | 'secure-only') {
  const paper = paperRelay();
  const lost: string[] = [];
  const relayed = new RelayedSessions(
    { relay: paper.relay, when, controls: [{ host: '192.0.2.99', port: 4000 }] },
    seededRandom(1),
    (id) => lost.push(id),
  );
  const seen: SessionEvent[] = [];
  const failures: unknown[] = [];
  const take = (one: SessionEvent) =>
    relayed.take(one, { deliver: (got) => seen.push(got), failed: (_, error) => failures.push(error) });
  return { ...paper, relayed, lost, seen, failures, take };
}

describe('which calls go through the relay', () => {
  it.each([
    ['plain RTP', invite(sdp('RTP/AVP')), [true, false]],
    ['plain RTP with ICE beside it', invite(sdp('RTP/AVP', { more: 'a=ice-ufrag:x\r\n' })), [true, true]],
    ['SRTP', invite(sdp('RTP/SAVP')), [true, true]],
    ['DTLS-SRTP', invite(sdp('UDP/TLS/RTP/SAVPF')), [true, true]],
    ['no offer, over UDP', invite(undefined), [true, false]],
    ['no offer, from a browser', invite(undefined, 'wss'), [true, true]],
  ])('%s', (_, call, [always, secureOnly]) => {
    expect(sessions('always').relayed.forInvite(call) !== undefined).toBe(always);
    expect(sessions('secure-only').relayed.forInvite(call) !== undefined).toBe(secureOnly);
  });

  it('none without a relay: every event goes on at once', () => {
    const direct = new RelayedSessions(undefined, seededRandom(1), () => undefined);
    expect(direct.forInvite(invite('not read'))).toBeUndefined();
    const seen: SessionEvent[] = [];
    direct.take(event({ type: 'answered', sdp: 'x' }), { deliver: (one) => seen.push(one), failed: () => undefined });
    expect(seen).toEqual([event({ type: 'answered', sdp: 'x' })]);
  });
});

const keys = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n';

describe('a phone whose calls must be encrypted', () => {
  it.each([
    ['plain RTP', sdp('RTP/AVP'), true],
    ['SRTP without keys', sdp('RTP/SAVP'), true],
    ['SRTP', sdp('RTP/SAVP', { more: keys }), false],
    ['SRTP beside plain RTP', `${sdp('RTP/AVP')}m=audio 5000 RTP/SAVP 0\r\n${keys}`, false],
    ['keys beside plain RTP (RFC 8643)', sdp('RTP/AVP', { more: keys }), false],
    ['no offer', undefined, false],
  ])('offers %s', (_, offer, refused) => {
    const direct = new RelayedSessions(undefined, seededRandom(1), () => undefined);
    for (const encryption of ['sdes', 'dtls'] as const) {
      const { relayed } = sessions('secure-only');
      expect(relayed.isRefused(invite(offer), encryption)).toBe(refused);
      if (refused) expect(() => relayed.forInvite(invite(offer), encryption)).toThrow(NoEncryptionError);
      else expect(relayed.forInvite(invite(offer), encryption)).toBeDefined();
      // Without a relay there is nothing to encrypt with.
      expect(direct.isRefused(invite(offer), encryption)).toBe(true);
      expect(() => direct.forInvite(invite(offer), encryption)).toThrow(NoEncryptionError);
    }
    for (const encryption of ['none', 'optional'] as const) {
      expect(sessions('secure-only').relayed.isRefused(invite(offer), encryption)).toBe(false);
    }
  });

  it('is taken at its word later: nothing in the clear passes, neither way', async () => {
    const { relayed, asked } = sessions('secure-only');
    const session = relayed.forInvite(invite(sdp('RTP/SAVP', { more: keys })), 'sdes')!;
    await expect(session.offerFromFar(sdp('RTP/AVP'))).rejects.toThrow(NoEncryptionError);
    await expect(session.answerFromFar(sdp('RTP/AVP'))).rejects.toThrow(NoEncryptionError);
    expect(asked).toEqual([]);
    // What the relay says is in the clear.
    await expect(session.offerFromUs(sdp('RTP/AVP'))).rejects.toThrow(NoEncryptionError);
    await expect(session.answerFromUs(sdp('RTP/AVP'))).rejects.toThrow(NoEncryptionError);
  });
});

describe('media where a relay takes commands', () => {
  it('is refused, in offers and answers, through the relay and straight', async () => {
    const { relayed, asked } = sessions('always');
    const session = relayed.forInvite(invite(sdp('RTP/AVP')))!;
    const there = sdp('RTP/AVP', { address: '192.0.2.99' });
    await expect(session.offerFromFar(there)).rejects.toThrow(MediaRelayRefusedError);
    await expect(session.answerFromFar(there)).rejects.toThrow(MediaRelayRefusedError);
    expect([asked, relayed.isForbidden('192.0.2.99', 4000), relayed.isForbidden('192.0.2.1', 4000)]).toEqual([
      [],
      true,
      false,
    ]);
  });
});

describe('what a phone is offered', () => {
  it.each([
    ['none', 'udp', undefined],
    ['none', 'wss', browserMedia],
    ['optional', 'udp', opportunisticMedia],
    ['optional', 'wss', browserMedia],
    ['sdes', 'tls', sdesMedia],
    ['sdes', 'wss', sdesMedia],
    ['dtls', 'tcp', dtlsMedia],
    ['dtls', 'ws', browserMedia],
  ] as const)('that is set to %s, over %s', async (encryption, transport, outside) => {
    const { relayed, offers } = sessions('secure-only');
    const session = relayed.forTarget(transport, encryption);
    await session?.offerFromUs(sdp('RTP/AVP')).catch(() => undefined);
    expect(offers).toEqual(outside === undefined ? [] : [outside]);
  });

  it('with keys beside plain RTP is taken encrypted where that was asked for, and in the clear where no relay is to be had', () => {
    const osrtp = invite(sdp('RTP/AVP', { more: keys }));
    const { relayed } = sessions('secure-only');
    expect(relayed.forInvite(osrtp)).toBeUndefined();
    const session = relayed.forInvite(osrtp, 'optional')!;
    expect(relayed.mayGoStraight(session, new MediaRelayUnavailableError())).toBe(true);
    expect(relayed.mayGoStraight(session, new MediaRelaySessionError())).toBe(false);
    expect(sessions('always').relayed.mayGoStraight(session, new MediaRelayUnavailableError())).toBe(false);
    const secure = relayed.forTarget('udp', 'sdes')!;
    expect(relayed.mayGoStraight(secure, new MediaRelayUnavailableError())).toBe(false);
  });
});

describe('events of a relayed session', () => {
  it('keep their order while the relay is asked', async () => {
    const { relayed, take, seen, hold, letGo } = sessions('always');
    relayed.forInvite(invite(sdp('RTP/AVP')));
    hold();
    take(event({ type: 'signalling', sent: false, line: 'first' }));
    take(event({ type: 'reinvite', sdp: sdp('RTP/AVP') }));
    take(event({ type: 'ended' }));
    expect(seen.map(({ type }) => type)).toEqual(['signalling']);
    await new Promise(setImmediate);
    letGo();
    await new Promise(setImmediate);
    expect(seen.map(({ type }) => type)).toEqual(['signalling', 'reinvite', 'ended']);
    expect(seen[1]).toMatchObject({ sdp: `${sdp('RTP/AVP')}a=relayed\r\n` });
  });

  it('of forks go to branches of their own; the same answer in a 183 and in the 200 is passed once', async () => {
    const { relayed, take, seen, asked } = sessions('always');
    relayed.bind('s1', relayed.forTarget('udp')!);
    for (const type of ['progress', 'answered']) take(event({ type, toTag: 'a', sdp: sdp('RTP/AVP') }));
    take(event({ type: 'progress', toTag: 'b', sdp: sdp('RTP/AVP') }));
    await new Promise(setImmediate);
    expect([asked, seen.length]).toEqual([['answer outside a', 'answer outside b'], 3]);
  });

  it('of a call that forks without end are not passed: ports are not for the asking', async () => {
    const { relayed, take, asked, failures } = sessions('always');
    relayed.bind('s1', relayed.forTarget('udp')!);
    for (let fork = 0; fork < 40; fork += 1) take(event({ type: 'progress', toTag: `f${fork}`, sdp: sdp('RTP/AVP') }));
    await new Promise(setImmediate);
    expect([asked.length, failures.length]).toEqual([16, 24]);
    expect(failures[0]).toBeInstanceOf(MediaRelayFullError);
  });

  it('after its end ask the relay nothing more; it is deleted once, and a loss is told while it lasts', async () => {
    const { relayed, asked, lost, events } = sessions('always');
    const session = relayed.forInvite(invite(sdp('RTP/AVP')))!;
    events.emit('lost', 'another', 'relay-gone');
    events.emit('lost', session.id, 'relay-gone');
    relayed.unbind('s1');
    relayed.unbind('s1');
    await session.close();
    events.emit('lost', session.id, 'relay-gone');
    await expect(session.offerFromFar(sdp('RTP/AVP'))).rejects.toThrow(MediaRelaySessionError);
    expect([lost, asked, relayed.size]).toEqual([['s1'], ['delete'], 0]);
  });
});
