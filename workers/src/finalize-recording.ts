import type { WorkerFeatures } from './features.js';
import type { QueueJobs } from './queues.js';

/** Makes the files of one recording. */
export function finalizeRecording(features: Pick<WorkerFeatures, 'finalizeRecording'>) {
  return async ({ recordingId }: QueueJobs['finalize-recording']): Promise<void> => {
    await features.finalizeRecording(recordingId);
  };
}
