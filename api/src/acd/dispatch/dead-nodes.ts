/**
 * A node whose lease is gone counts as dead only after so long: leases are gone too when Redis restarts empty, until the next heartbeat renews them.
 */
export const missingForMs = 6000;

/** Tells which nodes are dead, from looks at the leases. */
export class DeadNodes {
  readonly #missingSince = new Map<string, number>();

  /** @param known nodes that own something; @param alive nodes whose lease runs */
  look(known: Iterable<string>, alive: ReadonlySet<string>, now: number): ReadonlySet<string> {
    const missing = new Set([...known].filter((nodeId) => !alive.has(nodeId)));
    for (const nodeId of this.#missingSince.keys()) if (!missing.has(nodeId)) this.#missingSince.delete(nodeId);
    const dead = new Set<string>();
    for (const nodeId of missing) {
      const since = this.#missingSince.get(nodeId) ?? now;
      this.#missingSince.set(nodeId, since);
      if (now - since >= missingForMs) dead.add(nodeId);
    }
    return dead;
  }
}
