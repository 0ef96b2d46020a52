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
 * - After the store lost everything (a restarted Redis without its data) the sequence starts anew in another epoch and subscribers are told to `reload`: owners put their records back.
 * - Ids are letters, digits, `_` and `-`, 1 to 64 of them; anything else is refused before it comes near a key.
 */
export interface LiveCentreStore {
  load(accountId: string): Promise<LiveCentre>;
  get<Kind extends LiveKind>(accountId: string, kind: Kind, id: string): Promise<RecordOf<Kind> | undefined>;
  commit(accountId: string, writes: readonly LiveWrite[]): Promise<CommitResult>;
  /** The commits after that position, oldest first; undefined where not all of them are kept any more (some thousands are). */
  changesAfter(accountId: string, position: LivePosition): Promise<readonly LiveChange[] | undefined>;
  /** The accounts of which something was ever committed in this epoch. */
  accounts(): Promise<readonly string[]>;
  /** Tells of each account of which something is committed for the first time, until the function that is returned is called. After a lost connection: read `accounts` again. */
  subscribeAccounts(listener: (accountId: string) => void): Promise<() => Promise<void>>;
  /** Tells changes of that account, until the function that is returned is called. A listener must not throw. */
  subscribe(accountId: string, listener: LiveListener): Promise<() => Promise<void>>;
}

export type RecordOf<Kind extends LiveKind> = Extract<LiveRecord, { kind: Kind }>;

/** A point in an account's commits. */
export interface LivePosition {
  /** Names one life of the store's data: another one begins when all was lost. Empty before the first commit. */
  readonly epoch: string;
  /** Of the last commit; 0 before the first. */
  readonly sequence: number;
}

/** Everything live of one account. */
export interface LiveCentre extends LivePosition {
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
export interface LiveChange extends LivePosition {
  readonly accountId: string;
  readonly records: readonly ChangedRecord[];
}

/** The record as it is now; `record` undefined: removed. */
export interface ChangedRecord {
  readonly kind: LiveKind;
  readonly id: string;
  readonly record?: LiveRecord;
}

/** Whether `next` comes right after `last`. */
export function isNext(last: LivePosition, next: LivePosition): boolean {
  if (last.sequence === 0) return next.sequence === 1;
  return next.epoch === last.epoch && next.sequence === last.sequence + 1;
}
