/** Every queue of background work: what its jobs say (ids, never documents) and how many run at once in one process. */
export interface QueueJobs {
  /** Documents whose events wait on them: the name of their `OutboxSource`, and ids apart by spaces. */
  'relay-outbox': { readonly type: 'outbox.relay.v2'; readonly source: string; readonly ids: string };
  /** Something of that destination is due. */
  'deliver-webhook': { readonly type: 'webhook.deliver.v1'; readonly lane: string; readonly accountId: string };
  'finalize-recording': { readonly type: 'recording.finalize.v1'; readonly recordingId: string };
  'expire-lost-calls': { readonly type: 'calls.expire.v1' };
  sweep: { readonly type: 'sweep.v1' };
  prune: { readonly type: 'prune.v1' };
}

export type QueueName = keyof QueueJobs;

export const concurrency: Readonly<Record<QueueName, number>> = {
  'relay-outbox': 4,
  'deliver-webhook': 8,
  'finalize-recording': 1, // ffmpeg fills a core
  'expire-lost-calls': 1,
  sweep: 1,
  prune: 1,
};

/** How often the work that nobody hints at is looked for, milliseconds. */
export const periods = {
  'expire-lost-calls': 3_000,
  sweep: 10_000,
  prune: 3_600_000,
} as const satisfies Partial<Record<QueueName, number>>;
