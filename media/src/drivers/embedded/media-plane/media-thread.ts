import { BaseError } from '@hookswitch/kernel/base-error';
import { systemRandom } from '@hookswitch/kernel/random';
import { cpuTimeMs, monotonicClock, serveThread } from '../../../net/media-thread.js';
import { udpMediaNetwork } from '../../../net/udp-media-socket.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import type { MediaPlaneEvents } from './media-plane.js';
import type { CommandMessage, ThreadMessage, ThreadStart } from './media-thread-protocol.js';

/** The inside of `createThreadedMediaPlane`: an in-process plane on real sockets and the real clock, spoken to by messages. */
serveThread<ThreadStart, CommandMessage, ThreadMessage>(({ settings }, post) => {
  const plane = createInProcessMediaPlane(settings, {
    clock: monotonicClock,
    random: systemRandom,
    network: udpMediaNetwork,
    cpuMs: cpuTimeMs,
  });
  const names: (keyof MediaPlaneEvents)[] = ['digit', 'mediaLost', 'sendFailed'];
  for (const name of names) plane.events.on(name, (...values) => post({ kind: 'event', name, values }));
  return ({ id, command, arguments: values }) => {
    const run = plane[command] as (...values: readonly unknown[]) => unknown;
    Promise.resolve()
      .then(() => run.apply(plane, [...values]))
      .then(
        (value) => {
          if (id !== 0) post({ kind: 'answer', id, value });
        },
        (error: unknown) => {
          if (id === 0) {
            // Nobody waits for an answer: whoever owns the leg learns of it all the same.
            post({ kind: 'event', name: 'sendFailed', values: [values[0], 'internal-error'] });
            return;
          }
          const code = error instanceof BaseError ? error.code : undefined;
          const message = error instanceof Error ? error.message : String(error);
          post({ kind: 'failure', id, failure: { code, message } });
        },
      );
  };
});
