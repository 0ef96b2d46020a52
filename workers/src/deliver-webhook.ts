import type { WorkerFeatures } from './features.js';
import type { QueueJobs } from './queues.js';

/** Sends what is due to one destination. */
export function deliverWebhook(features: Pick<WorkerFeatures, 'deliverDue'>) {
  return async ({ lane, accountId }: QueueJobs['deliver-webhook']): Promise<void> => {
    await features.deliverDue(lane, accountId);
  };
}
