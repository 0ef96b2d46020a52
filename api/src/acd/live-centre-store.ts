import type { LiveAgent, LiveKind, LiveRecord, Offer, QueueEntry } from './live-records.js';

/**
 * Where the live state of contact centres stands, shared by all processes: an account's live agents, queue entries and offers. It refuses to know what
 * they mean.
 *
 * What must hold:
 * - `commit` is one atomic step over all its writes: each is on the record's latest revision, or nothing is stored. Losing is normal: read again and decide anew.
 * - Commits of one account are numbered without gaps, in the order in which they took effect. Every subscriber sees each once, in that order; one that
 *   missed some is told to load again (`reload`) instead.
 * - What `load` returns is as of its `sequence`; changes after it come with the next numbers.
 * - After the store lost everything (a restarted Redis without its data) the sequence starts anew and subscribers are told to `reload`: owners put their records back.
 */
export interface LiveCentreStore {
  load(accountId: string): Promise<LiveCentre>;
  get<Kind extends LiveKind>(accountId: string, kind: Kind, id: string): Promise<RecordOf<Kind> | undefined>;
  commit(accountId: string, writes: readonly LiveWrite[]): Promise<CommitResult>;
  /** Tells changes of that account, until the function that is returned is called. A listener must not throw. */
  subscribe(accountId: string, listener: LiveListener): Promise<() => Promise<void>>;
}

export type RecordOf<Kind extends LiveKind> = Extract<LiveRecord, { kind: Kind }>;

/** Everything live of one account. */
export interface LiveCentre {
  readonly sequence: number;
  readonly agents: readonly LiveAgent[];
  readonly entries: readonly QueueEntry[];
  readonly offers: readonly Offer[];
}

export type LiveWrite =
  /** Stores the record with its revision raised by one, if the stored one still has the revision given (0: if there is none). */
  | { readonly put: LiveRecord }
  /** Removes it if it still has that revision. */
  | { readonly remove: { readonly kind: LiveKind; readonly id: string; readonly revision: number } };

export type CommitResult = { readonly committed: true; readonly sequence: number } | { readonly committed: false };

export interface LiveListener {
  changed(change: LiveChange): void;
  /** Changes were missed, or the store lost its data: load again. */
  reload(): void;
}

/** One commit, as subscribers see it. */
export interface LiveChange {
  readonly accountId: string;
  readonly sequence: number;
  /** The records as they are now; `record` undefined: removed. */
  readonly records: readonly { readonly kind: LiveKind; readonly id: string; readonly record?: LiveRecord }[];
}
