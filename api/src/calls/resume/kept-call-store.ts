/**
 * Where nodes keep what a later process of theirs needs to go on with their calls. It refuses to know what that is.
 *
 * What must hold:
 * - Of two processes of one node only the one that took over last writes; the other learns it with its next word and has changed nothing.
 * - What is kept is gone `keptMs` after the last `takeOver`, `write` or `prolong`.
 * - `write` is whole or not at all.
 */
export interface KeptCallStore {
  /** From now on nobody but `owner` writes for that node. Answers all that is kept, each tried once more than before. */
  takeOver(nodeId: string, owner: string): Promise<readonly KeptEntry[]>;
  /** Puts some and drops some. */
  write(nodeId: string, owner: string, changes: KeptChanges): Promise<KeptState>;
  /** Keeps all for another `keptMs`. */
  prolong(nodeId: string, owner: string): Promise<KeptState>;
}

/** `taken`: another process has taken over, and nothing was done. `emptied`: it was done, but all from before is gone. */
export type KeptState = 'kept' | 'emptied' | 'taken';

/** Which call. */
export interface KeptKey {
  readonly accountId: string;
  readonly callId: string;
}

export interface KeptEntry extends KeptKey {
  /** How often processes began to go on with it. */
  readonly tries: number;
  readonly sealed: string;
}

export interface KeptChanges {
  readonly put: readonly KeptEntry[];
  readonly drop: readonly KeptKey[];
}

/** A node that is away for longer was taken for dead long ago, and its calls were ended. */
export const keptMs = 60_000;
