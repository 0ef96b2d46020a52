import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import { LegFrontDesk } from '@hookswitch/media/drivers/freeswitch/front/front-desk';
import { readCaller } from '@hookswitch/media/drivers/freeswitch/front/own-headers';
import { SipFront, type SipFrontSettings } from '@hookswitch/media/drivers/freeswitch/front/sip-front';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import { udpMediaNetwork } from '@hookswitch/media/net/udp-media-socket';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeUdpPorts } from '../../peers/free-udp-ports.js';
import { selfMadeCertificate } from '../../peers/self-made-certificate.js';
import { statelessEdge } from '../../peers/stateless-edge.js';
import type { CalleeScript } from '../call-engine-worlds/call-world.js';
import { realTime } from '../call-engine-worlds/real-time.js';
import { SipPhone } from '../call-engine-worlds/sip-phone.js';

const address = '127.0.0.1';
const tls = { ...selfMadeCertificate(), verifyPeers: false };
const listen = [
  { transport: 'udp', address, port: 0 },
  { transport: 'tcp', address, port: 0 },
  { transport: 'tls', address, port: 0, tls },
] as const;
let directory: MemorySipDirectory;
let phones: SipPhone[];
/** Takes calls as FreeSWITCH would. */
let backend: SipPhone;
let front: SipFront;
/** What was told of registrations. */
let changes: string[];

async function phone(script: CalleeScript = {}, transport: 'udp' | 'tcp' | 'tls' = 'udp'): Promise<SipPhone> {
  const by = transport === 'tls' ? { transport, tls } : { transport };
  const surroundings = { clock: systemClock, random: systemRandom, network: systemNetwork, media: udpMediaNetwork };
  const made = await new SipPhone(
    { ...surroundings, ...by, address, port: 0, mediaPort: await freeUdpPorts(20) },
    script,
  ).open();
  phones.push(made);
  return made;
}

beforeEach(async () => {
  phones = [];
  changes = [];
  directory = new MemorySipDirectory(systemClock);
  backend = await phone({ answersAfterMs: 0 });
  front = await startFront();
});

afterEach(async () => {
  for (const each of phones) await each.close();
  await front.stop();
});

async function startFront(more: Partial<SipFrontSettings> = {}): Promise<SipFront> {
  const surroundings = { clock: systemClock, random: systemRandom, directory };
  const settings = { network: systemNetwork, listen, backend: { host: address, port: backend.port }, ...more };
  const desk = new LegFrontDesk(
    { ...surroundings, front: settings, logger: silentLogger, nodeId: 'node-1' },
    {
      legs: () => [],
      isExpected: () => false,
      bindingChanged: ({ endpointId, state }) => void changes.push(`${endpointId} ${state}`),
    },
  );
  const started = new SipFront({ ...settings, clock: systemClock, logger: silentLogger }, desk);
  await started.start();
  return started;
}

async function call(
  credentials?: { username: string; password: string },
  offer: 'usual' | 'encrypted' | 'none' = 'usual',
  at = { address, port: Number(front.at.split(':')[1]) },
) {
  const caller = await phone();
  const more = credentials ? { credentials } : {};
  return caller.call(at, { from: 'anna', to: '+14155550199', headers: [], offer, ...more });
}

describe('the SIP front before FreeSWITCH', () => {
  it('lets a phone of ours in that proves by digest to be one, and says which; sound and BYE pass', async () => {
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1', algorithms: ['SHA-256', 'MD5'] });
    const far = await call({ username: 'anna', password: 'secret' });
    await realTime.until('it is answered', () => far.answered);
    const [inside] = backend.calls;
    expect(readCaller(inside!.headers['x-hookswitch-caller'])).toMatchObject({
      source: { kind: 'endpoint', id: 'EP-1' },
      trusted: false,
    });
    expect(inside!.headers.authorization).toBeUndefined();
    inside!.speak(700);
    await realTime.until('it hears the other side', () => far.hears(700));
    inside!.hangUp();
    await realTime.until('it is let go', () => far.ended);
  });

  it.each([
    ['a wrong password', { username: 'anna', password: 'guess' }, undefined],
    ['a name that nobody has', { username: 'nobody', password: 'guess' }, undefined],
    ['no credentials', undefined, undefined],
    ['a phone whose sound must be encrypted', { username: 'anna', password: 'secret' }, 'sdes'],
  ] as const)('keeps %s from FreeSWITCH', async (_who, credentials, mediaEncryption) => {
    const encryption = mediaEncryption && { mediaEncryption };
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1', ...encryption });
    const far = await call(credentials);
    await realTime.until('it is refused', () => far.refusedWith !== undefined);
    expect([401, 403, 488]).toContain(far.refusedWith);
    expect(backend.calls).toEqual([]);
  });

  it('lets a phone in whose sound must be encrypted where it is, and says so; one without an offer not', async () => {
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1', mediaEncryption: 'sdes' });
    const credentials = { username: 'anna', password: 'secret' };
    const without = await call(credentials, 'none');
    await realTime.until('it is refused', () => without.refusedWith === 488);
    expect(backend.calls).toEqual([]);
    await call(credentials, 'encrypted');
    await realTime.until('it is let in', () => backend.calls.length > 0);
    expect(readCaller(backend.calls[0]!.headers['x-hookswitch-caller'])).toMatchObject({
      source: { kind: 'endpoint', id: 'EP-1' },
      mustEncrypt: true,
    });
  });

  it('knows a trunk by its address', async () => {
    directory.addTrunk('TK-1', address);
    const far = await call();
    await realTime.until('it is answered', () => far.answered);
    const known = readCaller(backend.calls[0]!.headers['x-hookswitch-caller']);
    expect(known).toMatchObject({ source: { kind: 'trunk', id: 'TK-1' }, trusted: true });
    far.hangUp();
    await realTime.until('FreeSWITCH is told', () => backend.calls[0]!.ended);
  });

  it('keeps where a phone registered, and tells when it has left', async () => {
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1' });
    const at = { address, port: Number(front.at.split(':')[1]) };
    const anna = await phone();
    const leave = anna.register(at, { username: 'anna', password: 'secret' });
    await realTime.until('it is registered', () => changes.length > 0);
    const [binding] = await directory.bindings('EP-1');
    expect(binding).toMatchObject({ node: 'node-1', received: { address, port: anna.port, transport: 'udp' } });
    leave();
    await realTime.until('it has left', () => changes.length > 1);
    expect([changes, await directory.bindings('EP-1')]).toEqual([['EP-1 registered', 'EP-1 unregistered'], []]);
  });

  it('registers nobody with a wrong password', async () => {
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1' });
    const bob = await phone();
    bob.register({ address, port: Number(front.at.split(':')[1]) }, { username: 'anna', password: 'guess' });
    const anna = await phone();
    anna.register({ address, port: Number(front.at.split(':')[1]) }, { username: 'anna', password: 'secret' });
    await realTime.until('the right one is registered', () => changes.length > 0);
    expect((await directory.bindings('EP-1')).map(({ received }) => received.port)).toEqual([anna.port]);
  });
});

describe('a phone behind the edge whose sound must be encrypted', () => {
  it.each(['sdes', 'dtls'] as const)(
    '(%s) is let in where it is, and FreeSWITCH is told that it must be; in the clear or without an offer never',
    async (mediaEncryption) => {
      const port = await freeUdpPorts(1);
      const edge = await statelessEdge('127.0.0.2', { address, port });
      const behindIt = await startFront({ listen: [{ transport: 'udp', address, port }], edges: [edge] });
      directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1', mediaEncryption });
      const dial = (offer: 'usual' | 'encrypted' | 'none') =>
        call({ username: 'anna', password: 'secret' }, offer, { address: edge.host, port: edge.port });
      for (const offer of ['usual', 'none'] as const) {
        const refused = await dial(offer);
        await realTime.until(`it is refused: ${offer}`, () => refused.refusedWith === 488);
      }
      expect(backend.calls).toEqual([]);
      await dial('encrypted');
      await realTime.until('it is let in', () => backend.calls.length > 0);
      expect(readCaller(backend.calls[0]!.headers['x-hookswitch-caller'])).toMatchObject({
        source: { kind: 'endpoint', id: 'EP-1' },
        from: { address },
        mustEncrypt: true,
      });
      await behindIt.stop();
      await edge.close();
    },
  );
});

describe.each(['tcp', 'tls'] as const)('a phone of ours over %s', (transport) => {
  const credentials = { username: 'anna', password: 'secret' };
  const at = () => {
    const own = front.addresses.find((each) => each.startsWith(`${transport}:`))!;
    return { address, port: Number(own.split(':').at(-1)) };
  };

  it('calls, with a message longer than any packet; both are heard, and either side hangs up', async () => {
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1' });
    const anna = await phone({}, transport);
    const long: [string, string] = ['X-Long', 'x'.repeat(8000)];
    const dial = () => anna.call(at(), { from: 'anna', to: '100', headers: [long], offer: 'usual', credentials });
    const first = await dial();
    await realTime.until('it is answered', () => first.answered && backend.calls.length === 1);
    const [inside] = backend.calls;
    expect(readCaller(inside!.headers['x-hookswitch-caller'])?.from.transport).toBe(transport);
    expect(inside!.headers['x-long']).toBe(long[1]);
    inside!.speak(700);
    first.speak(1100);
    await realTime.until('both hear each other', () => first.hears(700) && inside!.hears(1100));
    inside!.hangUp();
    await realTime.until('it is let go', () => first.ended);
    const second = await dial();
    await realTime.until('it is answered', () => second.answered && backend.calls.length === 2);
    second.hangUp();
    await realTime.until('FreeSWITCH is told', () => backend.calls[1]!.ended);
  });

  it('registers, and is called on its connection', async () => {
    directory.addUser('anna', 'secret', { kind: 'endpoint', id: 'EP-1' });
    const anna = await phone({ rings: true, answersAfterMs: 50 }, transport);
    anna.register(at(), credentials);
    await realTime.until('it is registered', () => changes.length > 0);
    const [{ received }] = (await directory.bindings('EP-1')) as [Binding];
    expect(received.transport).toBe(transport);
    const way = front.wayTo(`sip:${received.address}:${received.port};transport=${transport}`, { inside: false })!;
    const server = { address, port: Number(front.at.split(':')[1]) };
    const headers: [string, string][] = [['X-Hookswitch-Way', way]];
    const leg = await backend.call(server, { from: '100', to: 'anna', headers, offer: 'usual' });
    await realTime.until('it is answered', () => leg.answered && anna.calls.length === 1);
    expect(anna.calls[0]!.headers['x-hookswitch-way']).toBeUndefined();
    anna.calls[0]!.speak(700);
    await realTime.until('it is heard', () => leg.hears(700));
    leg.hangUp();
    await realTime.until('it is let go', () => anna.calls[0]!.ended);
  });

  it('that cannot be reached is told so at once', async () => {
    const server = { address, port: Number(front.at.split(':')[1]) };
    const headers: [string, string][] = [['X-Hookswitch-Way', `<sip:127.0.0.1:9;transport=${transport}>`]];
    const leg = await backend.call(server, { from: '100', to: 'anna', headers, offer: 'usual' });
    await realTime.until('it is refused', () => leg.refusedWith === 503);
  });
});
