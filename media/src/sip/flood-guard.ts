/** How fast one source may send what needs no credentials. */
export interface FloodLimits {
  /** Requests at once. */
  readonly burst: number;
  /** Requests a second in the long run. */
  readonly perSecond: number;
  /** Sources watched at once; beyond it the one seen longest ago is forgotten. */
  readonly maxSources: number;
}

/**
 * A token bucket per source (address, or address of record). Pure: time comes in, milliseconds. For unauthenticated traffic only: trunks and registered
 * phones have limits of their own.
 */
export class FloodGuard {
  readonly #limits: FloodLimits;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(limits: FloodLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `cost` tokens of the source's (more for a failed login). False where it has too few: drop the request. */
  admit(source: string, now: number, cost = 1): boolean {
    const { burst, perSecond, maxSources } = this.#limits;
    const bucket = this.#buckets.get(source);
    const tokens = bucket ? Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000) : burst;
    // Set anew, so that the map's order is that of the last sight.
    if (bucket) this.#buckets.delete(source);
    else if (this.#buckets.size >= maxSources) {
      const oldest = this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    const admitted = tokens >= cost;
    this.#buckets.set(source, { tokens: admitted ? tokens - cost : tokens, at: now });
    return admitted;
  }
}
