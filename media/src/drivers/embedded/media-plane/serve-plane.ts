import { BaseError } from '@hookswitch/kernel/base-error';
import type { MediaPlane } from './media-plane.js';
import type { CommandMessage, PlaneEvent, PlaneFailure, PlaneMessage } from './plane-messages.js';

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
          // Where nobody waits for an answer, whoever owns the leg learns of it all the same.
          if (id !== 0) post({ kind: 'failure', id, failure: failureOf(error) });
          else if (command === 'open') post({ kind: 'unopened', legId: String(values[0]), failure: failureOf(error) });
          else post({ kind: 'event', name: 'sendFailed', values: [values[0], 'internal-error'] });
        },
      );
  };
}

function failureOf(error: unknown): PlaneFailure {
  return {
    code: error instanceof BaseError ? error.code : undefined,
    message: error instanceof Error ? error.message : String(error),
  };
}
