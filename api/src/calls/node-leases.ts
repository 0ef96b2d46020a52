import type { CallCounts } from './call-admission.js';

/**
 * Which media nodes live, and what they carry. A node lives as long as it renews its lease; nothing it said outlives that.
 */
export interface NodeLeases {
  /** Takes or prolongs the lease of that node by `ttlMs` from now, and tells what it carries. */
  renew(nodeId: string, ttlMs: number, counts: CallCounts): Promise<void>;
  /** Gives the lease up at once. */
  release(nodeId: string): Promise<void>;
  /** The nodes whose lease runs. */
  alive(): Promise<readonly NodeState[]>;
}

export interface NodeState {
  readonly nodeId: string;
  readonly counts: CallCounts;
}
