import { Emitter } from '@hookswitch/kernel/emitter';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { NoEncryptionError } from '../../../port/engine-errors.js';
import {
  dtlsMedia,
  type MediaRelay,
  type MediaRelayEvents,
  noRelayFigures,
  type RelayedOffer,
} from '../../../port/media-relay.js';
import type { RelaySessionSnapshot } from '../../../port/relay-session-snapshot.js';
import type { SipEvent } from '../../../sip/sip-event.js';
import type { RelayedSnapshot } from './relayed-session.js';
import { RelayedSessions } from './relayed-sessions.js';

const plain = 'v=0\r\no=- 1 1 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const secure = plain.replace('RTP/AVP', 'UDP/TLS/RTP/SAVP').concat('a=fingerprint:sha-256 AB\r\n');

/** A relay that outlives the processes that use it: what it carries, and what it was asked. */
function lastingRelay() {
  const carried = new Set<string>();
  const offers: RelayedOffer[] = [];
  const events = new Emitter<MediaRelayEvents>();
  const relay: MediaRelay = {
    events,
    start: async () => undefined,
    async offer(id, offer) {
      carried.add(id);
      offers.push(offer);
      return secure;
    },
    answer: async () => plain,
    query: async () => noRelayFigures,
    async delete(id) {
      carried.delete(id);
      return noRelayFigures;
    },
    snapshot: (sessionId) => (carried.has(sessionId) ? { sessionId, driver: 'paper', state: null } : undefined),
    takeOver: async (all: readonly RelaySessionSnapshot[]) =>
      all.map(({ sessionId }) => sessionId).filter((id) => carried.has(id)),
    drain: () => false,
    carrierOf: () => undefined,
    health: () => [],
    sessions: 0,
    stop: async () => undefined,
  };
  return { relay, events, carried, offers };
}

/** What one process has of it. */
function processWith(relay: MediaRelay | undefined) {
  const lost: string[] = [];
  const use = relay && { relay, when: 'secure-only' as const };
  return { relayed: new RelayedSessions(use, seededRandom(lost.length), (id) => lost.push(id)), lost };
}

/** A dial of ours that must be encrypted and that the branch `tag-2` answered. */
async function answered(relay: MediaRelay): Promise<RelayedSnapshot> {
  const session = processWith(relay).relayed.forTarget('udp', 'dtls')!;
  expect(session.snapshot()).toBeUndefined();
  await session.offerFromUs(plain);
  await session.answerFromFar(secure, 'tag-1');
  await session.answerFromFar(secure, 'tag-2');
  return JSON.parse(JSON.stringify(session.snapshot()));
}

describe('a relayed session of a former process', () => {
  it('goes on with the fork that answered, in what its far end speaks, and demands encryption as before', async () => {
    const { relay, offers } = lastingRelay();
    const snapshot = await answered(relay);
    const taken = await processWith(relay).relayed.takeOver([snapshot]);
    const session = taken.get(snapshot.relay.sessionId)!;
    expect(session.snapshot()).toEqual(snapshot);
    await session.offerFromUs(plain);
    expect(offers.at(-1)).toEqual({ from: 'inside', sdp: plain, outside: dtlsMedia, branch: 'tag-2' });
    await expect(session.offerFromFar(plain)).rejects.toThrow(NoEncryptionError);
  });

  it('is told when the relay loses it, once it is bound, and deleted when its SIP session ends', async () => {
    const { relay, events, carried } = lastingRelay();
    const snapshot = await answered(relay);
    const { relayed, lost } = processWith(relay);
    const session = (await relayed.takeOver([snapshot])).get(snapshot.relay.sessionId)!;
    relayed.bind('s1', session);
    events.emit('lost', session.id, 'relay-restarted');
    expect(lost).toEqual(['s1']);
    const seen: SipEvent[] = [];
    const bye = { sessionId: 's1', type: 'ended' } as Extract<SipEvent, { sessionId: string }>;
    relayed.take(bye, { deliver: (event) => seen.push(event), failed: () => undefined });
    relayed.unbind('s1');
    await session.close();
    expect([seen, carried.size, session.snapshot()]).toEqual([[bye], 0, undefined]);
  });

  it('is not there where the relay has forgotten it, or there is no relay any more', async () => {
    const { relay, carried } = lastingRelay();
    const snapshot = await answered(relay);
    expect((await processWith(undefined).relayed.takeOver([snapshot])).size).toBe(0);
    carried.clear();
    expect((await processWith(relay).relayed.takeOver([snapshot])).size).toBe(0);
  });
});
