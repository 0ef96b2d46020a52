/** What the workers ask of the features; each is one method of a feature's public face. Everything may run twice, and twice at once. */
export interface WorkerFeatures {
  /** Moves the events of those documents on (`OutboxRelay.relay`). */
  relayOutbox(source: string, ids: readonly string[]): Promise<void>;
  /** Relays what waits although nobody hinted at it, at most `limit` documents of each source (`OutboxRelay.sweep`). */
  sweepOutboxes(limit: number): Promise<void>;
  /** Sends what is due (`Webhooks.deliverDue`). */
  deliverDue(lane: string, accountId: string): Promise<void>;
  /** Finds deliveries without a hint or a worker (`Webhooks.sweep`). */
  sweepDeliveries(): Promise<unknown>;
  /** Makes the files of a recording (`finalizeRecording`). */
  finalizeRecording(recordingId: string): Promise<void>;
  /** Recordings that wait for their files, also those whose owner died (`unfinishedRecordings`). */
  unfinishedRecordings(limit: number): Promise<readonly string[]>;
  /** Closes calls whose owner died. */
  expireLostCalls(): Promise<unknown>;
  /** Removes what is kept for a time only, by name. */
  readonly prune: Readonly<Record<string, () => Promise<unknown>>>;
}
