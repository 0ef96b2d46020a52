import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, pause, systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { udpMediaNetwork } from '../../../net/udp-media-socket.js';
import { VirtualNetwork } from '../../../net/virtual-network.js';
import { inMemoryControl } from './in-memory-control.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import type { MediaNetwork } from './media-network.js';
import type { Listening, MediaPlane, MediaPlaneSettings } from './media-plane.js';
import { MemoryCaptureStore } from './memory-capture-store.js';
import { PlaneKeeper } from './plane-keeper.js';
import { MediaProcess } from './process/media-process.fixture.js';
import { createThreadedMediaPlane } from './threaded-media-plane.js';

/** A plane to be tested and the world around it. */
export interface PlaneUnderTest {
  readonly plane: MediaPlane;
  readonly clock: Clock;
  readonly network: MediaNetwork;
  readonly planeAddress: string;
  readonly phoneAddress: string;
  /** The first of a range of free even ports for phones. */
  readonly phonePort: number;
  /** How far lengths measured by the clock may be off, milliseconds: a busy machine's real clock is no virtual one. */
  readonly slackMs: number;
  /** Lets so much time go by. */
  elapse(ms: number): Promise<void>;
  /** Where a recording may be written, and what was. */
  path(name: string): string;
  read(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A plane that outlives who controls it. */
export interface KeptPlaneUnderTest extends PlaneUnderTest {
  /** Its control dies without a word. Resolves once the plane has seen that. */
  abandon(): Promise<void>;
  /** The plane as another process has it, of the same node unless another is named. Rejects as that process is refused. */
  control(nodeId?: string): Promise<MediaPlane>;
  /** Processes that were told that another one took their place. */
  readonly replaced: number;
}

/** How long planes under test keep legs without a control, milliseconds. */
export const orphanMs = 4_000;

/** Where planes and phones on loopback have their ports, in the contract of all planes. */
const loopbackPorts = 21_000;

/** Legs that all hear each other. */
export function together(...legIds: readonly string[]): Listening[] {
  return legIds.map((legId) => ({ legId, hears: legIds.filter((other) => other !== legId) }));
}

/** The simulation's plane, in a world of memory. */
export async function inProcessPlane(settings: Partial<MediaPlaneSettings>): Promise<PlaneUnderTest> {
  const { plane, ...world } = memoryWorld(settings);
  return { plane, ...world, close: () => plane.stop() };
}

/** The same, kept for one control after another. */
export async function keptPlane(settings: Partial<MediaPlaneSettings>): Promise<KeptPlaneUnderTest> {
  const { plane, ...world } = memoryWorld(settings);
  const keeper = new PlaneKeeper(plane, { clock: world.clock, logger: silentLogger, orphanMs });
  let replaced = 0;
  const come = (nodeId?: string) => inMemoryControl(keeper, nodeId, () => replaced++);
  let now = come();
  return {
    plane: now.plane,
    ...world,
    abandon: async () => now.abandon(),
    async control(nodeId) {
      now = come(nodeId);
      return now.plane;
    },
    get replaced() {
      return replaced;
    },
    close: () => keeper.stop(),
  };
}

function memoryWorld(settings: Partial<MediaPlaneSettings>) {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const network = new VirtualNetwork(clock, random, { delayMs: 3, jitterMs: 0, loss: 0, duplicate: 0 });
  const captures = new MemoryCaptureStore();
  return {
    plane: createInProcessMediaPlane(settings, { clock, random, network, captures }),
    clock,
    network,
    planeAddress: '10.0.0.1',
    phoneAddress: '10.0.0.2',
    phonePort: 4000,
    slackMs: 40,
    elapse: (ms: number) => clock.advanceAsync(ms),
    path: (name: string) => (name.includes('no/such') ? 'unwritable' : name),
    read: async (path: string) => captures.files.get(path)!,
  };
}

/** The plane of a node that has its sound in a worker thread, on loopback. */
export async function threadedPlane(settings: Partial<MediaPlaneSettings>): Promise<PlaneUnderTest> {
  const world = await loopbackWorld(loopbackPorts);
  const plane = createThreadedMediaPlane({ ...settings, portLow: loopbackPorts, portHigh: loopbackPorts + 499 });
  return {
    plane,
    ...world,
    async close() {
      await plane.stop();
      await world.close();
    },
  };
}

/** The plane of a node that has its sound in a process of its own, on loopback. `firstPort`: of 1,000 that no other file uses. */
export async function processPlane(
  settings: Partial<MediaPlaneSettings>,
  firstPort = loopbackPorts,
): Promise<KeptPlaneUnderTest> {
  const world = await loopbackWorld(firstPort);
  const ports = { portLow: firstPort, portHigh: firstPort + 499 };
  const media = await MediaProcess.start(world.path(''), { ...settings, ...ports }, orphanMs);
  let now = media.control();
  return {
    plane: now.plane,
    ...world,
    async abandon() {
      now.abandon();
      while (await media.isControlled()) await pause(systemClock, 5);
    },
    async control(nodeId) {
      const next = media.control(nodeId);
      await next.link.connect();
      const refusal = next.plane.whyNot();
      if (refusal !== undefined) {
        next.abandon();
        throw new Error(refusal);
      }
      now = next;
      return now.plane;
    },
    get replaced() {
      return media.replaced;
    },
    async close() {
      await now.plane.stop();
      await media.stop();
      await world.close();
    },
  };
}

async function loopbackWorld(firstPort: number) {
  const folder = await mkdtemp(join(tmpdir(), 'media-plane-'));
  return {
    clock: systemClock,
    network: udpMediaNetwork,
    planeAddress: '127.0.0.1',
    phoneAddress: '127.0.0.1',
    phonePort: firstPort + 500,
    slackMs: 550,
    elapse: (ms: number) => pause(systemClock, ms),
    path: (name: string) => join(folder, name),
    read: (path: string) => readFile(path),
    close: () => rm(folder, { recursive: true }),
  };
}
