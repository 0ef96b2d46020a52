/** How a node's registration at a trunk's carrier stands. */
export interface TrunkRegistrationReport {
  readonly trunkId: string;
  readonly nodeId: string;
  readonly state: 'registered' | 'failed' | 'unregistered';
  /** Since when, milliseconds since the epoch. */
  readonly since: number;
  /** Why it failed. */
  readonly detail?: string;
  /** IP address of the carrier's server that took it. */
  readonly server?: string;
}

/** How long a report counts, milliseconds. Nodes repeat theirs well before. */
export const reportKeptMs = 30_000;

/**
 * How our registrations at carriers stand, told by the nodes that keep them and read by every process. A report is a lease: it is gone `reportKeptMs` after it was saved last,
 * so that a dead node's carrier does not look registered.
 *
 * What must hold: `save` replaces the same node's report on the same trunk; `list` gives only reports that count, by node id.
 */
export interface TrunkRegistrationStore {
  save(reports: readonly TrunkRegistrationReport[]): Promise<void>;
  list(trunkId: string): Promise<readonly TrunkRegistrationReport[]>;
}
