/**
 * Which process routes which account. Held for a while and renewed; a process that dies loses it by itself, and another one takes it. Two that
 * both believe to hold it do no harm, since every decision is an atomic claim: they decide in vain.
 */
export interface RoutingLease {
  /** Takes or prolongs, for `ttlMs` from now, those of the accounts that nobody else holds. Resolves to the accounts that are held by this holder then. */
  hold(holder: string, accountIds: readonly string[], ttlMs: number): Promise<readonly string[]>;
  /** Gives up what the holder has of these, at once. */
  release(holder: string, accountIds: readonly string[]): Promise<void>;
}
