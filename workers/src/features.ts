/** What the workers ask of the features; each is one method of a feature's public face. Everything may run twice, and twice at once. */
export interface WorkerFeatures {
  /** Moves the events of those calls on (`OutboxRelay.relay`). */
  relayOutbox(callIds: readonly string[]): Promise<void>;
  /** Calls with events that wait (`CallStore.withPendingEvents`). */
  callsWithPendingEvents(limit: number): Promise<readonly { readonly callId: string }[]>;
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
