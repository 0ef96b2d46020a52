import { resolve, sep } from 'node:path';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { cpuTimeMs, monotonicClock } from '../../../../net/media-thread.js';
import { udpMediaNetwork } from '../../../../net/udp-media-socket.js';
import { listenOnUnixSocket } from '../../../../net/unix-socket.js';
import type { CaptureStore } from '../capture-store.js';
import { createInProcessMediaPlane } from '../in-process-media-plane.js';
import type { MediaPlaneGauges, MediaPlaneSettings } from '../media-plane.js';
import { nodeCaptureStore } from '../node-capture-store.js';
import { PlaneKeeper } from '../plane-keeper.js';
import { ControlConnection } from './control-connection.js';

export interface MediaPlaneServerSettings {
  /** Where its control connects: a Unix socket. */
  readonly path: string;
  readonly plane: Partial<MediaPlaneSettings>;
  /** How long legs stay open without a control, milliseconds. */
  readonly orphanMs: number;
  /** Recordings are written below it, and nowhere else. */
  readonly captureFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A media plane in its own process: real sockets, spoken to over a Unix socket by one node at a time. */
export interface MediaPlaneServer {
  /** The node that controls it; undefined while none does. */
  readonly nodeId: string | undefined;
  /** Legs that wait for a control to take them over. */
  readonly orphans: number;
  gauges(): MediaPlaneGauges;
  /** Opens no leg from now on, and resolves once none is open, or `waitMs` are over. */
  drain(waitMs: number): Promise<void>;
  /** Closes everything that is open, finishes recordings, removes the socket. */
  stop(): Promise<void>;
}

/** How often it is looked whether a drain is over, milliseconds. */
const drainLookMs = 100;

/** Starts it. Rejects with `ListenError` where the socket cannot be had. */
export async function startMediaPlaneServer(settings: MediaPlaneServerSettings): Promise<MediaPlaneServer> {
  const { clock, logger } = settings;
  const plane = createInProcessMediaPlane(settings.plane, {
    clock: monotonicClock,
    random: systemRandom,
    network: udpMediaNetwork,
    captures: capturesBelow(settings.captureFolder),
    cpuMs: cpuTimeMs,
  });
  const keeper = new PlaneKeeper(plane, { clock, logger, orphanMs: settings.orphanMs });
  const server = await listenOnUnixSocket(
    settings.path,
    (connection) => new ControlConnection(connection, { keeper, clock, logger }),
  );
  return {
    get nodeId() {
      return keeper.nodeId;
    },
    get orphans() {
      return keeper.orphans;
    },
    gauges: () => plane.gauges(),
    async drain(waitMs) {
      keeper.refuseNew();
      const until = clock.monotonic() + waitMs;
      while (plane.gauges().legs > 0 && clock.monotonic() < until) {
        await new Promise<void>((done) => clock.after(drainLookMs, done));
      }
    },
    async stop() {
      keeper.refuseNew();
      await keeper.stop();
      void server.close();
    },
  };
}

/** Recordings on the local disk, below one folder: whoever speaks to us says where. */
function capturesBelow(folder: string): CaptureStore {
  const inside = `${resolve(folder)}${sep}`;
  const checked = (path: string) => {
    if (!resolve(path).startsWith(inside)) throw new Error(`${path} is not below ${folder}.`);
    return path;
  };
  return {
    create: async (path) => nodeCaptureStore.create(checked(path)),
    writeText: async (path, text) => nodeCaptureStore.writeText(checked(path), text),
  };
}
