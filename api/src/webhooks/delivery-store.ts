import type { Attempt, Delivery, Settlement } from './delivery.js';

/**
 * Where deliveries and their attempts are kept. It refuses to know when something should be tried.
 *
 * What must hold: a delivery is inserted once, however often it is tried; of two claims of one delivery at most one succeeds until the first lease is
 * over; a settlement under a claim that was lost changes nothing but still keeps its attempt.
 */
export interface DeliveryStore {
  /** Stores those that are not there yet. Resolves to the ids of those that it stored. */
  insertNew(deliveries: readonly Delivery[]): Promise<ReadonlySet<string>>;
  /** Pending deliveries of that lane whose time has come, the longest overdue first. */
  due(lane: string, now: number, limit: number): Promise<readonly Delivery[]>;
  /** Deliveries about those subjects that have not been tried at all. With `lane`, of that lane only. */
  untried(subjectIds: readonly string[], lane?: string): Promise<readonly Untried[]>;
  /** Takes those whose time has come, until `leaseUntil`. Resolves to those that it got. */
  claim(ids: readonly string[], claim: string, now: number, leaseUntil: number): Promise<readonly Delivery[]>;
  /** Gives claimed ones back, to be tried at `at`. */
  release(ids: readonly string[], claim: string, at: number): Promise<void>;
  /** Writes what attempts came to. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** Makes deliveries due at `now` whatever they were, inserting those that are not there. */
  restart(deliveries: readonly Delivery[], now: number): Promise<void>;
  /** Those that exist, in no order. */
  getMany(ids: readonly string[]): Promise<readonly Delivery[]>;
  /** Gives up all that is pending in a lane. */
  abandon(lane: string): Promise<void>;
  /** Lanes with something due since before `dueBefore`. */
  dueLanes(dueBefore: number, limit: number): Promise<readonly DueLane[]>;
  /** Newest first, those before the attempt id `before`. */
  attempts(
    accountId: string,
    filter: AttemptFilter,
    page: { limit: number; before?: string | undefined },
  ): Promise<readonly Attempt[]>;
  attempt(accountId: string, attemptId: string): Promise<Attempt | undefined>;
  /** Removes attempts older than `before`, and deliveries as old that are not pending. Resolves to how many documents. */
  removeBefore(before: number): Promise<number>;
}

export type Untried = Pick<Delivery, 'id' | 'lane'> & { readonly subjectId: string; readonly sequence: number };

export interface DueLane {
  readonly lane: string;
  readonly accountId: string;
}

export interface AttemptFilter {
  readonly endpointId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly status?: Attempt['status'] | undefined;
}
