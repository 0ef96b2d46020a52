/**
 * What happened in one call, in order: every webhook exchange, verb, SIP message and error. For the developer, off the critical path: entries are
 * written in batches and a lost batch loses no call.
 */
export interface TimelineWriter {
  add(entry: NewTimelineEntry): void;
  /** Writes what waits. For shutdown and tests. */
  flush(): Promise<void>;
}

export interface NewTimelineEntry {
  readonly accountId: string;
  readonly callId: string;
  readonly kind: 'sip' | 'request' | 'verb' | 'flow' | 'digit' | 'event' | 'error' | 'update';
  /** One line a person understands: `POST https://… → 200 in 34 ms`. */
  readonly summary: string;
  /** Bodies are cut at 8 KB; secrets never stand here. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface TimelineEntry extends NewTimelineEntry {
  /** Sorts by time, and among entries of one process and millisecond by order. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Where timelines are kept. Entries are never changed, and forgotten after a while. */
export interface TimelineStore {
  append(entries: readonly TimelineEntry[]): Promise<void>;
  /** A call's entries in order, those after the id `after`. */
  list(
    accountId: string,
    callId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<readonly TimelineEntry[]>;
}
