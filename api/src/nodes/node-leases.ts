import type { RelayHealth } from '@hookswitch/media/port/media-relay';

/**
 * Which nodes live, and what they say of themselves. A node lives as long as it renews its lease; nothing it said outlives that.
 */
export interface NodeLeases {
  /** Takes or prolongs the lease of that node by `ttlMs` from now, and tells how it is. */
  renew(nodeId: string, ttlMs: number, report: NodeReport): Promise<void>;
  /** Gives the lease up at once. */
  release(nodeId: string): Promise<void>;
  /** The nodes whose lease runs. */
  alive(): Promise<readonly NodeState[]>;
}

/** A node's concurrent calls by account and by trunk. */
export interface CallCounts {
  readonly total: number;
  readonly accounts: Readonly<Record<string, number>>;
  readonly trunks: Readonly<Record<string, number>>;
}

export interface NodeState extends NodeReport {
  readonly nodeId: string;
}

/** What a node says of itself with each renewal. */
export interface NodeReport {
  readonly counts: CallCounts;
  /** How calls reach it, and whether it has room: from when its engine listens until it stops. Absent of processes without an engine. */
  readonly media?: MediaNodeReport;
}

export interface MediaNodeReport {
  /** Where its SIP is reached from inside the installation, as `udp:10.0.0.5:5060`; the one to use first. */
  readonly sip: readonly string[];
  /** Calls it carries at most. */
  readonly maxCalls: number;
  /** How late its last heartbeat was, milliseconds: the event loop is late by as much. */
  readonly lagMs: number;
  /** Part of the time since its last heartbeat in which its event loop worked, 0 to 1. */
  readonly busy: number;
  /** The media relays that it uses; absent where it uses none. */
  readonly relays?: readonly RelayHealth[];
  /** While it refuses new calls. */
  readonly drain?: NodeDrainReport;
  readonly version: string;
  /** Times of the node's clock, milliseconds since 1970. */
  readonly startedAt: number;
  readonly reportedAt: number;
}

export interface NodeDrainReport {
  readonly since: number;
  /** When calls that are still up are ended; absent where they may take their time. */
  readonly until?: number;
  /** Whether the process stops once no call is left. */
  readonly stops: boolean;
}
