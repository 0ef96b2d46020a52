import { createHash } from 'node:crypto';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { VirtualNetwork } from '../../net/virtual-network.js';
import type { AddressPolicy } from '../../port/address-policy.js';
import type { DialTarget, EngineEvents, IncomingCall } from '../../port/call-engine.js';
import type { Termination } from '../../port/termination.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import { createEmbeddedEngine, type EmbeddedEngineSettings } from './index.js';
import { createInProcessMediaPlane } from './media-plane/in-process-media-plane.js';
import { MemorySipDirectory } from './memory-sip-directory.js';
import { RawPeer } from './raw-peer.fixture.js';

const enginePort = 5060;
const engineAddress = '10.0.0.1';

/** An engine on a virtual network, and peers that write SIP by hand. */
async function setUp(more: Partial<EmbeddedEngineSettings> = {}) {
  const clock = new ManualClock();
  const random = seededRandom(3);
  const network = new VirtualNetwork(clock, random);
  const directory = new MemorySipDirectory(clock, { maxBindings: 2 });
  directory.addUser('alice', 'secret', { kind: 'endpoint', id: 'SE-alice' });
  directory.addTrunk('TK-1', '10.0.0.2');
  const engine = createEmbeddedEngine({
    listen: [{ transport: 'udp', address: engineAddress, port: enginePort }],
    localAddressTowards: () => engineAddress,
    directory,
    nodeId: 'n1',
    network,
    mediaPlane: createInProcessMediaPlane({ mediaLossMs: 2_000 }, { clock, random, network }),
    clock,
    random,
    logger: silentLogger,
    ...more,
  });
  await engine.start();
  const incoming: IncomingCall[] = [];
  engine.events.on('incoming', (call) => incoming.push(call));
  const peer = (address: string) => RawPeer.open(network, clock, address, { address: engineAddress, port: enginePort });
  return { clock, network, directory, engine, incoming, peer };
}

/** A sender at an address of its own that hears nothing. */
async function silentSocket(network: VirtualNetwork, number: number): Promise<(text: string) => void> {
  const socket = await network.bind(`10.1.0.${number}`, 5060, {
    onDatagram: () => undefined,
    onError: () => undefined,
  });
  return (text) => socket.send(Buffer.from(text), text.length, enginePort, engineAddress);
}

/** A REGISTER or INVITE of a name nobody has. */
function badRequest(number: number): string {
  const method = number % 3 === 0 ? 'INVITE' : 'REGISTER';
  return [
    `${method} sip:acme.example SIP/2.0`,
    `Via: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKbad${number};rport`,
    `From: <sip:nobody${number}@acme.example>;tag=1`,
    `To: <sip:nobody${number}@acme.example>`,
    `Call-ID: bad${number}`,
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    'Contact: <sip:10.1.0.1>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

const status = (message: string | undefined) => Number(/^SIP\/2.0 (\d+)/.exec(message ?? '')?.[1]);
const header = (message: string | undefined, name: string) =>
  new RegExp(`^${name}: *(.*)$`, 'im').exec(message ?? '')?.[1]?.trim();
type Algorithm = 'MD5' | 'SHA-256';

/** The Authorization line that answers a challenge. */
function authorization(
  challenge: string,
  user: string,
  password: string,
  method: string,
  uri: string,
  algorithm: Algorithm = 'MD5',
): string {
  const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const count = '00000001';
  const hash = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const ha1 = hash(`${user}:${value('realm')}:${password}`);
  const response = hash(`${ha1}:${value('nonce')}:${count}:abc:auth:${hash(`${method}:${uri}`)}`);
  return `Authorization: Digest username="${user}", realm="${value('realm')}", nonce="${value('nonce')}", uri="${uri}", response="${response}", algorithm=${algorithm}, qop=auth, nc=${count}, cnonce="abc"`;
}

const registrar = 'sip:acme.example';
const contact = 'Contact: <sip:alice@10.0.0.5:5060>';

async function registered(
  peer: RawPeer,
  headers: readonly string[],
  user = 'alice',
  password = 'secret',
  algorithm: Algorithm = 'MD5',
) {
  const [challenge] = await peer.request('REGISTER', registrar, headers);
  const answer = authorization(
    header(challenge, 'WWW-Authenticate')!,
    user,
    password,
    'REGISTER',
    registrar,
    algorithm,
  );
  return (await peer.request('REGISTER', registrar, [...headers, answer]))[0];
}

const sdp = (address: string, more = 'a=sendrecv') =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n${more}\r\n`;
const withSdp = 'Content-Type: application/sdp';

describe('the embedded engine as a registrar (RFC 3261 10.3)', () => {
  it('takes a registration after digest, tells it, and rings the phone where it came from', async () => {
    const { engine, peer, directory, clock } = await setUp();
    const changes: EngineEvents['binding'][0][] = [];
    engine.events.on('binding', (change) => changes.push(change));
    const phone = await peer('10.0.0.5');
    const ok = await registered(phone, ['Contact: <sip:alice@192.168.1.9:5060>', 'Expires: 120']);
    expect(status(ok)).toBe(200);
    expect(header(ok, 'Contact')).toBe('<sip:alice@192.168.1.9:5060>;expires=120');
    expect(changes).toEqual([{ endpointId: 'SE-alice', state: 'registered' }]);
    const [binding] = await directory.bindings('SE-alice');
    expect(binding).toMatchObject({ received: { address: '10.0.0.5', port: 5060, transport: 'udp' }, node: 'n1' });
    engine.dial({
      callId: 'CA1',
      target: { kind: 'endpoint', endpointId: 'SE-alice' },
      from: '1',
      ringTimeoutMs: 9_000,
    });
    await clock.advanceAsync(100);
    expect(phone.got.at(-1)).toMatch(/^INVITE sip:alice@192\.168\.1\.9:5060 SIP\/2\.0/);
  });

  it('tells that the last binding of a phone expired, unless it was refreshed', async () => {
    const { engine, peer, clock } = await setUp();
    const changes: string[] = [];
    engine.events.on('binding', ({ endpointId, state }) => changes.push(`${endpointId} ${state}`));
    const phone = await peer('10.0.0.5');
    await registered(phone, [contact, 'Expires: 120']);
    await clock.advanceAsync(100_000);
    await registered(phone, [contact, 'Expires: 60']);
    await registered(phone, ['Contact: <sip:alice@10.0.0.7>', 'Expires: 90']);
    await clock.advanceAsync(80_000);
    expect(changes).toEqual(['SE-alice registered', 'SE-alice registered', 'SE-alice registered']);
    await clock.advanceAsync(11_000);
    expect(changes.slice(3)).toEqual(['SE-alice unregistered']);
    expect(engine.gauges().timers).toBe(0);
    await registered(phone, [contact, 'Expires: 60']);
    await registered(phone, [contact, 'Expires: 0']);
    await clock.advanceAsync(100_000);
    expect(changes.slice(4)).toEqual(['SE-alice registered', 'SE-alice unregistered']);
  });

  it('answers an unknown name and a wrong password alike', async () => {
    const { peer } = await setUp();
    const answers: (string | undefined)[] = [];
    for (const [user, address] of [
      ['alice', '10.0.0.5'],
      ['nobody', '10.0.0.6'],
    ] as const) {
      const phone = await peer(address);
      const headers = [contact, `To: <sip:${user}@acme.example>`, `From: <sip:${user}@acme.example>;tag=x`];
      const [challenge] = await phone.request('REGISTER', registrar, headers);
      expect(status(challenge)).toBe(401);
      const refused = await registered(phone, headers, user, 'wrong');
      answers.push(...[challenge, refused].map((text) => shape(text, user, address)));
    }
    expect(answers.slice(0, 2)).toEqual(answers.slice(2));
  });

  it('knows 423, Contact: *, refreshes, CSeq order and the most bindings', async () => {
    const { peer, directory } = await setUp();
    const phone = await peer('10.0.0.5');
    const short = await registered(phone, [contact, 'Expires: 10']);
    expect([status(short), header(short, 'Min-Expires')]).toEqual([423, '60']);
    expect(status(await registered(phone, [contact, 'Call-ID: same', 'CSeq: 20 REGISTER']))).toBe(200);
    expect(status(await registered(phone, [contact, 'Call-ID: same', 'CSeq: 20 REGISTER']))).toBe(500);
    const second = await registered(phone, ['Contact: <sip:alice@10.0.0.7>;expires=100']);
    expect(second?.match(/^Contact:/gim)).toHaveLength(2);
    expect(status(await registered(phone, ['Contact: <sip:alice@10.0.0.8>']))).toBe(403);
    expect(status(await registered(phone, ['Contact: *']))).toBe(400);
    expect(status(await registered(phone, ['Contact: *', 'Expires: 0']))).toBe(200);
    expect(await directory.bindings('SE-alice')).toEqual([]);
  });

  it('offers the algorithms of the user, strongest first, and takes no other (RFC 8760 2.3)', async () => {
    const { peer, directory } = await setUp();
    directory.addUser('alice', 'secret', { kind: 'endpoint', id: 'SE-alice', algorithms: ['SHA-256', 'MD5'] });
    directory.addUser('bob', 'secret', { kind: 'endpoint', id: 'SE-bob', algorithms: ['SHA-256'] });
    const phone = await peer('10.0.0.5');
    const [both] = await phone.request('REGISTER', registrar, [contact]);
    const offered = [...both!.matchAll(/^WWW-Authenticate:.*algorithm=([\w-]+)/gim)].map((match) => match[1]);
    expect(offered).toEqual(['SHA-256', 'MD5']);
    expect(status(await registered(phone, [contact], 'alice', 'secret', 'SHA-256'))).toBe(200);
    const asBob = [contact, 'To: <sip:bob@acme.example>'];
    const challenged = await registered(phone, asBob, 'bob', 'secret', 'MD5');
    expect([status(challenged), header(challenged, 'WWW-Authenticate')]).toEqual([
      401,
      expect.stringContaining('algorithm=SHA-256'),
    ]);
    expect(status(await registered(phone, asBob, 'bob', 'secret', 'SHA-256'))).toBe(200);
  });

  it('offers a name that nobody has what some user might have, always the same', async () => {
    const decoySecret = Buffer.alloc(32, 7);
    const [here, elsewhere] = [await setUp({ decoySecret }), await setUp({ decoySecret, random: seededRandom(9) })];
    const phones = [await here.peer('10.0.0.5'), await elsewhere.peer('10.0.0.6')];
    const seen = new Map<string, number>();
    for (let number = 0; number < 60; number += 1) {
      const offers: string[] = [];
      for (const phone of phones) {
        const [challenge] = await phone.request('REGISTER', registrar, [`To: <sip:nobody${number}@acme.example>`]);
        offers.push([...challenge!.matchAll(/algorithm=([\w-]+)/g)].map((match) => match[1]).join());
      }
      expect(offers[0]).toBe(offers[1]);
      seen.set(offers[0]!, (seen.get(offers[0]!) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['MD5', 'SHA-256', 'SHA-256,MD5']);
    expect(seen.get('MD5')).toBeGreaterThan(30);
  });

  it('says stale without a look-up to any credentials made with a nonce that is not good (RFC 7616 3.3)', async () => {
    const { peer, directory } = await setUp();
    directory.digestUser = () => Promise.reject(new Error('nobody should ask'));
    const phone = await peer('10.0.0.5');
    const challenge = 'Digest realm="acme.example", nonce="made-up"';
    for (const user of ['alice', 'nobody']) {
      const answer = authorization(challenge, user, 'secret', 'REGISTER', registrar, 'SHA-256');
      const [stale] = await phone.request('REGISTER', registrar, [contact, answer]);
      expect(status(stale)).toBe(401);
      expect(header(stale, 'WWW-Authenticate')).toMatch(/algorithm=SHA-256.*stale=true/);
    }
  });

  it('takes each nonce count once, and says stale', async () => {
    const { peer } = await setUp();
    const phone = await peer('10.0.0.5');
    const [challenge] = await phone.request('REGISTER', registrar, [contact]);
    const answer = authorization(header(challenge, 'WWW-Authenticate')!, 'alice', 'secret', 'REGISTER', registrar);
    expect(status((await phone.request('REGISTER', registrar, [contact, answer]))[0])).toBe(200);
    const [replayed] = await phone.request('REGISTER', registrar, [contact, answer]);
    expect(status(replayed)).toBe(401);
    expect(header(replayed, 'WWW-Authenticate')).toContain('stale=true');
  });
});

/** A message without what differs by chance and by name. */
function shape(text: string | undefined, user: string, address: string): string | undefined {
  return text
    ?.replaceAll(user, 'USER')
    .replaceAll(address, 'ADDRESS')
    .replace(/nonce="[^"]*"/g, 'nonce')
    .replace(/tag=[^;\r\n]+/g, 'tag');
}

describe('the embedded engine and requests of strangers', () => {
  it('answers OPTIONS with 200 and other methods with 405', async () => {
    const { peer } = await setUp();
    const somebody = await peer('10.0.0.9');
    const [options] = await somebody.request('OPTIONS', `sip:${engineAddress}`);
    expect([status(options), header(options, 'Accept')]).toEqual([200, 'application/sdp']);
    const [other] = await somebody.request('PUBLISH', `sip:${engineAddress}`);
    expect(status(other)).toBe(405);
  });

  it('drops what floods in, and still serves those it knows', async () => {
    const { peer, engine, incoming } = await setUp({ limits: { floodPerSecond: 5, floodBurst: 10 } });
    const [flooder, trunk] = [await peer('10.0.0.9'), await peer('10.0.0.2')];
    for (let count = 0; count < 200; count += 1) await flooder.request('REGISTER', registrar, [contact], '', 0);
    await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp], sdp('10.0.0.2'));
    expect(flooder.got.length).toBeLessThan(20);
    expect(incoming).toHaveLength(1);
    expect(engine.gauges().transactions).toBeLessThan(20);
  });

  it('bounds what a hundred addresses cost it, and lets a phone register anew, known or not', async () => {
    const { peer, engine, directory, network, clock } = await setUp();
    let lookUps = 0;
    const { digestUser } = directory;
    directory.digestUser = (...asked) => {
      lookUps += 1;
      return digestUser.apply(directory, asked);
    };
    const [known, moved] = [await peer('10.0.0.5'), await peer('10.0.0.6')];
    expect(status(await registered(known, [contact]))).toBe(200);
    const flooders = await Promise.all(Array.from({ length: 100 }, (_, number) => silentSocket(network, number)));
    const seconds = 5;
    let mostTransactions = 0;
    lookUps = 0;
    const statuses: number[] = [];
    for (let ms = 0; ms < seconds * 1000; ms += 10) {
      for (let count = 0; count < 30; count += 1) {
        const number = (ms / 10) * 30 + count;
        flooders[number % 100]!(badRequest(number));
      }
      await clock.advanceAsync(10);
      mostTransactions = Math.max(mostTransactions, engine.gauges().transactions);
      // Each advances the clock by 0.2 s without a flood, which is why they come late.
      if (ms === 4_000)
        for (let tries = 0; tries < 3; tries += 1) statuses.push(status(await registered(known, [contact])));
      if (ms === 4_500) statuses.push(status(await registered(moved, [contact])));
    }
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(lookUps).toBeLessThan(60 * (seconds + 2));
    expect(mostTransactions).toBeLessThan(200);
    const refused = engine.refusals();
    expect(refused['strangers-rate'] + refused['source-rate']).toBeGreaterThan(seconds * 2_000);
    expect(refused['challenged-unseen']).toBeGreaterThan(100);
  });

  it('caps calls at once with 503 and Retry-After', async () => {
    const { peer, incoming } = await setUp({ limits: { maxCalls: 2, retryAfterSeconds: 9 } });
    const trunk = await peer('10.0.0.2');
    const statuses: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const got = await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp], sdp('10.0.0.2'), 20);
      statuses.push(...got.filter((text) => status(text) === 503).map((text) => `503 ${header(text, 'Retry-After')}`));
      incoming[count]?.accept(`CA${count}`);
    }
    expect(incoming).toHaveLength(2);
    expect(statuses).toEqual(['503 9']);
  });

  it('caps INVITEs of one unknown source that have no answer', async () => {
    const { peer, directory, incoming } = await setUp({ limits: { maxHalfOpenPerSource: 3 } });
    directory.trunkByAddress = () => new Promise(() => undefined);
    const stranger = await peer('10.0.0.9');
    let refused = 0;
    for (let count = 0; count < 5; count += 1) {
      const got = await stranger.request('INVITE', 'sip:200@10.0.0.1', [withSdp], sdp('10.0.0.9'), 10);
      refused += got.filter((text) => status(text) === 503).length;
    }
    expect([refused, incoming.length]).toEqual([2, 0]);
  });

  describe('while the event loop is late', () => {
    const setUpLate = async () => {
      let lagMs = 0;
      const world = await setUp({ eventLoopLagMs: () => lagMs, limits: { maxLagMs: 100 } });
      const trunk = await world.peer('10.0.0.2');
      /** Which calls are refused, of some that come 300 ms apart and that nobody answers. */
      const call = async (count: number) => {
        const refused: number[] = [];
        for (let each = 0; each < count; each += 1) {
          await world.clock.advanceAsync(300);
          const got = await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp], sdp('10.0.0.2'));
          if (got.map(status).includes(503)) refused.push(each);
        }
        return refused;
      };
      return { ...world, call, late: (ms: number) => (lagMs = ms) };
    };

    it('refuses new calls where many are being set up, and takes them again afterwards', async () => {
      const { call, late, incoming } = await setUpLate();
      await call(12);
      late(500);
      expect(await call(6)).toEqual([3, 4, 5]);
      late(0);
      expect(await call(1)).toEqual([]);
      expect(incoming).toHaveLength(16);
    });

    it('refuses nobody where it was late once: at a start, or on a machine that is busy with other things', async () => {
      const { call, late } = await setUpLate();
      late(30_000);
      expect(await call(1)).toEqual([]);
      late(0);
      expect(await call(12)).toEqual([]);
      late(30_000);
      expect(await call(1)).toEqual([]);
    });

    it('refuses nobody where next to no calls are being set up', async () => {
      const { call, late } = await setUpLate();
      late(30_000);
      expect(await call(9)).toEqual([]);
    });
  });

  it('survives rubbish', async () => {
    const { network, clock, engine } = await setUp();
    const random = seededRandom(5);
    const socket = await network.bind('10.0.0.9', 9, { onDatagram: () => undefined, onError: () => undefined });
    for (let count = 0; count < 500; count += 1) {
      const bytes = random.bytes(Math.floor(random.next() * 600));
      socket.send(bytes, bytes.length, enginePort, engineAddress);
    }
    await clock.advanceAsync(100);
    expect(engine.gauges().transactions).toBe(0);
  });
});

describe('a call of the embedded engine', () => {
  async function answered(invite: readonly string[] = [withSdp], body = sdp('10.0.0.2')) {
    const test = await setUp();
    const trunk = await test.peer('10.0.0.2');
    const callId = ['Call-ID: one', 'CSeq: 1 INVITE', 'From: <sip:+1415@10.0.0.2>;tag=f', 'Contact: <sip:10.0.0.2>'];
    await trunk.request('INVITE', 'sip:200@10.0.0.1', [...callId, ...invite], body);
    const leg = test.incoming[0]!.accept('CA1');
    const log: string[] = [];
    leg.events.on('digit', (digit) => log.push(digit));
    leg.events.on('ended', ({ reason }) => log.push(reason));
    const answering = leg.answer();
    await test.clock.advanceAsync(50);
    const ok = trunk.got.find((text) => status(text) === 200)!;
    const to = `To: ${header(ok, 'To')}`;
    const within = (method: string, cseq: number, headers: readonly string[] = [], content = '') =>
      trunk.request(
        method,
        'sip:200@10.0.0.1',
        [
          'Call-ID: one',
          `CSeq: ${cseq} ${method}`,
          'From: <sip:+1415@10.0.0.2>;tag=f',
          to,
          'Contact: <sip:10.0.0.2>',
          ...headers,
        ],
        content,
      );
    return { ...test, trunk, leg, log, ok, within, answering };
  }

  it('takes digits by INFO, dtmf-relay and dtmf, and answers 415 to others', async () => {
    const { within, log } = await answered();
    await within('ACK', 1);
    const [relay] = await within('INFO', 2, ['Content-Type: application/dtmf-relay'], 'Signal=5\r\nDuration=160\r\n');
    const [plain] = await within('INFO', 3, ['Content-Type: application/dtmf'], '#');
    const [other] = await within('INFO', 4, ['Content-Type: text/plain'], 'hello');
    expect([relay, plain, other].map(status)).toEqual([200, 200, 415]);
    expect(log).toEqual(['5', '#']);
  });

  it('counts a key once that is told by RTP and by INFO, and two presses twice', async () => {
    const { within, log, leg, clock } = await answered();
    await within('ACK', 1);
    const press = (cseq: number) => within('INFO', cseq, ['Content-Type: application/dtmf-relay'], 'Signal=5\r\n');
    const byMedia = () => (leg as EmbeddedLeg).digit('5', 'media');
    byMedia();
    await press(2);
    await press(3);
    byMedia();
    await clock.advanceAsync(1_000);
    byMedia();
    expect(log).toEqual(['5', '5', '5']);
  });

  it('makes the offer itself where the INVITE has none, and is open with the ACK (RFC 3261 13.2.1)', async () => {
    const { within, ok, answering, leg } = await answered([], '');
    expect(ok).toContain('m=audio');
    let isOpen = false;
    void answering.then(() => {
      isOpen = true;
    });
    const before = isOpen;
    await within('ACK', 1, [withSdp], sdp('10.0.0.2'));
    expect([before, isOpen, leg.status]).toEqual([false, true, 'answered']);
  });

  it('answers a re-INVITE without SDP with our offer, and hold with recvonly (RFC 3264 8.4)', async () => {
    const { within, leg } = await answered();
    const events: string[] = [];
    leg.events.on('held', () => events.push('held'));
    leg.events.on('resumed', () => events.push('resumed'));
    await within('ACK', 1);
    const held = await within('INVITE', 2, [withSdp], sdp('10.0.0.2', 'a=sendonly'));
    expect(held.at(-1)).toContain('a=recvonly');
    await within('ACK', 2);
    const resumed = await within('INVITE', 3);
    expect(resumed.at(-1)).toContain('m=audio');
    await within('ACK', 3, [withSdp], sdp('10.0.0.2'));
    expect(events).toEqual(['held', 'resumed']);
  });

  it('refuses a re-INVITE that it cannot take, and goes on as it was (RFC 3261 14.2)', async () => {
    const { within, leg } = await answered();
    await within('ACK', 1);
    const bad = sdp('10.0.0.2').replace('RTP/AVP 0 101', 'RTP/AVP 18');
    expect((await within('INVITE', 2, [withSdp], bad)).map(status)).toContain(488);
    expect(leg.status).toBe('answered');
  });

  it('that is never acknowledged is hung up, and ends as no-ack (RFC 3261 13.3.1.4)', async () => {
    const { clock, leg, log, trunk } = await answered();
    await clock.advanceAsync(40_000);
    expect(leg.status).toBe('ended');
    expect(log).toEqual(['no-ack']);
    expect(trunk.got.at(-1)).toMatch(/^BYE /);
  });

  it('tells who called from P-Asserted-Identity of a trunk, and hides who asked for it', async () => {
    const asserted = await answered([withSdp, 'P-Asserted-Identity: "Bob" <sip:+19995550100@10.0.0.2>']);
    expect(asserted.leg.facts).toMatchObject({ from: '+19995550100', fromDisplayName: 'Bob', to: '200' });
    const hidden = await answered([withSdp, 'Privacy: id', 'P-Asserted-Identity: <sip:+19995550100@10.0.0.2>']);
    expect(hidden.leg.facts).toMatchObject({ from: 'anonymous', hidden: true, withheld: { user: '+19995550100' } });
    expect(JSON.stringify(hidden.leg.facts.headers)).not.toContain('+19995550100');
  });

  it('believes an untrusted trunk nothing but From: no P-Asserted-Identity, no Diversion (RFC 3325 5)', async () => {
    const { peer, incoming, directory } = await setUp();
    const trunk = await peer('10.0.0.2');
    directory.addTrunk('TK-1', '10.0.0.2', { trustsIdentity: false });
    const told = [
      'P-Asserted-Identity: "Bob" <sip:+19995550100@10.0.0.2>',
      'P-Preferred-Identity: <sip:+19995550100@10.0.0.2>',
      'Diversion: <sip:+19995550101@10.0.0.2>;reason=user-busy',
    ];
    await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp, ...told], sdp('10.0.0.2'));
    const { from, withheld, preferredIdentity, diversions, headers } = incoming[0]!.facts;
    expect(from).not.toBe('+19995550100');
    expect([withheld, preferredIdentity, diversions]).toEqual([undefined, undefined, undefined]);
    expect(headers).not.toHaveProperty('p-asserted-identity');
  });

  it('of a phone is believed nothing; what it prefers to show is told, for whoever may decide (RFC 3325 9.2)', async () => {
    const { peer, incoming } = await setUp();
    const phone = await peer('10.0.0.5');
    const told = [
      withSdp,
      'P-Asserted-Identity: <sip:+19995550100@10.0.0.5>',
      'P-Preferred-Identity: "Desk" <sip:+1-999-555-0101@10.0.0.5>',
      'Diversion: <sip:+19995550102@10.0.0.5>;reason=away',
    ];
    const uri = 'sip:200@acme.example';
    const challenged = await phone.request('INVITE', uri, told, sdp('10.0.0.5'));
    const challenge = challenged.find((message) => status(message) === 401);
    const answer = authorization(header(challenge, 'WWW-Authenticate')!, 'alice', 'secret', 'INVITE', uri);
    await phone.request('INVITE', uri, [...told, answer], sdp('10.0.0.5'));
    const { source, facts } = incoming[0]!;
    expect(source).toEqual({ kind: 'endpoint', id: 'SE-alice' });
    expect(facts).toMatchObject({ from: 'alice', preferredIdentity: '+19995550101' });
    expect([facts.withheld, facts.diversions]).toEqual([undefined, undefined]);
    expect(facts.headers).not.toHaveProperty('p-asserted-identity');
  });

  it.each([
    ['refused', 404, 1],
    ['refused', 603, 21],
    ['rejected', 486, 17],
    ['rejected', 480, 19],
  ] as const)('that is %s with %i says why by its Q.850 cause %i (RFC 3326, 6432)', async (how, code, cause) => {
    const { peer, incoming, clock } = await setUp();
    const trunk = await peer('10.0.0.2');
    await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp], sdp('10.0.0.2'));
    if (how === 'refused') incoming[0]!.refuse(code);
    else incoming[0]!.accept('CA1').reject(code);
    await clock.advanceAsync(100);
    const final = trunk.got.find((message) => status(message) === code);
    expect(header(final, 'Reason')).toMatch(new RegExp(`^Q\\.850;cause=${cause};text="`));
  });

  it('is refused where it was sent on too often (RFC 5806), or asks for privacy that we do not know (RFC 3323 5)', async () => {
    const { peer, incoming } = await setUp();
    const trunk = await peer('10.0.0.2');
    const diverted = (times: number) => `Diversion: <sip:+1@10.0.0.2>;reason=away;counter=${times}`;
    const answers = async (line: string) =>
      (await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp, line], sdp('10.0.0.2'))).map(status);
    expect(await answers(diverted(11))).toContain(482);
    expect(await answers('Privacy: id;unheard-of;critical')).toContain(500);
    expect(incoming).toHaveLength(0);
    await answers(diverted(10));
    expect(incoming).toHaveLength(1);
    expect(incoming[0]!.facts.diversions).toEqual([{ user: '+1', reason: 'away', times: 10 }]);
  });

  it('with a broken description is refused with 400', async () => {
    const { peer, incoming, clock } = await setUp();
    const trunk = await peer('10.0.0.2');
    await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp], 'v=0\r\nrubbish');
    const leg = incoming[0]!.accept('CA1');
    const ends: Termination[] = [];
    leg.events.on('ended', (end) => ends.push(end));
    await expect(leg.answer()).rejects.toThrow();
    await clock.advanceAsync(50);
    expect(ends).toMatchObject([{ result: 'failed', sip: 400 }]);
  });
});

describe('an engine behind NAT', () => {
  it('shows its advertised address in Via, Contact and SDP, but not to loopback', async () => {
    const { engine, peer, clock } = await setUp({ advertisedAddress: '203.0.113.9' });
    for (const [address, shown] of [
      ['10.0.0.3', '203.0.113.9'],
      ['127.0.0.3', '10.0.0.1'],
    ] as const) {
      const carrier = await peer(address);
      engine.dial({
        callId: address,
        target: { kind: 'sip', uri: `sip:1@${address}` },
        from: '2',
        ringTimeoutMs: 9_000,
      });
      await clock.advanceAsync(50);
      const invite = carrier.got[0]!;
      expect(header(invite, 'Via')).toContain(` ${shown}:5060`);
      expect(header(invite, 'Contact')).toContain(`@${shown}:5060`);
      expect(invite).toContain(`c=IN IP4 ${shown}`);
    }
  });
});

describe('a dial of the embedded engine', () => {
  it('answers the digest challenge of a carrier, asserts our identity, and learns the Call-ID', async () => {
    const { engine, peer, clock } = await setUp();
    const carrier = await peer('10.0.0.3');
    const leg = engine.dial({
      callId: 'CA1',
      target: {
        kind: 'sip',
        uri: 'sip:+1999@carrier.example',
        fromHost: 'acme.example',
        proxies: ['sip:10.0.0.3'],
        credentials: { username: 'acme', password: 'pw' },
        assertIdentity: true,
      },
      from: '+1415',
      ringTimeoutMs: 60_000,
    });
    await clock.advanceAsync(50);
    carrier.respond(carrier.got[0]!, '407 Proxy Authentication Required', [
      'Proxy-Authenticate: Digest realm="carrier", nonce="n1", algorithm=MD5, qop="auth"',
    ]);
    await clock.advanceAsync(50);
    const second = carrier.got.findLast((text) => text.startsWith('INVITE'))!;
    expect(header(second, 'Proxy-Authorization')).toContain('username="acme"');
    expect(header(second, 'P-Asserted-Identity')).toBe('<sip:+1415@acme.example>');
    expect(header(second, 'From')).toContain('sip:+1415@acme.example');
    carrier.respond(second, '180 Ringing', ['Contact: <sip:10.0.0.3>']);
    await clock.advanceAsync(50);
    expect(leg.status).toBe('ringing');
    expect(leg.facts).toMatchObject({
      sipCallId: header(second, 'Call-ID'),
      remoteAddress: '10.0.0.3:5060',
      transport: 'udp',
    });
  });

  it('tries the next address of a name where nothing comes back (RFC 3263 4.3)', async () => {
    const { engine, peer, network, clock } = await setUp();
    network.name('carrier.example', ['10.0.9.9', '10.0.0.3']);
    const carrier = await peer('10.0.0.3');
    engine.dial({
      callId: 'CA1',
      target: { kind: 'sip', uri: 'sip:1@carrier.example' },
      from: '2',
      ringTimeoutMs: 120_000,
    });
    await clock.advanceAsync(5_000);
    expect(carrier.got[0]).toMatch(/^INVITE sip:1@carrier\.example/);
  });

  it('waits for a next hop that said 100, however long it takes to ring', async () => {
    const { engine, peer, clock } = await setUp();
    const [slow, other] = [await peer('10.0.0.3'), await peer('10.0.0.4')];
    const leg = engine.dial({
      callId: 'CA1',
      target: { kind: 'sip', uri: 'sip:1@far.example', proxies: ['sip:10.0.0.3', 'sip:10.0.0.4'] },
      from: '2',
      ringTimeoutMs: 120_000,
    });
    await clock.advanceAsync(100);
    slow.respond(slow.got[0]!, '100 Trying');
    await clock.advanceAsync(20_000);
    slow.respond(slow.got[0]!, '180 Ringing', ['Contact: <sip:10.0.0.3>']);
    await clock.advanceAsync(100);
    expect([leg.status, other.got.length]).toEqual(['ringing', 0]);
  });

  it('uses the description of the early dialog where the 2xx has none, with forks on the way (RFC 3261 13.2.1)', async () => {
    const { engine, peer, clock } = await setUp();
    const proxy = await peer('10.0.0.3');
    const leg = engine.dial({
      callId: 'CA1',
      target: { kind: 'sip', uri: 'sip:1@10.0.0.3' },
      from: '2',
      ringTimeoutMs: 120_000,
    });
    await clock.advanceAsync(100);
    const early = (tag: string, port: number, status: string, body: string) => {
      const invite = proxy.got[0]!.replace(/^(To: [^;\r\n]*)$/im, `$1;tag=${tag}`);
      const type = body === '' ? [] : [withSdp];
      proxy.respond(invite, status, ['Contact: <sip:10.0.0.3>', ...type], body.replace('20000', String(port)));
    };
    early('one', 20_000, '183 Session Progress', sdp('10.0.0.3'));
    early('two', 22_000, '183 Session Progress', sdp('10.0.0.3'));
    await clock.advanceAsync(100);
    early('two', 0, '200 OK', '');
    await clock.advanceAsync(100);
    expect(leg.status).toBe('answered');
    expect(leg.facts.transport).toBe('udp');
  });

  it('takes the hops that its INVITE may go on, and no more (RFC 3261 16.6, RFC 5393)', async () => {
    const { engine, peer, clock, incoming } = await setUp();
    const [trunk, carrier] = [await peer('10.0.0.2'), await peer('10.0.0.3')];
    await trunk.request('INVITE', 'sip:200@10.0.0.1', [withSdp, 'Max-Forwards: 5'], sdp('10.0.0.2'));
    expect(incoming[0]!.facts.maxForwards).toBe(5);
    for (const maxForwards of [undefined, 4]) {
      const target = { kind: 'sip', uri: 'sip:1@10.0.0.3' } as const;
      const more = maxForwards === undefined ? {} : { maxForwards };
      const leg = engine.dial({ callId: 'CA1', target, from: '2', ringTimeoutMs: 60_000, ...more });
      await clock.advanceAsync(50);
      expect(header(carrier.got.at(-1), 'Max-Forwards')).toBe(String(maxForwards ?? 70));
      expect(leg.facts.maxForwards).toBe(maxForwards ?? 70);
    }
  });

  it('of a name that has no address is a network error', async () => {
    const { engine, clock } = await setUp();
    const leg = engine.dial({
      callId: 'CA1',
      target: { kind: 'sip', uri: 'sip:1@nowhere.example' },
      from: '2',
      ringTimeoutMs: 9_000,
    });
    await clock.advanceAsync(50);
    expect(leg.termination).toMatchObject({ result: 'failed', reason: 'network-error' });
  });

  it('of something that is no address fails, and does not throw', async () => {
    const { engine, clock } = await setUp();
    const leg = engine.dial({
      callId: 'CA1',
      target: { kind: 'sip', uri: 'nonsense' },
      from: '2\r\nX: y',
      ringTimeoutMs: 9_000,
    });
    await clock.advanceAsync(50);
    expect(leg.termination).toMatchObject({ result: 'failed' });
  });
});

/** Nothing at 192.168.…; the installation itself may use 192.168.1.…. */
const addressPolicy: AddressPolicy = {
  refusal: (address, namedBy) =>
    address.startsWith('192.168.') && !(namedBy === 'installation' && address.startsWith('192.168.1.'))
      ? 'a private address'
      : undefined,
};

describe('a dial where private addresses are not allowed', () => {
  async function dialled(target: Partial<Extract<DialTarget, { kind: 'sip' }>>, more?: Record<string, string[]>) {
    const test = await setUp({ addressPolicy });
    for (const [name, addresses] of Object.entries(more ?? {})) test.network.name(name, addresses);
    const inside = await Promise.all(['192.168.0.9', '192.168.1.9'].map((address) => test.peer(address)));
    const outside = await test.peer('10.0.0.3');
    const sip = { kind: 'sip', uri: 'sip:1@10.0.0.3', ...target } as const;
    const leg = test.engine.dial({ callId: 'CA1', target: sip, from: '2', ringTimeoutMs: 60_000 });
    const lines: string[] = [];
    leg.events.on('signalling', ({ line }) => lines.push(line));
    await test.clock.advanceAsync(100);
    return { ...test, leg, lines, inside, outside };
  }

  const names = { 'inside.example': ['192.168.0.9'], 'mixed.example': ['10.0.0.3', '192.168.0.9'] };
  it.each([
    { uri: 'sip:1@192.168.0.9' },
    { uri: 'sip:1@192.168.0.9;transport=tcp' },
    { uri: 'sip:1@inside.example' },
    { uri: 'sip:1@inside.example;transport=tls' },
    { uri: 'sip:1@mixed.example' },
    { proxies: ['sip:192.168.1.9'] },
    { proxies: ['sip:192.168.0.9'], namedBy: 'installation' as const },
    { uri: 'sip:1@192.168.1.9', namedBy: 'anybody' as const },
  ])('is denied to $uri $proxies', async (target) => {
    const { leg, lines, inside, outside, engine } = await dialled(target, names);
    expect(leg.termination).toEqual({ result: 'failed', by: 'system', reason: 'denied' });
    expect(lines).toEqual([expect.stringMatching(/^INVITE not sent: .*a private address, which is not allowed$/)]);
    expect([...inside, outside].flatMap(({ got }) => got)).toEqual([]);
    expect(engine.refusals()['target-denied']).toBe(1);
  });

  it('goes to the proxy that is left', async () => {
    const { outside } = await dialled({ proxies: ['sip:192.168.0.9', 'sip:10.0.0.3'] });
    expect(outside.got[0]).toMatch(/^INVITE /);
  });

  it('goes where the installation itself may go', async () => {
    const { inside } = await dialled({ proxies: ['sip:192.168.1.9'], namedBy: 'installation' });
    expect(inside[1]!.got[0]).toMatch(/^INVITE /);
  });

  it('goes to a phone where it registered from', async () => {
    const { engine, peer, clock } = await setUp({ addressPolicy });
    const phone = await peer('192.168.0.9');
    expect(status(await registered(phone, ['Contact: <sip:alice@192.168.0.9>']))).toBe(200);
    const target = { kind: 'endpoint', endpointId: 'SE-alice' } as const;
    engine.dial({ callId: 'CA1', target, from: '2', ringTimeoutMs: 60_000 });
    await clock.advanceAsync(100);
    expect(phone.got.at(-1)).toMatch(/^INVITE sip:alice@192\.168\.0\.9/);
  });

  it('sends to the address it looked at, so that a name that changes its mind gains nothing (DNS rebinding)', async () => {
    const { network, clock, inside, outside, leg } = await dialled(
      { uri: 'sip:1@moving.example' },
      { 'moving.example': ['10.0.0.3'] },
    );
    network.name('moving.example', ['192.168.0.9']);
    await clock.advanceAsync(40_000);
    expect(leg.termination).toMatchObject({ reason: 'network-error' });
    expect(outside.got.length).toBeGreaterThan(2);
    expect(inside.flatMap(({ got }) => got)).toEqual([]);
  });

  it.each(['Contact: <sip:1@moving.example>', 'Record-Route: <sip:moving.example;lr>'])(
    'sends no BYE inside because of a %s that resolves to there by then',
    async (line) => {
      const { network, clock, outside, inside, leg, engine } = await dialled({}, { 'moving.example': ['10.0.0.3'] });
      const contactToo = line.startsWith('Contact') ? [] : ['Contact: <sip:1@10.0.0.3>'];
      outside.respond(outside.got[0]!, '200 OK', [line, ...contactToo, withSdp], sdp('10.0.0.3'));
      await clock.advanceAsync(100);
      expect(leg.status).toBe('answered');
      expect(outside.got.at(-1)).toMatch(/^ACK /);
      network.name('moving.example', ['192.168.0.9']);
      await clock.advanceAsync(31_000);
      leg.hangUp();
      await clock.advanceAsync(40_000);
      expect(inside.flatMap(({ got }) => got)).toEqual([]);
      expect(engine.refusals()['target-denied']).toBeGreaterThan(0);
      expect(engine.gauges()).toMatchObject({ calls: 0, dialogs: 0, transactions: 0 });
    },
  );

  it('ends where the Contact of a PBX says, on a machine of the same kind of network', async () => {
    const { clock, inside, leg, peer } = await dialled({ proxies: ['sip:192.168.1.9'], namedBy: 'installation' });
    const media = await peer('192.168.1.10');
    inside[1]!.respond(inside[1]!.got[0]!, '200 OK', ['Contact: <sip:1@192.168.1.10>', withSdp], sdp('192.168.1.9'));
    await clock.advanceAsync(100);
    leg.hangUp();
    await clock.advanceAsync(100);
    expect(media.got.map((text) => text.split(' ')[0])).toEqual(['ACK', 'BYE']);
  });
});

describe('registrations of ours', () => {
  it('are not sent to a private address, which is told once, and made when the name moves', async () => {
    const { engine, peer, clock, network } = await setUp({ addressPolicy });
    const [inside, outside] = [await peer('192.168.1.9'), await peer('10.0.0.3')];
    const changes: unknown[] = [];
    engine.events.on('registration', (change) => changes.push(change));
    network.name('registrar.example', ['192.168.1.9']);
    const wanted = {
      trunkId: 'TK-9',
      registrar: 'sip:registrar.example',
      user: 'acme',
      credentials: { username: 'acme', password: 'pw' },
      expiresSeconds: 300,
    };
    for (let count = 0; count < 2; count += 1) {
      engine.setRegistrations([wanted]);
      await clock.advanceAsync(5_000);
    }
    const detail = 'denied: registrar.example is at a private address, which is not allowed';
    expect(changes).toEqual([{ trunkId: 'TK-9', state: 'failed', detail }]);
    expect(inside.got).toEqual([]);
    network.name('registrar.example', ['10.0.0.3']);
    await clock.advanceAsync(30_000);
    engine.setRegistrations([wanted]);
    await clock.advanceAsync(100);
    expect(outside.got[0]).toMatch(/^REGISTER /);
    engine.setRegistrations([{ ...wanted, registrar: 'sip:192.168.1.9', namedBy: 'installation' }]);
    await clock.advanceAsync(100);
    expect(inside.got[0]).toMatch(/^REGISTER /);
  });

  it('are made, told, and taken back when they leave the list', async () => {
    const { engine, peer, clock } = await setUp();
    const carrier = await peer('10.0.0.3');
    const changes: string[] = [];
    engine.events.on('registration', ({ trunkId, state }) => changes.push(`${trunkId} ${state}`));
    engine.setRegistrations([
      {
        trunkId: 'TK-9',
        registrar: 'sip:10.0.0.3',
        user: 'acme',
        credentials: { username: 'acme', password: 'pw' },
        expiresSeconds: 300,
      },
    ]);
    await clock.advanceAsync(50);
    const register = carrier.got[0]!;
    expect(register).toMatch(/^REGISTER sip:10\.0\.0\.3 SIP/);
    carrier.respond(register, '200 OK', [`Contact: ${header(register, 'Contact')};expires=300`]);
    await clock.advanceAsync(50);
    engine.setRegistrations([]);
    await clock.advanceAsync(50);
    const last = carrier.got.at(-1)!;
    expect(last).toMatch(/expires[:=] *0/i);
    carrier.respond(last, '200 OK');
    await clock.advanceAsync(50);
    expect(changes).toEqual(['TK-9 registered', 'TK-9 unregistered']);
  });
});
