import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { type Random, seededRandom, systemRandom } from '@hookswitch/kernel/random';
import { createInProcessMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/in-process-media-plane';
import type { MediaNetwork } from '@hookswitch/media/drivers/embedded/media-plane/media-network';
import type { MediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { PlaneKeeper } from '@hookswitch/media/drivers/embedded/media-plane/plane-keeper';
import { createThreadedMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/threaded-media-plane';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import { MemoryMediaRelay } from '@hookswitch/media/drivers/memory-relay/index';
import type { SipNetwork } from '@hookswitch/media/net/sip-network';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import { udpMediaNetwork } from '@hookswitch/media/net/udp-media-socket';
import { type NetworkConditions, VirtualNetwork } from '@hookswitch/media/net/virtual-network';
import type { MediaRelay } from '@hookswitch/media/port/media-relay';
import type { AudioCodec } from '@hookswitch/media/sip/sdp/audio-negotiation';
import { expect } from 'vitest';
import type { CallWorld, EngineUnderTest } from './call-world.js';
import { engineProcess } from './engine-process.js';
import { realTime } from './real-time.js';
import type { SipFarEnd } from './sip-far-end.js';
import { SipPhone } from './sip-phone.js';
import { virtualTime, whileTimePasses } from './virtual-time.js';

interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: SipNetwork;
  readonly media: MediaNetwork;
  /** Outlives the engine. */
  readonly mediaPlane: MediaPlane;
  /** All media goes through it; it has no session left once the engine stopped. Each engine has a control of its own. */
  readonly mediaRelay?: () => Promise<MediaRelay>;
  readonly time: Pick<CallWorld, 'slackMs' | 'pass' | 'until'>;
  readonly engineAddress: string;
  readonly transport: 'udp' | 'tcp';
  /** What the far ends offer and take. Default PCMU, then PCMA. */
  readonly codecs?: readonly AudioCodec[];
  /** Where the next phone lives. */
  nextAddress(): { address: string; port: number; mediaPort: number };
  /** Lets the engine and the phones close. */
  drain(closing: Promise<unknown>): Promise<void>;
}

const mediaSettings = { mediaLossMs: 1_500, portLow: 34_000, portHigh: 35_999 };

/** The embedded engine and phones on a virtual network and clock, media in the same thread. */
export function virtualEmbeddedEngine(
  conditions: Partial<NetworkConditions> = {},
  transport: 'udp' | 'tcp' = 'udp',
  relayed: 'relayed' | 'direct' = 'direct',
  codecs: readonly AudioCodec[] = ['PCMU', 'PCMA'],
): () => Promise<EngineUnderTest> {
  return () => {
    const clock = new ManualClock();
    const random = seededRandom(11);
    const network = new VirtualNetwork(clock, random);
    network.setConditions(conditions);
    const relay = new MemoryMediaRelay({ network, address: '10.0.9.1', portLow: 30_000, portHigh: 30_999 });
    let last = 1;
    return embeddedEngine({
      clock,
      random,
      network,
      media: network,
      mediaPlane: createInProcessMediaPlane(mediaSettings, { clock, random, network }),
      ...(relayed === 'relayed' ? { mediaRelay: async () => relay.another() } : {}),
      time: virtualTime(clock),
      engineAddress: '10.0.0.1',
      transport,
      codecs,
      nextAddress: () => {
        last += 1;
        return { address: `10.0.0.${last}`, port: 5060, mediaPort: 20_000 };
      },
      drain: (closing) => whileTimePasses(clock, closing),
    });
  };
}

/** The embedded engine and phones on loopback sockets and real time, media in a thread of its own. */
export async function loopbackEmbeddedEngine(): Promise<EngineUnderTest> {
  return embeddedEngine(loopback());
}

/** The same with a real relay in between. */
export async function loopbackEmbeddedEngineBehind(mediaRelay: () => Promise<MediaRelay>): Promise<EngineUnderTest> {
  return embeddedEngine({ ...loopback(), mediaRelay });
}

function loopback(): Surroundings {
  return {
    clock: systemClock,
    random: systemRandom,
    network: systemNetwork,
    media: udpMediaNetwork,
    mediaPlane: withOwnMethods(createThreadedMediaPlane(mediaSettings)),
    time: realTime,
    engineAddress: '127.0.0.1',
    transport: 'udp',
    nextAddress: () => {
      nextMediaPort = nextMediaPort >= lastMediaPort ? firstMediaPort : nextMediaPort + 20;
      return { address: '127.0.0.1', port: 0, mediaPort: nextMediaPort };
    },
    drain: async (closing) => {
      await closing;
    },
  };
}

/** As an object whose methods are its own, which a keeper can hand out. */
function withOwnMethods(plane: MediaPlane): MediaPlane {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(plane)).filter((name) => name !== 'constructor');
  const values = [...names, ...Object.keys(plane)].map((name) => {
    const value: unknown = plane[name as keyof MediaPlane];
    return [name, typeof value === 'function' ? value.bind(plane) : value];
  });
  return Object.fromEntries(values) as MediaPlane;
}

/** Below the ports that the system gives to whoever asks for any (32768 and up), so that none is taken by chance. */
const [firstMediaPort, lastMediaPort] = [10_000, 19_980];
let nextMediaPort = firstMediaPort + (process.pid % 500) * 20;

async function embeddedEngine(around: Surroundings): Promise<EngineUnderTest> {
  const { clock, random, network, media, time, transport, codecs } = around;
  const by = transport === 'tcp' ? ';transport=tcp' : '';
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const directory = new MemorySipDirectory(clock);
  const engineOn = (port: number) => engineProcess({ ...around, directory, keeper, port });
  const keeper = new PlaneKeeper(around.mediaPlane, { clock, logger: silentLogger, orphanMs: 30_000 });
  let alive = await engineOn(0);
  const { engine } = alive;
  const { sip } = await engine.start();
  const engineAt = { address: around.engineAddress, port: Number(sip[0]!.split(':').at(-1)) };
  const phones: SipPhone[] = [];

  async function phone(script = {}): Promise<{ phone: SipPhone; host: string; address: string }> {
    const at = around.nextAddress();
    const made = await new SipPhone(
      { clock, random, network, media, transport, ...(codecs ? { codecs } : {}), ...at },
      script,
    ).open();
    phones.push(made);
    return { phone: made, host: `${at.address}:${made.port}`, address: at.address };
  }

  const world: CallWorld = {
    folder,
    farEndsRepeat: transport === 'udp',
    ...time,
    async placeCall({ from, to, as, headers = {}, replaces, ...how }) {
      const caller = await phone();
      if (as === 'trunk') directory.addTrunk('TK-1', caller.address);
      else directory.removeTrunk(caller.address);
      const named = Object.entries(headers);
      if (replaces) {
        const early = replaces.earlyOnly ? ';early-only' : '';
        named.push(['Replaces', `${(replaces.far as SipFarEnd).replaces}${early}`]);
      }
      if (how.requiresPrack) named.push(['Require', '100rel']);
      const offer = how.withoutOffer ? 'none' : how.withoutCommonCodec ? 'unknown-codec' : 'usual';
      return caller.phone.call(engineAt, { from, to, headers: named, offer });
    },
    replacesOf: ({ far }) => (far as SipFarEnd).replaces,
    async callee(script) {
      const callee = await phone(script);
      return { target: { kind: 'sip', uri: `sip:200@${callee.host}${by}` }, calls: callee.phone.calls };
    },
    async registered(endpointId, script) {
      const made = await phone(script);
      const [host, port] = made.host.split(':');
      await directory.saveBinding(endpointId, {
        contact: `sip:${endpointId}@${made.host}${by}`,
        received: { address: host!, port: Number(port), transport },
        node: 'contract',
        callId: made.host,
        cseq: 1,
        expiresAt: clock.now() + 3_600_000,
      });
      return { target: { kind: 'endpoint', endpointId }, calls: made.phone.calls };
    },
    deadProxy: around.engineAddress === '127.0.0.1' ? `sip:127.0.0.1:${await silentPort()}` : `sip:10.9.9.9:5060${by}`,
    async overloadedProxy() {
      return `sip:${(await phone({ refusesWith: 503 })).host}${by}`;
    },
  };
  return {
    engine,
    world,
    successor: async ({ soundSurvives }) => {
      alive.kill();
      if (!soundSurvives) await around.drain(around.mediaPlane.takeOver([]));
      alive = await engineOn(engineAt.port);
      return alive.engine;
    },
    close: async () => {
      await around.drain(alive.engine.stop(0));
      expect(alive.relay?.sessions ?? 0).toBe(0);
      await around.drain(keeper.stop());
      for (const each of phones) await each.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port where nobody answers. */
function silentPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
