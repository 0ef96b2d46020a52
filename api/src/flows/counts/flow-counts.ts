/** One thing that happened in a node. */
export interface FlowCount {
  readonly accountId: string;
  readonly flowId: string;
  readonly version: string;
  readonly node: string;
  /** The exit it was left by: `next`, `key 1`; undefined for having been entered. */
  readonly exit?: string;
  /** Milliseconds since the epoch. Counted in the hour it lies in. */
  readonly at: number;
  /** How often; 1 when left away. */
  readonly times?: number;
}

export interface FlowCountsQuery {
  readonly accountId: string;
  readonly flowId: string;
  /** All versions together when left away. */
  readonly version?: string | undefined;
  /** Hours that begin at or after `from` and before `to`, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** What happened in a node, added up. */
export interface NodeCount {
  readonly node: string;
  readonly entered: number;
  readonly exits: Readonly<Record<string, number>>;
}

/**
 * How often nodes were entered and by which exits they were left, added up by hour (UTC), node and exit.
 *
 * What must hold: counts that are added at the same time by many processes are all there afterwards; an account sees its own. A batch that fails may be there in part.
 */
export interface FlowCounts {
  /** Adds many at once; those of one hour, node and exit are one write. */
  add(counts: readonly FlowCount[]): Promise<void>;
  /** Most often entered first. */
  read(query: FlowCountsQuery): Promise<readonly NodeCount[]>;
  /** Forgets a flow that was deleted. */
  forget(accountId: string, flowId: string): Promise<void>;
}
