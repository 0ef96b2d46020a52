import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { VirtualNetwork } from '../../net/virtual-network.js';
import { MemoryMediaRelay } from '../memory-relay/index.js';
import { createEmbeddedEngine } from './index.js';
import { createInProcessMediaPlane } from './media-plane/in-process-media-plane.js';
import { MemorySipDirectory } from './memory-sip-directory.js';
import { RawPeer } from './raw-peer.fixture.js';

const own = '192.168.0.1';
const node = '192.168.0.2';
const edge = '192.168.0.3';
const outer = '203.0.113.9';

/** An engine behind an edge and a relay, which users may send nowhere inside, and a peer that is another node. */
async function setUp() {
  const clock = new ManualClock();
  const random = seededRandom(3);
  const network = new VirtualNetwork(clock, random);
  const engine = createEmbeddedEngine({
    listen: [{ transport: 'udp', address: own, port: 5060 }],
    advertisedAddress: outer,
    localAddressTowards: () => own,
    edges: [{ transport: 'udp', address: edge, port: 5060 }],
    addressPolicy: { refusal: (address) => (address.startsWith('192.168.') ? 'a private address' : undefined) },
    mediaRelay: {
      relay: new MemoryMediaRelay({ network, address: '10.0.9.1', portLow: 30_000, portHigh: 30_999 }).another(),
      when: 'always',
    },
    directory: new MemorySipDirectory(clock),
    nodeId: 'n1',
    network,
    mediaPlane: createInProcessMediaPlane({ mediaLossMs: 2_000 }, { clock, random, network }),
    clock,
    random,
    logger: silentLogger,
  });
  await engine.start();
  const peer = (address: string) => RawPeer.open(network, clock, address, { address: own, port: 5060 });
  const dial = async (more: { readonly inside?: true }) => {
    const target = { kind: 'sip', uri: `sip:node-1@${node}:5060;transport=udp`, ...more } as const;
    const leg = engine.dial({ callId: 'CA1', target, from: 'conference', ringTimeoutMs: 5000 });
    await clock.advanceAsync(100);
    return leg;
  };
  return { clock, engine, peer, dial, other: await peer(node), proxy: await peer(edge) };
}

const offer = ['v=0', `o=- 1 1 IN IP4 ${node}`, 's=-', `c=IN IP4 ${node}`, 't=0 0', 'm=audio 20000 RTP/AVP 0', ''].join(
  '\r\n',
);

describe('a call to another node', () => {
  it('goes there straight, past the edge, the relay and the rules for what users name, with our inner address', async () => {
    const { dial, other, proxy } = await setUp();
    await dial({ inside: true });
    const [invite] = other.got;
    expect(invite).toMatch(/^INVITE sip:node-1@192\.168\.0\.2/);
    expect(invite).not.toMatch(/^Route:/im);
    expect(invite).toMatch(/^Contact: .*192\.168\.0\.1/im);
    expect(invite).toContain(`c=IN IP4 ${own}`);
    expect(invite).not.toContain(outer);
    expect(proxy.got).toEqual([]);
  });

  it('opens nothing to users: what they name inside is denied as before', async () => {
    const { dial, other, clock } = await setUp();
    const first = await dial({ inside: true });
    first.hangUp();
    other.respond(other.got[0]!, '486 Busy Here');
    await clock.advanceAsync(40_000);
    const before = other.got.length;
    const leg = await dial({});
    expect(leg.termination).toMatchObject({ reason: 'denied' });
    expect(other.got).toHaveLength(before);
  });
});

describe('a call that another node was told to make', () => {
  it('is answered with our inner address, and without the relay', async () => {
    const { engine, other } = await setUp();
    const { user, leg } = engine.expect('CA2', 5000);
    void leg.then((call) => call?.answer());
    const headers = ['Content-Type: application/sdp'];
    const answers = await other.request('INVITE', `sip:${user}@${own}`, headers, offer);
    const ok = answers.find((text) => text.startsWith('SIP/2.0 200'));
    expect(ok).toMatch(/^Contact: .*192\.168\.0\.1/im);
    expect(ok).toContain(`c=IN IP4 ${own}`);
    expect(ok).not.toContain(outer);
  });

  it('is refused, and its name is used up, where what it brings is no offer', async () => {
    const { engine, other, clock } = await setUp();
    const { user, leg } = engine.expect('CA2', 5000);
    let failure: unknown;
    void leg
      .then((call) => call?.answer())
      .catch((error: unknown) => {
        failure = error;
      });
    const headers = ['Content-Type: application/sdp'];
    const answers = await other.request('INVITE', `sip:${user}@${own}`, headers, 'v=0\r\nm=garbage');
    expect(answers.at(-1)).toMatch(/^SIP\/2\.0 4\d\d/);
    await clock.advanceAsync(40_000);
    expect(failure).toBeDefined();
    expect(engine.gauges()).toMatchObject({ calls: 0, dialogs: 0, mediaPorts: 0 });
    const again = await other.request('INVITE', `sip:${user}@${own}`, headers, offer);
    expect(again.at(-1)).toMatch(/^SIP\/2\.0 401/);
  });
});
