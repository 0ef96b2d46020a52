import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualNetwork } from '../../net/virtual-network.js';
import type { CallEngine, IncomingCall } from '../../port/call-engine.js';
import type { LiveCall } from '../../port/live-call.js';
import type { Termination } from '../../port/termination.js';
import { createEmbeddedEngine } from './index.js';
import { createInProcessMediaPlane } from './media-plane/in-process-media-plane.js';
import { RemoteMediaPlane } from './media-plane/remote-media-plane.js';
import { servePlane } from './media-plane/serve-plane.js';
import { MemorySipDirectory } from './memory-sip-directory.js';
import { RawPeer } from './raw-peer.fixture.js';

const address = '10.0.0.1';
const withSdp = 'Content-Type: application/sdp';
const sdp = (at: string) =>
  `v=0\r\no=- 1 1 IN IP4 ${at}\r\ns=-\r\nc=IN IP4 ${at}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n`;
const statuses = (messages: readonly string[]) => messages.map((text) => Number(/^SIP\/2.0 (\d+)/.exec(text)?.[1]));

describe('calls whose media plane is gone', () => {
  let clock: ManualClock;
  let network: VirtualNetwork;
  let engine: CallEngine;
  let trunk: RawPeer;
  let incoming: IncomingCall[];
  /** The plane ends, or is there again. */
  let planeEnds: () => void;
  let planeComes: () => void;

  beforeEach(async () => {
    clock = new ManualClock();
    const random = seededRandom(3);
    network = new VirtualNetwork(clock, random);
    const directory = new MemorySipDirectory(clock);
    directory.addTrunk('TK-1', '10.0.0.2');
    const mediaPlane = new RemoteMediaPlane('it is not there yet', { end: async () => undefined });
    planeEnds = () => mediaPlane.lost('it ended');
    planeComes = () => {
      const own = createInProcessMediaPlane({}, { clock, random, network });
      mediaPlane.attach({ post: servePlane(own, (message) => mediaPlane.hear(message)) });
    };
    planeComes();
    const parts = { clock, random, network, mediaPlane, directory, logger: silentLogger };
    engine = createEmbeddedEngine({
      ...parts,
      listen: [{ transport: 'udp', address, port: 5060 }],
      localAddressTowards: () => address,
      nodeId: 'n1',
    });
    await engine.start();
    incoming = [];
    engine.events.on('incoming', (call) => incoming.push(call));
    trunk = await RawPeer.open(network, clock, '10.0.0.2', { address, port: 5060 });
  });

  const endOf = (leg: LiveCall) => {
    const ended: Termination[] = [];
    leg.events.on('ended', (termination) => ended.push(termination));
    return ended;
  };

  const invited = async (): Promise<LiveCall> => {
    await trunk.request('INVITE', `sip:200@${address}`, [withSdp], sdp('10.0.0.2'));
    return incoming.at(-1)!.accept(`CA${incoming.length}`);
  };

  it('end where they are answered', async () => {
    const leg = await invited();
    await leg.answer();
    await clock.advanceAsync(100);
    const ok = trunk.got.find((text) => statuses([text])[0] === 200)!;
    const dialog = ok.split('\r\n').filter((line) => /^(from|to|call-id):/i.test(line));
    await trunk.request('ACK', `sip:200@${address}`, [...dialog, 'CSeq: 1 ACK']);
    const ended = endOf(leg);
    planeEnds();
    await clock.advanceAsync(100);
    expect(ended).toEqual([{ result: 'completed', by: 'system', reason: 'media-lost' }]);
    expect(trunk.got.at(-1)).toMatch(/^BYE /);
  });

  it('end where a caller hears early sound', async () => {
    const leg = await invited();
    await leg.earlyMedia();
    const ended = endOf(leg);
    trunk.got.length = 0;
    planeEnds();
    await clock.advanceAsync(100);
    expect(ended).toEqual([{ result: 'failed', by: 'system', reason: 'media-lost', sip: 503 }]);
    expect(statuses(trunk.got)).toContain(503);
  });

  it('end where somebody is still rung', async () => {
    const target = { kind: 'sip', uri: 'sip:300@10.0.0.2', proxies: [] } as const;
    const leg = engine.dial({ callId: 'CA9', target, from: '100', ringTimeoutMs: 30_000 });
    await clock.advanceAsync(100);
    trunk.respond(trunk.got.find((text) => text.startsWith('INVITE'))!, '180 Ringing', ['Contact: <sip:10.0.0.2>']);
    await clock.advanceAsync(100);
    const ended = endOf(leg);
    planeEnds();
    await clock.advanceAsync(100);
    expect(ended).toMatchObject([{ result: 'failed', by: 'system', reason: 'media-lost' }]);
    expect(trunk.got.some((text) => text.startsWith('CANCEL'))).toBe(true);
  });

  it('are not begun until it is back, and the engine tells who asks (OPTIONS)', async () => {
    planeEnds();
    expect(statuses(await trunk.request('OPTIONS', `sip:${address}`))).toEqual([503]);
    const leg = await invited();
    const ended = endOf(leg);
    await expect(leg.answer()).rejects.toMatchObject({ code: 'media-plane-lost' });
    await clock.advanceAsync(100);
    expect(ended).toMatchObject([{ result: 'failed', reason: 'media-lost', sip: 503 }]);
    planeComes();
    expect(statuses(await trunk.request('OPTIONS', `sip:${address}`))).toEqual([200]);
    const next = await invited();
    await next.answer();
    expect(next.status).toBe('answered');
  });
});
