import { Emitter } from '@hookswitch/kernel/emitter';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { VirtualNetwork } from '../../../net/virtual-network.js';
import type { DialTarget } from '../../../port/call-engine.js';
import {
  type MediaRelay,
  type MediaRelayEvents,
  MediaRelayFullError,
  MediaRelayUnavailableError,
  noRelayFigures,
  type RelayedOffer,
} from '../../../port/media-relay.js';
import type { Termination } from '../../../port/termination.js';
import { createEmbeddedEngine } from '../index.js';
import { createInProcessMediaPlane } from '../media-plane/in-process-media-plane.js';
import { MemorySipDirectory } from '../memory-sip-directory.js';

/** A relay that answers an offer when, and with what, the test says. */
class PaperRelay implements MediaRelay {
  readonly events = new Emitter<MediaRelayEvents>();
  readonly offers: { readonly id: string; readonly offer: RelayedOffer }[] = [];
  readonly deleted: string[] = [];
  readonly settle: { resolve(sdp: string): void; reject(error: Error): void }[] = [];
  readonly sessions = 0;

  offer(id: string, offer: RelayedOffer): Promise<string> {
    this.offers.push({ id, offer });
    return new Promise((resolve, reject) => this.settle.push({ resolve, reject }));
  }

  async answer(): Promise<string> {
    throw new MediaRelayUnavailableError();
  }

  async query() {
    return noRelayFigures;
  }

  async delete(id: string) {
    this.deleted.push(id);
    return noRelayFigures;
  }

  snapshot() {
    return undefined;
  }

  async takeOver() {
    return [];
  }

  drain() {
    return false;
  }

  carrierOf() {
    return undefined;
  }

  health() {
    return [];
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}
}

const dtlsOffer =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 UDP/TLS/RTP/SAVP 0\r\na=fingerprint:sha-256 AA\r\n';

async function setUp(relay?: PaperRelay) {
  const clock = new ManualClock();
  const random = seededRandom(5);
  const network = new VirtualNetwork(clock, random);
  const engine = createEmbeddedEngine({
    listen: [{ transport: 'udp', address: '10.0.0.1', port: 5060 }],
    localAddressTowards: () => '10.0.0.1',
    directory: new MemorySipDirectory(clock),
    nodeId: 'n1',
    network,
    mediaPlane: createInProcessMediaPlane({}, { clock, random, network }),
    ...(relay ? { mediaRelay: { relay, when: 'secure-only' } } : {}),
    clock,
    random,
    logger: silentLogger,
  });
  await engine.start();
  const got: string[] = [];
  const far = await network.bind('10.0.0.3', 5060, {
    onDatagram: (bytes) => got.push(Buffer.from(bytes).toString()),
    onError: () => undefined,
  });
  const dial = (more: Partial<Extract<DialTarget, { kind: 'sip' }>>) => {
    const target = { kind: 'sip', uri: 'sip:1@10.0.0.3', ...more } as const;
    const leg = engine.dial({ callId: 'CA1', target, from: '2', ringTimeoutMs: 60_000 });
    const ends: Termination[] = [];
    leg.events.on('ended', (termination) => ends.push(termination));
    return { leg, ends };
  };
  const respond = (invite: string, status: string, body: string) => {
    const kept = invite.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const own = ['Contact: <sip:10.0.0.3>', 'Content-Type: application/sdp', `Content-Length: ${body.length}`];
    const text = [`SIP/2.0 ${status}`, ...kept, ...own, '', body].join('\r\n').replace(/^(To: .*)$/m, '$1;tag=far');
    far.send(Buffer.from(text), text.length, 5060, '10.0.0.1');
  };
  return { engine, clock, got, dial, respond };
}

describe('a dial whose media must be encrypted', () => {
  it('fails and sends nothing where there is no relay: never in the clear instead', async () => {
    const { clock, got, dial } = await setUp();
    const { leg, ends } = dial({ mediaEncryption: 'sdes' });
    const lines: string[] = [];
    leg.events.on('signalling', ({ line }) => lines.push(line));
    await clock.advanceAsync(100);
    expect(got).toEqual([]);
    expect(ends).toEqual([{ result: 'failed', by: 'system', reason: 'no-encryption' }]);
    expect(lines[0]).toMatch(/must be encrypted/);
  });

  it('sends what the relay made of its offer, and nothing before', async () => {
    const relay = new PaperRelay();
    const { clock, got, dial, engine } = await setUp(relay);
    const { leg } = dial({ mediaEncryption: 'dtls' });
    await clock.advanceAsync(100);
    expect([got.length, relay.offers.map(({ offer }) => offer.outside)]).toEqual([
      0,
      [{ protocol: 'UDP/TLS/RTP/SAVP', ice: false }],
    ]);
    relay.settle[0]!.resolve(dtlsOffer);
    await clock.advanceAsync(100);
    expect(got[0]).toContain(dtlsOffer);
    leg.hangUp();
    await engine.stop(0);
    expect(relay.deleted).toEqual([relay.offers[0]!.id]);
  });

  it('leaves nothing at the relay where it is given up before the relay answered', async () => {
    const relay = new PaperRelay();
    const { clock, got, dial } = await setUp(relay);
    const { leg, ends } = dial({ mediaEncryption: 'sdes' });
    await clock.advanceAsync(100);
    leg.hangUp();
    relay.settle[0]!.resolve('v=0');
    await clock.advanceAsync(100);
    expect([got, ends.length, relay.deleted.length > 0]).toEqual([[], 1, true]);
  });

  it.each([
    ['full', new MediaRelayFullError('no ports')],
    ['gone', new MediaRelayUnavailableError()],
  ])('ends as overload (503) where the relay is %s, after every place was tried', async (_, error) => {
    const relay = new PaperRelay();
    const { clock, got, dial } = await setUp(relay);
    const { ends } = dial({ mediaEncryption: 'sdes', proxies: ['sip:10.0.0.3', 'sip:10.0.0.4'] });
    for (let place = 0; place < 2; place += 1) {
      await clock.advanceAsync(100);
      relay.settle[place]!.reject(error);
    }
    await clock.advanceAsync(100);
    expect([got, ends]).toEqual([[], [{ result: 'failed', by: 'system', reason: 'overload', sip: 503 }]]);
  });

  it('ends as no-encryption where the relay offers in the clear, or the far end answers so', async () => {
    const relay = new PaperRelay();
    const { clock, got, dial, respond } = await setUp(relay);
    const inTheClear = dial({ mediaEncryption: 'dtls' });
    await clock.advanceAsync(100);
    relay.settle[0]!.resolve(dtlsOffer.replace('UDP/TLS/RTP/SAVP', 'RTP/AVP'));
    await clock.advanceAsync(100);
    expect([got, inTheClear.ends]).toEqual([
      [],
      [{ result: 'failed', by: 'system', reason: 'no-encryption', sip: 488 }],
    ]);
    const { ends } = dial({ mediaEncryption: 'dtls' });
    await clock.advanceAsync(100);
    relay.settle[1]!.resolve(dtlsOffer);
    await clock.advanceAsync(100);
    respond(got[0]!, '200 OK', dtlsOffer.replace('UDP/TLS/RTP/SAVP', 'RTP/AVP'));
    await clock.advanceAsync(100);
    expect(ends).toEqual([{ result: 'failed', by: 'system', reason: 'no-encryption', sip: 488 }]);
    expect(got.slice(1).map((message) => message.split(' ')[0])).toEqual(['ACK', 'BYE']);
    expect(relay.deleted).toHaveLength(2);
  });

  it('goes out in the clear where that would do, and no relay answers', async () => {
    const relay = new PaperRelay();
    const { clock, got, dial } = await setUp(relay);
    dial({ mediaEncryption: 'optional' });
    await clock.advanceAsync(100);
    expect(relay.offers[0]!.offer.outside).toEqual({ protocol: 'RTP/AVP', ice: false, opportunistic: true });
    relay.settle[0]!.reject(new MediaRelayUnavailableError());
    await clock.advanceAsync(100);
    expect(got[0]).toContain(' RTP/AVP ');
    expect(relay.deleted).toHaveLength(1);
    const without = await setUp();
    without.dial({ mediaEncryption: 'optional' });
    await without.clock.advanceAsync(100);
    expect(without.got[0]).toContain(' RTP/AVP ');
  });

  it('is not in the way of others: plain calls ask no relay', async () => {
    const relay = new PaperRelay();
    const { clock, got, dial } = await setUp(relay);
    dial({});
    await clock.advanceAsync(100);
    expect([got[0]!.startsWith('INVITE'), relay.offers]).toEqual([true, []]);
  });
});
