import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { SipReceiver, SipSocket } from '../../net/sip-network.js';
import { VirtualNetwork } from '../../net/virtual-network.js';
import type { AddressPolicy } from '../../port/address-policy.js';
import type { LiveCall } from '../../port/live-call.js';
import type { SrvRecord } from '../../sip/locate/dns-records.js';
import { createEmbeddedEngine } from './index.js';
import { createInProcessMediaPlane } from './media-plane/in-process-media-plane.js';
import { MemorySipDirectory } from './memory-sip-directory.js';
import type { EdgeAddress } from './sip-edges.js';

const srv = (target: string, priority: number, weight = 0): SrvRecord => ({ target, priority, weight, port: 5060 });

/** A carrier with three proxies, as its DNS has them: 10.0.1.1, 10.0.1.2, 10.0.1.3. */
async function setUp(addressPolicy?: AddressPolicy, edges: readonly EdgeAddress[] = []) {
  const clock = new ManualClock();
  const random = seededRandom(3263);
  const network = new VirtualNetwork(clock, random);
  const engine = createEmbeddedEngine({
    listen: (['udp', 'tcp'] as const).map((transport) => ({ transport, address: '10.0.0.1', port: 5060 })),
    localAddressTowards: () => '10.0.0.1',
    directory: new MemorySipDirectory(clock),
    nodeId: 'n1',
    network,
    mediaPlane: createInProcessMediaPlane({ portLow: 30_000, portHigh: 30_999 }, { clock, random, network }),
    clock,
    random,
    logger: silentLogger,
    edges,
    ...(addressPolicy ? { addressPolicy } : {}),
  });
  await engine.start();
  network.service(
    '_sip._udp.carrier.example',
    [1, 2, 3].map((each) => srv(`p${each}.carrier.example`, each)),
  );
  for (const each of [1, 2, 3]) network.name(`p${each}.carrier.example`, [`10.0.1.${each}`]);
  const dial = (uri = 'sip:1@carrier.example'): LiveCall =>
    engine.dial({ callId: `CA${random.next()}`, target: { kind: 'sip', uri }, from: '2', ringTimeoutMs: 300_000 });
  return { clock, network, engine, dial };
}

/** A server that answers every request with one status, or not at all. */
async function server(
  network: VirtualNetwork,
  address: string,
  answer: { status: string; headers?: readonly string[]; viaParams?: string; transport?: 'udp' | 'tcp' } | undefined,
) {
  const got: string[] = [];
  let socket: SipSocket;
  const receiver: SipReceiver = {
    packet(bytes, { remoteAddress, remotePort, transport, connectionId }) {
      const text = bytes.toString();
      got.push(text);
      if (!answer || text.startsWith('ACK ')) return;
      const kept = text
        .split('\r\n')
        .filter((line) => /^(?:via|from|call-id|cseq):/i.test(line))
        .map((line) => line.replace(/^(Via: .*?);oc;.*$/, `$1${answer.viaParams ?? ''}`));
      const to = /^To: (.*)$/m.exec(text)![1]!;
      const lines = [
        `SIP/2.0 ${answer.status}`,
        ...kept,
        `To: ${to};tag=t`,
        ...(answer.headers ?? []),
        'Content-Length: 0',
      ];
      const target = { transport, address: remoteAddress, port: remotePort };
      const back = connectionId === undefined ? target : { ...target, connectionId };
      socket.send(back, Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
    },
    connectionClosed: () => undefined,
    sendFailed: () => undefined,
  };
  socket = await network.listen({ transport: answer?.transport ?? 'udp', address, port: 5060 }, receiver);
  const methods = () => got.map((text) => text.split(' ')[0]);
  return { got, methods };
}

const header = (text: string, name: string) => new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(text)?.[1];

describe('a call to a name with SRV records (RFC 3263)', () => {
  it('goes on from the silent server to the overloaded one to the one that serves', async () => {
    const { clock, network, dial } = await setUp();
    const overloaded = await server(network, '10.0.1.2', { status: '503 Service Unavailable' });
    const serving = await server(network, '10.0.1.3', { status: '486 Busy Here' });
    const leg = dial();
    await clock.advanceAsync(6_000);
    expect(leg.termination).toMatchObject({ result: 'busy', sip: 486 });
    expect([overloaded.methods(), serving.methods()]).toEqual([
      ['INVITE', 'ACK'],
      ['INVITE', 'ACK'],
    ]);
  });

  it('goes nowhere else where a server decided, and where the last one was overloaded that is the end', async () => {
    const { clock, network, dial } = await setUp();
    const first = await server(network, '10.0.1.1', { status: '404 Not Found' });
    const second = await server(network, '10.0.1.2', { status: '486 Busy Here' });
    const leg = dial();
    await clock.advanceAsync(1_000);
    expect(leg.termination).toMatchObject({ sip: 404 });
    expect([first.got.length, second.got.length]).toEqual([2, 0]);
  });

  it('keeps to its server for the ACK, the CANCEL and every repetition, whatever the records say by then (4.3)', async () => {
    const { clock, network, dial } = await setUp();
    const first = await server(network, '10.0.1.1', { status: '100 Trying' });
    const second = await server(network, '10.0.1.2', { status: '486 Busy Here' });
    const leg = dial();
    await clock.advanceAsync(100);
    network.service('_sip._udp.carrier.example', [srv('p2.carrier.example', 1)]);
    await clock.advanceAsync(60_000);
    leg.hangUp();
    await clock.advanceAsync(100);
    expect(first.methods()).toEqual(['INVITE', 'CANCEL']);
    expect(header(first.got[0]!, 'Via')).toBe(header(first.got[1]!, 'Via'));
    expect(second.got).toEqual([]);
  });

  it('leaves a silent server for last for half a minute', async () => {
    const { clock, network, dial } = await setUp();
    const second = await server(network, '10.0.1.2', { status: '486 Busy Here' });
    dial();
    await clock.advanceAsync(6_000);
    expect(second.methods()).toEqual(['INVITE', 'ACK']);
    const next = dial();
    await clock.advanceAsync(100);
    expect(next.termination).toMatchObject({ sip: 486 });
    await clock.advanceAsync(31_000);
    const first = await server(network, '10.0.1.1', { status: '480 Temporarily Unavailable' });
    dial();
    await clock.advanceAsync(100);
    expect(first.methods()).toEqual(['INVITE', 'ACK']);
  });

  it('leaves an overloaded server for last for as long as its Retry-After says', async () => {
    const { clock, network, dial } = await setUp();
    const first = await server(network, '10.0.1.1', {
      status: '503 Service Unavailable',
      headers: ['Retry-After: 90'],
    });
    const second = await server(network, '10.0.1.2', { status: '486 Busy Here' });
    const invites = () => [first, second].map(({ methods }) => methods().filter((each) => each === 'INVITE').length);
    for (let count = 0; count < 3; count += 1) {
      dial();
      await clock.advanceAsync(20_000);
    }
    expect(invites()).toEqual([1, 3]);
    await clock.advanceAsync(60_000);
    dial();
    await clock.advanceAsync(1_000);
    expect(invites()).toEqual([2, 4]);
  });

  it('holds calls back where a server asks for it in its answers, and goes on to the next (RFC 7339)', async () => {
    const { clock, network, engine } = await setUp();
    const asks = { status: '486 Busy Here', viaParams: ';oc=100;oc-algo="loss";oc-validity=60000;oc-seq=7' };
    const [first, second] = [
      await server(network, '10.0.1.1', asks),
      await server(network, '10.0.1.2', { status: '603 Decline' }),
    ];
    const call = (proxies: readonly string[]) => {
      const target = { kind: 'sip', uri: 'sip:1@carrier.example', proxies } as const;
      return engine.dial({ callId: `CA${first.got.length}-${clock.now()}`, target, from: '2', ringTimeoutMs: 300_000 });
    };
    const both = ['sip:10.0.1.1', 'sip:10.0.1.2'];
    const ends = [];
    for (const proxies of [both, both, ['sip:10.0.1.1']]) {
      const leg = call(proxies);
      await clock.advanceAsync(1_000);
      ends.push(leg.termination);
    }
    expect(header(first.got[0]!, 'Via')).toMatch(/;rport;oc;oc-algo="loss"$/);
    // The ACK to a failure has the INVITE's Via (RFC 3261 17.1.1.3).
    expect(header(first.got[1]!, 'Via')).toBe(header(first.got[0]!, 'Via'));
    expect(ends).toMatchObject([
      { sip: 486 },
      { sip: 603 },
      { result: 'failed', by: 'system', reason: 'overload', sip: 503 },
    ]);
    expect([first.methods(), second.methods()]).toEqual([
      ['INVITE', 'ACK'],
      ['INVITE', 'ACK'],
    ]);
    await clock.advanceAsync(60_000);
    const later = call(['sip:10.0.1.1']);
    await clock.advanceAsync(1_000);
    expect(later.termination).toMatchObject({ sip: 486 });
  });

  it('takes the transport that NAPTR puts first and we have (4.1)', async () => {
    const { clock, network, dial } = await setUp();
    const pointer = (order: number, service: string, replacement: string) =>
      ({ order, preference: 1, flags: 's', service, replacement }) as const;
    network.pointers('carrier.example', [
      pointer(1, 'SIPS+D2T', '_sips._tcp.carrier.example'),
      pointer(2, 'SIP+D2T', '_sip._tcp.carrier.example'),
      pointer(3, 'SIP+D2U', '_sip._udp.carrier.example'),
    ]);
    network.service('_sip._tcp.carrier.example', [srv('p2.carrier.example', 1)]);
    const tcp = await server(network, '10.0.1.2', { status: '486 Busy Here', transport: 'tcp' });
    const leg = dial();
    await clock.advanceAsync(200);
    expect(leg.termination).toMatchObject({ sip: 486 });
    expect(header(tcp.got[0]!, 'Via')).toMatch(/^SIP\/2\.0\/TCP /);
  });

  it('is denied where one of the servers behind the name has a private address (DNS rebinding)', async () => {
    const { clock, network, dial } = await setUp({
      refusal: (address) => (address.startsWith('192.168.') ? 'a private address' : undefined),
    });
    network.name('p2.carrier.example', ['192.168.0.9']);
    const outside = await server(network, '10.0.1.1', { status: '486 Busy Here' });
    const leg = dial();
    await clock.advanceAsync(100);
    expect(leg.termination).toEqual({ result: 'failed', by: 'system', reason: 'denied' });
    expect(outside.got).toEqual([]);
  });

  it('asks its service records again for requests within the call: a Record-Route may be a name too', async () => {
    const { clock, network, dial } = await setUp();
    network.service('_sip._udp.edge.example', [srv('e.edge.example', 1)]);
    network.name('e.edge.example', ['10.0.1.9']);
    const edge = await server(network, '10.0.1.9', { status: '200 OK' });
    const leg = await answeredThrough(network, clock, dial, '<sip:edge.example;lr>');
    leg.hangUp();
    await clock.advanceAsync(100);
    expect(edge.methods()).toEqual(['ACK', 'BYE']);
  });

  it('sends a BYE to the next server of a named route where the first is silent (4.3)', async () => {
    const { clock, network, engine, dial } = await setUp();
    network.service('_sip._udp.edge.example', [srv('e1.edge.example', 1), srv('e2.edge.example', 2)]);
    for (const each of [1, 2]) network.name(`e${each}.edge.example`, [`10.0.2.${each}`]);
    const second = await server(network, '10.0.2.2', { status: '200 OK' });
    const leg = await answeredThrough(network, clock, dial, '<sip:edge.example;lr>');
    leg.hangUp();
    await clock.advanceAsync(33_000);
    expect(second.methods()).toEqual(['BYE']);
    await clock.advanceAsync(33_000);
    expect(engine.gauges()).toMatchObject({ dialogs: 0, transactions: 0, timers: 0 });
  });
});

/** A call that the first server answers, with this Record-Route. */
async function answeredThrough(network: VirtualNetwork, clock: ManualClock, dial: () => LiveCall, route: string) {
  const sdp = 'v=0\r\no=- 1 1 IN IP4 10.0.1.1\r\ns=-\r\nc=IN IP4 10.0.1.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
  let socket: SipSocket;
  const receiver: SipReceiver = {
    packet(bytes, { remoteAddress, remotePort }) {
      const text = bytes.toString();
      const kept = text.split('\r\n').filter((line) => /^(?:via|from|call-id|cseq):/i.test(line));
      const more = ['Contact: <sip:1@10.0.1.1>', `Record-Route: ${route}`, 'Content-Type: application/sdp'];
      const lines = ['SIP/2.0 200 OK', ...kept, `To: ${header(text, 'To')};tag=t`, ...more];
      const answer = `${lines.join('\r\n')}\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
      socket.send({ transport: 'udp', address: remoteAddress, port: remotePort }, Buffer.from(answer));
    },
    connectionClosed: () => undefined,
    sendFailed: () => undefined,
  };
  socket = await network.listen({ transport: 'udp', address: '10.0.1.1', port: 5060 }, receiver);
  const leg = dial();
  await clock.advanceAsync(100);
  expect(leg.status).toBe('answered');
  return leg;
}

describe('a registration of ours at a name with SRV records (RFC 3263 4.3)', () => {
  const wanted = {
    trunkId: 'TK-9',
    registrar: 'sip:carrier.example',
    user: 'acme',
    credentials: { username: 'acme', password: 'pw' },
    expiresSeconds: 300,
  };

  it('goes on to the next server on 503 and on silence, tells no failure on the way, and stays there', async () => {
    const { clock, network, engine } = await setUp();
    const changes: string[] = [];
    engine.events.on('registration', ({ state }) => changes.push(state));
    await server(network, '10.0.1.1', { status: '503 Service Unavailable' });
    const third = await server(network, '10.0.1.3', { status: '200 OK', headers: ['Expires: 300'] });
    engine.setRegistrations([wanted]);
    await clock.advanceAsync(40_000);
    expect([changes, third.got.length]).toEqual([['registered'], 1]);
    await clock.advanceAsync(300_000);
    expect([changes, third.got.length]).toEqual([['registered', 'registered'], 2]);
  });

  it('tells which server took it, and lets go without a word what another node keeps', async () => {
    const { clock, network, engine } = await setUp();
    const servers: (string | undefined)[] = [];
    engine.events.on('registration', ({ server: address }) => servers.push(address));
    const first = await server(network, '10.0.1.1', { status: '200 OK', headers: ['Expires: 300'] });
    engine.setRegistrations([wanted]);
    await clock.advanceAsync(1_000);
    engine.setRegistrations([{ ...wanted, elsewhere: true }]);
    await clock.advanceAsync(600_000);
    expect([servers, first.got.length]).toEqual([['10.0.1.1'], 1]);
    engine.setRegistrations([wanted]);
    await clock.advanceAsync(1_000);
    expect(first.got.length).toBe(2);
  });

  it('goes through an edge, through the next one where that is silent, and believes what the edge says of the server', async () => {
    const edges = [6, 7].map((each) => ({ transport: 'udp', address: `10.0.0.${each}`, port: 5060 }) as const);
    const { clock, network, engine } = await setUp(undefined, edges);
    const changes: string[] = [];
    engine.events.on('registration', ({ state, server: address }) => changes.push(`${state} ${address}`));
    const granted = ['Contact: <sip:acme@203.0.113.5:5060>;expires=120'];
    const second = await server(network, '10.0.0.7', { status: '200 OK', headers: granted });
    engine.setRegistrations([wanted]);
    await clock.advanceAsync(40_000);
    expect(changes).toEqual(['registered 10.0.1.1']);
    expect(header(second.got[0]!, 'Route')).toBe(
      '<sip:10.0.0.7:5060;transport=udp;lr;received=sip:10.0.1.1:5060%3Btransport%3Dudp>',
    );
    // What the edge put into Contact counts as ours: refreshed after 90 of its 120 seconds.
    await clock.advanceAsync(95_000);
    expect(second.got.length).toBe(2);
  });

  it('tells the failure once all are down, and goes where the DNS says when it tries again', async () => {
    const { clock, network, engine } = await setUp();
    const changes: string[] = [];
    engine.events.on('registration', ({ state, detail }) => changes.push(`${state} ${detail ?? ''}`.trim()));
    for (const each of [1, 2, 3]) await server(network, `10.0.1.${each}`, { status: '503 Service Unavailable' });
    engine.setRegistrations([wanted]);
    await clock.advanceAsync(1_000);
    expect(changes).toEqual(['failed SIP 503']);
    network.service('_sip._udp.carrier.example', [srv('new.carrier.example', 1)]);
    network.name('new.carrier.example', ['10.0.1.7']);
    const moved = await server(network, '10.0.1.7', { status: '200 OK', headers: ['Expires: 300'] });
    await clock.advanceAsync(120_000);
    expect(moved.methods()).toContain('REGISTER');
    expect(changes.at(-1)).toBe('registered');
  });
});
