import type { Logger } from '@hookswitch/kernel/logger';
import type { WorkerFeatures } from './features.js';

/** Of each source of events. */
const mostDocuments = 500;
const mostRecordings = 100;

/** Does, or queues again, what lost jobs would have done: the stores know what is to do, jobs are only hints. */
export function sweep(
  features: WorkerFeatures,
  addFinalizeRecording: (recordingId: string) => Promise<void>,
  logger: Logger,
) {
  return async (): Promise<void> => {
    const results = await Promise.allSettled([
      features.sweepOutboxes(mostDocuments),
      features.sweepDeliveries(),
      features
        .unfinishedRecordings(mostRecordings)
        .then((recordingIds) => Promise.all(recordingIds.map((id) => addFinalizeRecording(id)))),
    ]);
    for (const result of results) {
      if (result.status === 'rejected')
        logger.warn({ err: result.reason }, 'a part of the sweep failed; the next one tries again');
    }
  };
}
