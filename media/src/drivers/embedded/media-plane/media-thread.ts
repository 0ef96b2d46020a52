import { systemRandom } from '@hookswitch/kernel/random';
import { cpuTimeMs, monotonicClock, serveThread } from '../../../net/media-thread.js';
import { udpMediaNetwork } from '../../../net/udp-media-socket.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import type { CommandMessage, PlaneMessage, ThreadStart } from './plane-messages.js';
import { servePlane } from './serve-plane.js';

/** The inside of `createThreadedMediaPlane`: an in-process plane on real sockets and the real clock, spoken to by messages. */
serveThread<ThreadStart, CommandMessage, PlaneMessage>(({ settings }, post) =>
  servePlane(
    createInProcessMediaPlane(settings, {
      clock: monotonicClock,
      random: systemRandom,
      network: udpMediaNetwork,
      cpuMs: cpuTimeMs,
    }),
    post,
  ),
);
