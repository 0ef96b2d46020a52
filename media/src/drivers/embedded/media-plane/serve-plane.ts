import { BaseError } from '@hookswitch/kernel/base-error';
import type { MediaPlane } from './media-plane.js';
import type { CommandMessage, PlaneEvent, PlaneMessage } from './plane-messages.js';

/** The plane's end of what `RemoteMediaPlane` speaks: answers what takes its commands. */
export function servePlane(
  plane: MediaPlane,
  post: (message: PlaneMessage) => void,
): (command: CommandMessage) => void {
  const names: PlaneEvent[] = ['digit', 'mediaLost', 'sendFailed'];
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
}
