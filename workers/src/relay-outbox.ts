import type { WorkerFeatures } from './features.js';
import type { QueueJobs } from './queues.js';

/** Relays the events of the documents it names. */
export function relayOutbox(features: Pick<WorkerFeatures, 'relayOutbox'>) {
  return async ({ source, ids }: QueueJobs['relay-outbox']): Promise<void> => {
    await features.relayOutbox(
      source,
      ids.split(' ').filter((id) => id !== ''),
    );
  };
}
