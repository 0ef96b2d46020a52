import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, pause, systemClock } from '@hookswitch/kernel/clock';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { udpMediaNetwork } from '../../../net/udp-media-socket.js';
import { VirtualNetwork } from '../../../net/virtual-network.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import type { MediaNetwork } from './media-network.js';
import type { Listening, MediaPlane, MediaPlaneSettings } from './media-plane.js';
import { MemoryCaptureStore } from './memory-capture-store.js';
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

/** Legs that all hear each other. */
export function together(...legIds: readonly string[]): Listening[] {
  return legIds.map((legId) => ({ legId, hears: legIds.filter((other) => other !== legId) }));
}

/** The simulation's plane, in a world of memory. */
export async function inProcessPlane(settings: Partial<MediaPlaneSettings>): Promise<PlaneUnderTest> {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const network = new VirtualNetwork(clock, random, { delayMs: 3, jitterMs: 0, loss: 0, duplicate: 0 });
  const captures = new MemoryCaptureStore();
  const plane = createInProcessMediaPlane(settings, { clock, random, network, captures });
  return {
    plane,
    clock,
    network,
    planeAddress: '10.0.0.1',
    phoneAddress: '10.0.0.2',
    phonePort: 4000,
    slackMs: 40,
    elapse: (ms) => clock.advanceAsync(ms),
    path: (name) => (name.includes('no/such') ? 'unwritable' : name),
    read: async (path) => captures.files.get(path)!,
    close: () => plane.stop(),
  };
}

/** The production plane, on loopback. */
export async function threadedPlane(settings: Partial<MediaPlaneSettings>): Promise<PlaneUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'media-plane-'));
  const plane = createThreadedMediaPlane({ ...settings, portLow: 21_000, portHigh: 21_999 });
  return {
    plane,
    clock: systemClock,
    network: udpMediaNetwork,
    planeAddress: '127.0.0.1',
    phoneAddress: '127.0.0.1',
    phonePort: 22_000,
    slackMs: 550,
    elapse: (ms) => pause(systemClock, ms),
    path: (name) => join(folder, name),
    read: (path) => readFile(path),
    async close() {
      await plane.stop();
      await rm(folder, { recursive: true });
    },
  };
}
