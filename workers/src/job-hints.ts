import type { JobQueue } from '@hookswitch/kernel/job-queue';
import type { Logger } from '@hookswitch/kernel/logger';
import type { QueueJobs, QueueName } from './queues.js';

/** Several things that fall due within so long wake a destination once. */
const bucketMs = 250;

/** The hints features give to the workers. None throws or keeps anyone waiting: a hint that was lost is made up for by the sweep. */
export interface JobHints {
  /** For `OutboxHints` in a process without the workers role. Rejects where the queue cannot be reached. */
  relayOutbox(source: string, ids: readonly string[]): Promise<void>;
  /** For `WebhookDeps.wakeLater`. */
  deliverWebhook(lane: string, accountId: string, delayMs: number): void;
  /** For `RecordingDeps.onCaptured`. */
  finalizeRecording(recordingId: string): void;
}

/** Hints by way of the job queue. `now` is the time in milliseconds since the epoch. */
export function jobHints(jobs: JobQueue, now: () => number, logger: Logger): JobHints {
  const hint = <Name extends QueueName>(queue: Name, payload: QueueJobs[Name], jobId: string, delayMs = 0) => {
    jobs.add(queue, payload, { jobId, delayMs }).catch((error: unknown) => {
      logger.warn({ err: error, queue }, 'a hint was lost; the sweep makes up for it');
    });
  };
  return {
    relayOutbox: (source, ids) => jobs.add('relay-outbox', { type: 'outbox.relay.v2', source, ids: ids.join(' ') }),
    deliverWebhook: (lane, accountId, delayMs) => {
      const bucket = Math.ceil((now() + delayMs) / bucketMs);
      hint(
        'deliver-webhook',
        { type: 'webhook.deliver.v1', lane, accountId },
        `${lane}/${bucket}`,
        bucket * bucketMs - now(),
      );
    },
    finalizeRecording: (recordingId) => {
      hint('finalize-recording', { type: 'recording.finalize.v1', recordingId }, recordingId);
    },
  };
}
