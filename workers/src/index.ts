import type { Clock } from '@hookswitch/kernel/clock';
import type { JobPayload, JobQueue } from '@hookswitch/kernel/job-queue';
import type { Logger } from '@hookswitch/kernel/logger';
import { deliverWebhook } from './deliver-webhook.js';
import { expireLostCalls } from './expire-lost-calls.js';
import type { WorkerFeatures } from './features.js';
import { finalizeRecording } from './finalize-recording.js';
import { prune } from './prune.js';
import { concurrency, periods, type QueueJobs, type QueueName } from './queues.js';
import { relayOutbox } from './relay-outbox.js';
import { sweep } from './sweep.js';

export type { WorkerFeatures } from './features.js';
export { type JobHints, jobHints } from './job-hints.js';
export { concurrency, periods, type QueueJobs, type QueueName } from './queues.js';

export interface Workers {
  /** Stops looking for work. The job queue itself is closed by whoever made it, which waits for jobs under way. */
  stop(): void;
}

/**
 * Works on every queue, and looks regularly for what nobody hinted at. Close in this order: `stop()`, the job queue, the features.
 */
export function startWorkers(
  features: WorkerFeatures,
  jobs: JobQueue,
  deps: { clock: Clock; logger: Logger; periodsMs?: Partial<Record<keyof typeof periods, number>> },
): Workers {
  const { clock, logger } = deps;
  const addFinalizeRecording = (recordingId: string) =>
    jobs.add('finalize-recording', { type: 'recording.finalize.v1', recordingId }, { jobId: recordingId });
  const handlers: { [Name in QueueName]: (payload: QueueJobs[Name]) => Promise<void> } = {
    'relay-outbox': relayOutbox(features),
    'deliver-webhook': deliverWebhook(features),
    'finalize-recording': finalizeRecording(features),
    'expire-lost-calls': expireLostCalls(features),
    sweep: sweep(features, addFinalizeRecording, logger),
    prune: prune(features, logger),
  };
  for (const name of Object.keys(handlers) as QueueName[]) {
    const handler = handlers[name] as (payload: JobPayload) => Promise<void>;
    jobs.process(name, concurrency[name], handler);
  }

  const regular: { name: keyof typeof periods; payload: JobPayload }[] = [
    { name: 'expire-lost-calls', payload: { type: 'calls.expire.v1' } },
    { name: 'sweep', payload: { type: 'sweep.v1' } },
    { name: 'prune', payload: { type: 'prune.v1' } },
  ];
  const cancels = regular.map(({ name, payload }) => {
    let cancel = () => {};
    const again = () => {
      jobs.add(name, payload, { jobId: 'regular', attempts: 1 }).catch((error: unknown) => {
        logger.warn({ err: error, queue: name }, 'regular work could not be queued; the next turn tries again');
      });
      cancel = clock.after(deps.periodsMs?.[name] ?? periods[name], again);
    };
    again();
    return () => cancel();
  });
  return {
    stop: () => {
      for (const cancel of cancels) cancel();
    },
  };
}
