import type { WorkerFeatures } from './features.js';
import type { QueueJobs } from './queues.js';

/** Relays the events of the calls it names. */
export function relayOutbox(features: Pick<WorkerFeatures, 'relayOutbox'>) {
  return async ({ callIds }: QueueJobs['relay-outbox']): Promise<void> => {
    await features.relayOutbox(callIds.split(' ').filter((callId) => callId !== ''));
  };
}
